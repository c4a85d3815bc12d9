"""What apps send besides a person's prompt: one row for each wording, and the words that try a connection.

The wordings are the apps' own, older ones and translations included; each is as much of its beginning as
nobody writes by chance. Where an app fills in a language or a number, the row ends before it.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class Where(Enum):
    """Where an app puts its wording."""

    START = auto()
    """At the start of the message that asks: the last one."""
    LINE = auto()
    """At the start of one of its lines, below the conversation that it quotes."""
    SYSTEM = auto()
    """In a system message; the user's messages are then what it is about."""


class Reply(Enum):
    """What the app can read; a value that is a text is the whole answer."""

    TITLE = auto()
    TITLE_JSON = auto()
    SUMMARY = auto()
    PROMPT_JSON = auto()
    LANGUAGE = auto()
    ENCLOSED = auto()
    GREETING = auto()
    TAGS = "General"
    TAGS_JSON = '{"tags":["General"]}'
    FOLLOW_UPS_JSON = '{"follow_ups":[]}'
    QUERIES_JSON = '{"queries":[]}'
    TEXT_JSON = '{"text":""}'
    TOOLS_JSON = '{"tool_calls":[]}'
    ACTION_JSON = '{"action":"proceed"}'
    OBJECT = "{}"
    LIST = "[]"
    EMOJI = "🎨"
    NOTHING = ""
    NO_SEARCH = (
        "<websearch>\n<question>\nnot_needed\n</question>\n</websearch>\n"
        "<knowledge>\n<rewrite>\nnot_needed\n</rewrite>\n<question>\nnot_needed\n</question>\n</knowledge>"
    )


@dataclass(frozen=True, slots=True)
class Phrase:
    """One wording of one app."""

    app: str
    task: str
    where: Where
    pattern: str
    reply: Reply


_START, _LINE, _SYSTEM = Where.START, Where.LINE, Where.SYSTEM
_OWUI: Final = "open-webui"

_OPEN_WEBUI: Final = (
    Phrase(_OWUI, "title", _START, "### Task:\nGenerate a concise title summarizing the", Reply.TITLE_JSON),
    Phrase(_OWUI, "title", _START, "### Task:\nGenerate a concise, 3-5 word title", Reply.TITLE_JSON),
    Phrase(_OWUI, "title", _START, "Create a concise, 3-5 word title with an emoji as a", Reply.TITLE),
    Phrase(_OWUI, "title", _START, "Create a concise, 3-5 word phrase as a header for the", Reply.TITLE),
    Phrase(_OWUI, "title", _LINE, "Create a concise, 3-5 word phrase with an emoji as a", Reply.TITLE),
    Phrase(_OWUI, "tags", _START, "### Task:\nGenerate 1-3 broad tags categorizing the", Reply.TAGS_JSON),
    Phrase(_OWUI, "follow-ups", _START, "### Task:\nPredict 3-5 useful messages", Reply.FOLLOW_UPS_JSON),
    Phrase(_OWUI, "follow-ups", _START, "### Task:\nSuggest 3-5 relevant follow-up", Reply.FOLLOW_UPS_JSON),
    Phrase(_OWUI, "queries", _START, "### Task:\nAnalyze the chat history to determine", Reply.QUERIES_JSON),
    Phrase(_OWUI, "queries", _START, "### Task:\nBased on the chat history, determine", Reply.QUERIES_JSON),
    Phrase(_OWUI, "queries", _START, "Assess the need for a web search based on the", Reply.NOTHING),
    Phrase(_OWUI, "queries", _START, "You are tasked with generating web search queries.", Reply.TITLE),
    Phrase(_OWUI, "image-prompt", _START, "### Task:\nGenerate a detailed prompt for am", Reply.PROMPT_JSON),
    Phrase(_OWUI, "autocomplete", _START, "### Task:\nYou are an autocompletion system.", Reply.TEXT_JSON),
    Phrase(_OWUI, "emoji", _START, "Your task is to reflect the speaker's likely facial", Reply.EMOJI),
    Phrase(
        _OWUI, "merge", _START, "You have been provided with a set of responses from various", Reply.ENCLOSED
    ),
    Phrase(
        _OWUI, "tools", _SYSTEM, "Your task is to choose and return the correct tool(s)", Reply.TOOLS_JSON
    ),
    Phrase(_OWUI, "tools", _SYSTEM, "Return an empty string if no tools match the query.", Reply.TOOLS_JSON),
)

_NEXTCHAT_TITLES: Final = (
    "Please generate a four to five word title summarizing our conversation",  # en, and uz
    "Use the language used by the user (e.g. en for english conversation, zh-hant",  # tw
    "使用四到五个字直接返回这句话的简要主题",  # cn
    "使用四到五個字直接返回這句話的簡要主題",  # tw, older
    "استخدم أربع إلى خمس كلمات لإرجاع ملخص مختصر لهذه الجملة",  # ar
    "চার থেকে পাঁচটি শব্দ ব্যবহার করে এই বাক্যের সংক্ষিপ্ত থিম দিন",  # bn
    "Použijte čtyři až pět slov pro stručné téma této věty",  # cs
    "Find en kort overskrift med 4-5 ord om emnet.",  # da
    "Geben Sie ein kurzes Thema in vier bis fünf Wörtern zurück",  # de
    "Bitte erstellen Sie einen vier- bis fünfwörtigen Titel, der unser Gespräch",  # de, older
    "Devuelve un tema breve de esta frase en cuatro a cinco palabras",  # es
    "Por favor, genera un título de cuatro a cinco palabras que resuma nuestra",  # es, older
    "Utilisez quatre à cinq mots pour retourner le sujet succinct de cette phrase",  # fr
    "Veuillez générer un titre de quatre à cinq mots résumant notre conversation",  # fr, older
    "Gunakan empat hingga lima kata untuk langsung memberikan ringkasan topik kalimat ini",  # id
    "Riporta il tema di questa frase in modo conciso con quattro o cinque parole",  # it
    "Si prega di generare un titolo di quattro o cinque parole che riassuma",  # it, older
    "この文の簡潔なテーマを四から五文字で返してください",  # jp
    "네 글자에서 다섯 글자로 이 문장의 간략한 주제를 반환하세요",  # ko
    "Bruk fire til fem ord for å returnere en kort oppsummering av temaet",  # no
    "Por favor, gere um título de quatro a cinco palavras resumindo nossa conversa",  # pt
    "Укажите краткую тему этого сообщения в четырех-пяти словах",  # ru
    "Пожалуйста, создайте заголовок из четырех или пяти слов, который кратко",  # ru, older
    "Prosím, vygenerujte štvor- až päťslovný titul, ktorý zhrnie našu konverzáciu",  # sk
    "Bu cümlenin dört ila beş kelimelik kısa başlığını doğrudan verin",  # tr
    "Sử dụng bốn đến năm từ để trả lại chủ đề tóm tắt của câu này",  # vi
)

_NEXTCHAT_SUMMARIES: Final = (
    "Summarize the discussion briefly in 200 words or less to use as a prompt for future context.",  # en
    "Summarize our discussion briefly in 200 words or less to use as a prompt for future",  # en, older
    "Use the language used by the user (e.g. en-us for english conversation, zh-hant",  # tw
    "简要总结一下对话内容，用作后续的上下文提示 prompt",  # cn
    "简要总结一下你和用户的对话，用作后续的上下文提示 prompt",  # cn, older
    "簡要總結一下對話內容，用作後續的上下文提示 prompt",  # tw, older
    "قم بتلخيص محتوى الدردشة باختصار، لاستخدامه كإشارة سياقية لاحقة",  # ar
    "আলোচনার বিষয়বস্তু সংক্ষিপ্তভাবে সারাংশ করুন, পরবর্তী কনটেক্সট প্রম্পট",  # bn
    "Stručně shrňte obsah konverzace jako kontextový prompt",  # cs
    "Skriv et kort resumé (under 200 ord) af vores samtale til senere brug.",  # da
    "Fassen Sie den Gesprächsinhalt zusammen, um als Kontextaufforderung",  # de
    "Fassen Sie unsere Diskussion kurz in 200 Wörtern oder weniger zusammen",  # de, older
    "Resume brevemente el contenido de la conversación para usar como un prompt de contexto",  # es
    "Resuma nuestra discusión brevemente en 200 caracteres o menos para usarlo como",  # es, older
    "Faites un résumé succinct de la discussion, à utiliser comme prompt de contexte",  # fr
    "Résumez brièvement nos discussions en 200 mots ou moins pour les utiliser comme",  # fr, older
    "Berikan ringkasan singkat tentang konten obrolan, untuk digunakan sebagai prompt konteks",  # id
    "Riassumi brevemente il contenuto della conversazione come prompt di contesto",  # it
    "Riassumi brevemente la nostra discussione in 200 caratteri o meno per usarla",  # it, older
    "対話の内容を簡潔に要約し、後続のコンテキストプロンプトとして使用します",  # jp
    "대화 내용을 간략히 요약하여 후속 컨텍스트 프롬프트로 사용하세요",  # ko
    "Oppsummer samtalen kort som en kontekstuell prompt for fremtidige referanser",  # no
    "Resuma a discussão brevemente em 200 palavras ou menos para usar como um prompt",  # pt
    "Кратко подведите итоги содержимого беседы для использования в качестве",  # ru
    "Кратко изложите нашу дискуссию в 200 словах или менее для использования",  # ru, older
    "Stručne zhrňte diskusiu na menej ako 200 slov, aby ste ju mohli použiť ako výzvu",  # sk
    "Sohbet içeriğini kısaca özetleyin, bu özet sonraki bağlam ipucu olarak",  # tr
    "Tóm tắt nội dung cuộc trò chuyện một cách ngắn gọn, dùng làm gợi ý ngữ cảnh",  # vi
)

_NEXTCHAT: Final = (
    *(Phrase("nextchat", "title", _START, text, Reply.TITLE) for text in _NEXTCHAT_TITLES),
    *(Phrase("nextchat", "memory", _START, text, Reply.SUMMARY) for text in _NEXTCHAT_SUMMARIES),
)

_CHATBOX: Final = (
    Phrase(
        "chatbox",
        "title",
        _START,
        "Create a concise, informative title for the conversation below",
        Reply.TITLE,
    ),
    Phrase(
        "chatbox", "title", _START, "Based on the chat history, give this conversation a name.", Reply.TITLE
    ),
    Phrase(
        "chatbox", "summary", _START, "Provide a detailed summary for continuing this conv", Reply.SUMMARY
    ),
    Phrase("chatbox", "summary", _START, "Create a loss-minimizing continuity record of this", Reply.SUMMARY),
    Phrase("chatbox", "summary", _START, "Create a detailed continuity record for continuing", Reply.SUMMARY),
    Phrase("chatbox", "search", _SYSTEM, "You have Two options at your disposal:", Reply.ACTION_JSON),
    Phrase("chatbox", "search", _SYSTEM, "You have these options at your disposal:", Reply.ACTION_JSON),
    Phrase(
        "chatbox", "search", _SYSTEM, "You are deciding whether a web search would help", Reply.ACTION_JSON
    ),
    Phrase(
        "chatbox", "search", _SYSTEM, "You are deciding whether searching the attached", Reply.ACTION_JSON
    ),
)

_LOBE: Final = "lobechat"
_LOBECHAT: Final = (
    Phrase(_LOBE, "title", _SYSTEM, "You are a professional conversation summarizer.", Reply.TITLE),
    Phrase(
        _LOBE, "title", _SYSTEM, "You need to summarize the user's conversation into a title", Reply.TITLE
    ),
    Phrase(_LOBE, "title", _LINE, "Please summarize the above conversation into a title", Reply.TITLE),
    Phrase(_LOBE, "title", _LINE, "请总结上述对话为10个字以内的标题", Reply.TITLE),
    Phrase(_LOBE, "image-title", _SYSTEM, "你是一位资深的 AI 艺术创作者和语言大师。", Reply.TITLE),
    Phrase(
        _LOBE, "summary", _SYSTEM, "You're an assistant who's good at extracting key takeaways", Reply.SUMMARY
    ),
    Phrase(_LOBE, "summary", _SYSTEM, "Summarize the conversation for future reference.", Reply.SUMMARY),
    Phrase(_LOBE, "summary", _SYSTEM, "You are a conversation context compressor.", Reply.SUMMARY),
    Phrase(_LOBE, "follow-ups", _SYSTEM, "You are a sidecar that extracts 0-4 quick-reply", Reply.LIST),
    Phrase(_LOBE, "autocomplete", _SYSTEM, "You are an inline autocomplete engine for a chat", Reply.NOTHING),
    Phrase(_LOBE, "emoji", _SYSTEM, "You are an emoji expert who selects the most appropriate", Reply.EMOJI),
)

# Cherry Studio's first versions shared a sentence with LobeChat; the rows above it take those.
_CHERRY: Final = (
    Phrase("cherry", "title", _SYSTEM, "Summarize the conversation into a title in ", Reply.TITLE),
    Phrase("cherry", "title", _SYSTEM, "总结给出的会话，将其总结为语言为", Reply.TITLE),
    Phrase("cherry", "title", _SYSTEM, "Summarize the given session as a 10-word title", Reply.TITLE),
    Phrase("cherry", "title", _SYSTEM, "将给定的对话总结为一个10字以内的标题", Reply.TITLE),
    Phrase("cherry", "title", _SYSTEM, "你需要将用户的会话总结为 10 个字以内的标题", Reply.TITLE),
    Phrase("cherry", "search", _SYSTEM, "You are an AI question rephraser.", Reply.NO_SEARCH),
    Phrase("cherry", "search", _START, "You are an AI question rephraser.", Reply.NO_SEARCH),
    Phrase("cherry", "translate", _LINE, "Translate the above text enclosed with <translate", Reply.ENCLOSED),
)

_LIBRE: Final = "librechat"
_LIBRECHAT: Final = (
    Phrase(_LIBRE, "title", _START, "Provide a concise, 5-word-or-less title for the conver", Reply.TITLE),
    Phrase(_LIBRE, "title", _START, "Please generate a concise, 5-word-or-less title for the", Reply.TITLE),
    Phrase(_LIBRE, "title", _START, "Analyze this conversation and provide:\n1. The detected", Reply.TITLE),
    Phrase(_LIBRE, "title", _START, "Please generate a concise title (max 40 characters) for", Reply.TITLE),
    Phrase(_LIBRE, "title", _START, "Write a concise title for this conversation in the det", Reply.TITLE),
    Phrase(_LIBRE, "title", _SYSTEM, "an extremely concise title for this conversation", Reply.TITLE),
    Phrase(_LIBRE, "title", _SYSTEM, "Write a concise title for this conversation in the given", Reply.TITLE),
    Phrase(_LIBRE, "language", _START, "Detect the language used in the following text.", Reply.LANGUAGE),
    Phrase(_LIBRE, "language", _SYSTEM, "Detect the language used in the following text.", Reply.LANGUAGE),
    Phrase(_LIBRE, "summary", _START, "Hold on, before you continue I need you to write me a", Reply.SUMMARY),
    Phrase(_LIBRE, "summary", _START, "Hold on again, update your checkpoint.", Reply.SUMMARY),
)

PHRASES: Final = (*_OPEN_WEBUI, *_NEXTCHAT, *_CHATBOX, *_LOBECHAT, *_CHERRY, *_LIBRECHAT)
"""Every wording; the first that fits counts."""

PROBES: Final = {
    word: language
    for language, words in {
        "en": "hi|hello|hey|hi there|hello there|hey there|test|testing|ping|안녕하세요|olá|ciao|merhaba",
        "zh-cn": "你好|您好|你好啊|嗨|哈喽|测试|在吗",
        "zh-hant": "妳好|哈囉|測試|在嗎",
        "ja": "こんにちは|もしもし|テスト",
        "es": "hola|hola qué tal|prueba",
        "fr": "bonjour|salut|essai",
        "ru": "привет|здравствуйте|здравствуй|тест",
        "de": "hallo|servus|moin|guten tag",
    }.items()
    for word in words.split("|")
}
"""What people and apps say to see whether anyone answers, and its language. A greeting that is also a
picture people ask for ("good morning") is not among them."""

CHATBOX_PICTURE_PROBE: Final = "What color is in this image?"
CHATBOX_TOOL_PROBE: Final = "What is the weather in San Francisco?"
CHATBOX_TOOL: Final = "get_weather"
