"""What side calls have in common in any wording: they ask for words about the conversation itself.

A rule must never take a picture's prompt for one. So a sentence must name a task (a title, a summary, …)
together with the conversation it is about, the message must say what form the words shall have (short,
without punctuation, …), and nothing in it may speak of pictures. Who asks also has a conversation to ask
about; that is for the caller to see.
"""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The words of one language, as regular expressions; *condense* needs no task named beside it."""

    language: str
    verb: str
    thing: str
    talk: str
    condense: str
    form: str
    picture: str
    spaced: bool = True


RULES: Final = (
    Rule(
        language="en",
        verb=r"generate|creat(?:e|ing)|writ(?:e|ing)|give|provide|suggest|propose|produce|return|make|find"
        r"|choose"
        r"|output|respond|reply|come up with|think of|extract|draft|predict|list|assign|add|summari[sz]e"
        r"|need|want",
        thing=r"(?:titles?|names?|headings?|headlines?|topics?|labels?|summary|summaries|recap|synopsis|tags?"
        r"|keywords?|follow[- ]?ups?|questions?|quer(?:y|ies))\b"
        r"(?! (?:tags?|cards?|plates?|pages?|badges?|signs?|screens?|bars?|sequence|cloud|marks?)\b)",
        talk=r"(?:this|our|the|that|their|user[’']s)\s(?:(?!words?\s|text\s)[\w’'-]+\s){0,2}?"
        r"(?:conversation|chat|discussion|dialog(?:ue)?|message exchange|messages|message history|thread)\b"
        r"(?! (?:rooms?|apps?|icons?|bo(?:x|xes)|windows?|groups?|shows?|bots?|pits?)\b)",
        condense=r"summari[sz](?:e|ing)|recap|condens(?:e|ing)|compress"
        r"|\A(?:please )?(?:title|name|tag)(?= (?:this|our) )",
        form=r"concise|brief|briefly|short|succinct|only|just|words?|characters?|tokens?|sentences?|without"
        r"|no (?:quotes|punctuation|explanation)|json|plain text|at most|max|maximum|bullets?"
        r"|comma[- ]separated",
        picture=r"draw\w*|paint\w*|illustrat\w*|sketch\w*|pictures?|images?|photo\w*|posters?|comics?"
        r"|cartoons?"
        r"|manga|logos?|icons?|covers?|banners?|murals?|stickers?|signs?|infographics?|artworks?|render\w*"
        r"|scenes?|portraits?|wallpapers?|emblem|tattoos?|diagrams?|charts?|collages?|neon|typography"
        r"|lettering|watercolou?rs?|mosaic|graffiti|storyboards?|animation|memes?|cards?|books?|magazine"
        r"|mugs?"
        r"|t-?shirts?|bubbles?|panels?|style|background|museum|statue|film|movie",
    ),
    Rule(
        language="zh",
        verb=r"生成|产生|產生|总结|總結|概括|归纳|歸納|提炼|提煉|写|寫|起|取|拟|擬|给出|給出|提供|返回|建议|建議"
        r"|命名|预测|預測|推荐|推薦|简述|簡述|压缩|壓縮|想",
        thing=r"标题|標題|题目|題目|主题|主題|名称|名稱|名字|摘要|总结|總結|概要|概括|标签|標籤|关键词|關鍵詞"
        r"|关键字|關鍵字|后续问题|後續問題|追问|追問|话题|話題",
        talk=r"(?:这|這|本|此|该|該|上述|以上|上面|下面|以下|下列|我们|我們|当前|目前|刚才|剛才|整个|整個|用户|使用者"
        r"|给出|給出|给定|給定)(?:的)?(?:一?[段次个個场場些])?(?:的)?"
        r"(?:对话|對話|会话|會話|聊天|讨论|討論|谈话|談話|交谈|交談|消息|訊息)",
        condense=r"总结|總結|概括|归纳|歸納|压缩|壓縮|简述|簡述",
        form=r"简短|簡短|简洁|簡潔|简要|簡要|精简|精簡|字以[内內]|个字|個字|字符|字元|不要|无需|無需|不需要"
        r"|只[需返输輸回给給]|仅|僅|直接|标点|標點|JSON|一句话|一句話",
        picture=r"画|畫|绘|繪|图|圖|海报|海報|照片|标志|標誌|徽标|logo|封面|横幅|橫幅|贴纸|貼紙|招牌|霓虹|壁纸|壁紙"
        r"|场景|場景|卡片|风格|風格|设计|設計|气泡|氣泡|博物馆|博物館|电影|電影|字体|字體",
        spaced=False,
    ),
    Rule(
        language="ja",
        verb=r"生成|作成|作って|作り|付け|つけ|つくって|書いて|要約|まとめ|提案|返して|出力|考えて|教えて|命名|予測|抽出",
        thing=r"タイトル|題名|件名|見出し|要約|まとめ|サマリー|概要|タグ|キーワード|フォローアップ|質問|名前|トピック",
        talk=r"(?:この|上記の?|以上の|これまでの|私たちの|我々の|以下の|現在の|ユーザーの|ここまでの)"
        r"(?:会話|対話|チャット|やり取り|やりとり|議論|メッセージ)",
        condense=r"要約|まとめ",
        form=r"簡潔|短い|短く|短め|文字以内|字以内|語以内|単語|のみ|だけ|不要|句読点|JSON|なしで|せずに|一文|一言|以下で",
        picture=r"描|絵|イラスト|画像|写真|ポスター|漫画|マンガ|コミック|ロゴ|アイコン|表紙|看板|ステッカー|壁紙|ネオン"
        r"|風景|デザイン|カード|バナー|アニメ|吹き出し|背景|映画|博物館",
        spaced=False,
    ),
    Rule(
        language="es",
        verb=r"gener\w+|cre(?:a|ar|e)|escrib\w+|da|dame|dale|dar|proporcion\w+|suger\w+|sugier\w+|propo\w+"
        r"|devuelv\w+"
        r"|resum\w+|pon|ponle|haz|redact\w+|elabor\w+|predice",
        thing=r"títulos?|titulo|nombre|resumen|sumario|tema|etiquetas?|palabras clave|encabezado|preguntas?",
        talk=r"(?:(?:esta|nuestra|la|dicha) (?:siguiente |anterior )?(?:conversación|charla|discusión"
        r"|plática)"
        r"|(?:este|nuestro|el|del|al) (?:siguiente |anterior )?(?:chat|diálogo|historial|hilo))",
        condense=r"resum\w+|sintetiza\w*",
        form=r"concis[oa]|breves?|brevemente|cort[oa]s?|solo|sólo|solamente|únicamente|palabras|caracteres|sin"
        r"|máximo|json|frase",
        picture=r"dibuj\w+|pint\w+|ilustra\w+|imagen|imágenes|foto\w*|póster|poster|cartel\w*|cómic|comic"
        r"|logo\w*"
        r"|icono|portada|letrero|infografía|mural|retrato|viñeta|pegatina|acuarela|tarjeta|neón|diseñ\w+"
        r"|escena"
        r"|globo|película|museo|estilo|fondo",
    ),
    Rule(
        language="fr",
        verb=r"génér\w+|cré\w+|écri\w+|rédig\w+|donn\w+|fourni\w+|propos\w+|suggér\w+|résum\w+|renvo\w+"
        r"|retourn\w+"
        r"|trouv\w+|fais|faites|prédi\w+",
        thing=r"titres?|nom|résumé|synthèse|sujet|thème|étiquettes?|tags?|mots[- ]clés|questions?",
        # "Le chat" is a cat.
        talk=r"(?:(?:cette|notre|la) (?:\w+ )?(?:conversation|discussion)"
        r"|(?:ce|notre|le|du) (?:dialogue|échange)|l[’'](?:échange|historique)"
        r"|nos (?:échanges|discussions|messages))",
        condense=r"résum\w+|synthétis\w+",
        form=r"concis\w*|bref|brève\w*|brièvement|court\w*|succinct\w*|uniquement|seulement|mots|caractères"
        r"|sans"
        r"|maximum|json|phrase",
        picture=r"dessin\w*|peins|peint\w*|peinture|illustr\w+|image\w*|photo\w*|affiche\w*|bande dessinée"
        r"|bd|logo\w*"
        r"|icône|couverture|panneau|enseigne|infographie|fresque|portrait|autocollant|aquarelle|carte|néon"
        r"|scène"
        r"|bulle|film|musée|style|fond",
    ),
    Rule(
        language="ru",
        verb=r"созда\w+|сгенерир\w+|придума\w+|напиш\w+|дай\w*|предлож\w+|укаж\w+|сформулир\w+|состав\w+"
        r"|подвед\w+"
        r"|верн\w+|назов\w+|обобщ\w+|резюмир\w+|излож\w+|выдел\w+|сделай\w*",
        thing=r"заголов\w+|назван\w+|тем[ауы]|резюме|итог\w*|сводк\w+|содержани\w+|тег\w*|метк\w+"
        r"|ключев\w+ слов\w*|вопрос\w*",
        talk=r"(?:(?:наш|эт|данн|выше\w+|предыдущ|текущ|приведённ|следующ|всей)\w* "
        r"(?:бесед|разговор|диалог|чат|дискусси|обсуждени|переписк|сообщени)\w*"
        r"|истори\w+ (?:чата|переписки|сообщений|диалога|беседы))",
        condense=r"резюмир\w+|обобщ\w+|излож\w+|опиш\w+",
        form=r"кратк\w+|коротк\w+|только|лишь|слов\w*|символ\w*|без|не более|json|предложени\w+|лаконичн\w+",
        picture=r"рису\w+|нарис\w+|картин\w+|изображ\w+|фото\w*|иллюстр\w+|плакат\w*|постер\w*|комикс\w*"
        r"|логотип\w*"
        r"|икон\w+|обложк\w+|вывеск\w+|инфографик\w+|портрет\w*|стикер\w*|открытк\w+|неон\w+|сцен\w+|фильм\w*"
        r"|музе\w+|стил\w+|фон\w*",
    ),
    Rule(
        language="de",
        verb=r"erstell\w*|generier\w*|schreib\w*|gib|geben|nenn\w*|formulier\w*|schlag\w*|erzeug\w*"
        r"|verfass\w*|find\w*"
        r"|fass\w*|mach\w*",
        thing=r"titel\w*|namen?|überschrift\w*|zusammenfassung\w*|thema|themen|schlagw\w+|stichw\w+|tags?"
        r"|schlüsselwörter"
        r"|\w*fragen",
        talk=r"(?:dies\w*|unser\w*|das|der|die|des|den|dem|obig\w+|bisherig\w+|vorherig\w+|folgend\w+) "
        r"(?:(?:obig|bisherig|vorherig|folgend)\w+ )?"
        r"(?:gespräch\w*|unterhaltung\w*|chat|chats|chatverlauf\w*|dialog\w*|diskussion\w*|konversation\w*"
        r"|nachrichten)",
        condense=r"fass\w*|zusammenzufassen",
        form=r"kurz\w*|knapp\w*|prägnant\w*|nur|ausschließlich|wört\w+|worten|zeichen|ohne|höchstens|maximal"
        r"|json|satz|sätze\w*",
        picture=r"zeichne|zeichnung\w*|male|malen|gemälde|bild\w*|foto\w*|illustr\w+|plakat\w*|poster\w*"
        r"|comic\w*|logo\w*"
        r"|icon\w*|cover\w*|schild\w*|\w*infografik\w*|porträt\w*|sticker\w*|karte|neon\w*|szene\w*"
        r"|aquarell\w*"
        r"|wandbild\w*|sprechblase\w*|film\w*|museum\w*|stil|hintergrund",
    ),
    Rule(
        language="ko",
        verb=r"생성|만들|작성|지어|요약|제안|반환|출력|추천|써|정리|붙여",
        thing=r"제목|요약|이름|주제|태그|키워드|질문",
        talk=r"(?:이|위|본|우리|다음|지금까지|현재)(?:의)? ?(?:대화|채팅|토론|메시지)",
        condense=r"요약|정리",
        form=r"간결|간략|간단|짧|단어|글자|자 이내|만 |없이|JSON|한 문장|마세요",
        picture=r"그려|그림|이미지|사진|일러스트|포스터|만화|로고|아이콘|표지|간판|스티커|네온|장면|카드|디자인|말풍선|영화|배경",
        spaced=False,
    ),
    Rule(
        language="pt",
        verb=r"ger[ae]\w*|cri[ae]\w*|escrev\w+|dê|dar|forneç\w+|sugir\w+|propon\w+|retorn\w+|resum\w+|faça",
        thing=r"títulos?|nome|resumo|sumário|tema|tópico|etiquetas?|tags?|palavras-chave|perguntas?",
        talk=r"(?:(?:esta|nossa|a|da|desta|nesta) (?:conversa|discussão)"
        r"|(?:este|nosso|o|do|deste) (?:chat|bate-papo|diálogo|histórico))",
        condense=r"resum\w+",
        form=r"concis[oa]|breves?|brevemente|curt[oa]s?|apenas|somente|palavras|caracteres|sem|máximo|json|frase",
        picture=r"desenh\w+|pint\w+|ilustr\w+|imagem|imagens|foto\w*|pôster|cartaz|quadrinhos|logo\w*|ícone"
        r"|capa|placa"
        r"|infográfico|mural|retrato|adesivo|cartão|cena|balão|filme|museu|estilo|fundo",
    ),
    Rule(
        language="it",
        verb=r"gener\w+|cre[ai]\w*|scriv\w+|dai|dammi|forni\w+|sugger\w+|propon\w+|restitui\w+|riassum\w+"
        r"|fai|fornisci",
        thing=r"titol[oi]|nome|riassunto|riepilogo|sintesi|argomento|tema|etichett\w+|tag|parole chiave"
        r"|domande",
        talk=r"(?:(?:questa|nostra|la|della|alla) (?:nostra )?(?:conversazione|discussione|chat)"
        r"|(?:questo|nostro|il|del) (?:dialogo|scambio))",
        condense=r"riassum\w+|sintetizz\w+",
        form=r"concis[oa]|breve\w*|solo|soltanto|parole|caratteri|senza|massimo|json|frase",
        picture=r"disegn\w+|dipin\w+|illustr\w+|immagin\w+|foto\w*|poster|manifesto|fumett\w+|logo\w*|icona"
        r"|copertina"
        r"|insegna|infografica|ritratto|adesivo|biglietto|scena|film|museo|stile|sfondo",
    ),
)


def find_task(instruction: str) -> str | None:
    """Answer the task that *instruction* sets about the conversation itself; None where it sets none."""
    text = _QUOTED.sub(" ", instruction[:_LONGEST])
    # A picture's word counts whatever language the rest is in: "logo" is one everywhere.
    if not _ANY_TALK.search(text) or _ANY_PICTURE.search(text):
        return None
    for rule in _COMPILED:
        if rule.form.search(text):
            for sentence in map(str.strip, _END.split(text)):
                if rule.condenses.search(sentence) or (
                    rule.names.search(sentence) and rule.verb.search(sentence)
                ):
                    return next((task for task, word in _TASKS if word.search(sentence)), "summary")
    return None


_LONGEST: Final = 2000
"""Characters of an instruction that are read."""


def _pattern(words: str, *, spaced: bool) -> str:
    return rf"\b(?:{words})\b" if spaced else f"(?:{words})"


# Words that stand in a picture: a name tag with the words this conversation.
_SPELT: Final = (
    *("word", "words", "text", "palabra", "palabras", "texto", "mots", "texte", "слово", "слова", "текст"),
    *("wort", "worten", "wörter", "palavras", "parole", "testo"),
)
_NOT_SPELT: Final = "".join(f"(?<!{word} )" for word in _SPELT)


@dataclass(frozen=True, slots=True)
class _Compiled:
    verb: re.Pattern[str]
    form: re.Pattern[str]
    names: re.Pattern[str]
    """A task beside the conversation."""
    condenses: re.Pattern[str]


def _compiled(rule: Rule) -> _Compiled:
    verb, form, thing, talk, condense = (
        _pattern(words, spaced=rule.spaced)
        for words in (rule.verb, rule.form, rule.thing, rule.talk, rule.condense)
    )
    return _Compiled(
        *(
            re.compile(words, re.IGNORECASE)
            for words in (
                verb,
                form,
                rf"{thing}.{{0,60}}?{_NOT_SPELT}{talk}|{talk}.{{0,60}}?{thing}",
                rf"{condense}.{{0,30}}?{talk}|{talk}.{{0,12}}?{condense}",
            )
        )
    )


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_COMPILED: Final = tuple(map(_compiled, RULES))
_ANY_TALK: Final = _any(*(_pattern(rule.talk, spaced=rule.spaced) for rule in RULES))
_ANY_PICTURE: Final = _any(*(_pattern(rule.picture, spaced=rule.spaced) for rule in RULES))
_QUOTED: Final = re.compile(r"[\"“«„「『‘][^\"“”«»「」『』]*[\"”»“」』’]")
_END: Final = re.compile(r"[.!?。！？\n]+")
_TASKS: Final = (
    (
        "title",
        _any(
            r"titl|titre|titol|título|titel|titul|name|nom\b|nombre|nome\b|heading|headline|header"
            r"|überschrift",
            "заголов|назван|标题|標題|题目|題目|名称|名稱|名字|命名|タイトル|題名|件名|名前|제목|이름",
        ),
    ),
    (
        "follow-ups",
        _any(
            "follow|question|quer|pregunta|frage|вопрос|追问|追問|问题|問題|質問|フォロー|질문|pergunta|domand"
        ),
    ),
    (
        "tags",
        _any(
            r"\btag|label|keyword|etiquet|étiquet|etichett|clave|clés|chiave|тег|метк|ключев|schlagw|stichw"
            r"|schlüss",
            "标签|標籤|关键|關鍵|タグ|キーワード|태그|키워드",
        ),
    ),
)
