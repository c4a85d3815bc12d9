"""Every text that a person reads in an answer, in every language: one row a language.

A field in braces is filled in with `str.format`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flux.errors import ApiError
from flux.reasons import REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one language."""

    original_prompt: str
    prompt_model: str
    no_prompt_model: str
    optimization_failed: str
    optimized_prompt: str
    prompt_cut: str
    specifications: str
    substituted: str
    substituted_for_pictures: str
    native_size: str
    rewritten: str
    success: str
    result: str
    picture: str
    not_stored: str
    some_failed: str
    failed: str
    greeting: str
    asked_for: str
    expired: str
    reasons: Mapping[str, str]

    def reason(self, error: ApiError) -> str:
        """Say why *error* came about, in this language where it is among the `flux.reasons`."""
        return self.reasons.get(error.code, error.message)


TEXTS: Final[dict[str, Texts]] = {
    "en": Texts(
        original_prompt="🎨 Original prompt: {prompt}",
        prompt_model="💬 Prompt generation model: {model}",
        no_prompt_model="Original Prompt",
        optimization_failed="Original Prompt (the text model failed: {reason})",
        optimized_prompt="🌐 Optimized prompt: {prompt}",
        prompt_cut="✂️ The optimized prompt was cut to the {limit} characters that {model} takes.",
        specifications="📐 Image specifications: {size}",
        substituted="🔁 Drawn by {model}, because {chosen} cannot draw {size}.",
        substituted_for_pictures="🔁 Drawn by {model}, because {chosen} takes no reference pictures.",
        native_size="🔁 {model} cannot draw {size}; it draws {native}.",
        rewritten="🛟 The safety filter refused the first words, so these were drawn: {prompt}",
        success="🌟 Image generation successful!",
        result="Here's the result:",
        picture="Generated Image",
        not_stored="⚠️ The picture could not be stored, so this message itself carries it. Save it if you like it.",
        some_failed="⚠️ {failed} of {count} pictures could not be drawn: {reason}",
        failed="❌ The picture could not be drawn: {reason}",
        greeting="👋 Hello! Describe the picture you want, and it will be drawn. For example: A cute cat in a garden 16:9",
        asked_for="Pictures asked for so far:",
        expired="This picture has expired",
        reasons=REASONS["en"],
    ),
    "zh-cn": Texts(
        original_prompt="🎨 原始提示词：{prompt}",
        prompt_model="💬 提示词生成模型：{model}",
        no_prompt_model="原始提示词",
        optimization_failed="原始提示词（文本模型失败：{reason}）",
        optimized_prompt="🌐 优化后的提示词：{prompt}",
        prompt_cut="✂️ 优化后的提示词已截短至 {model} 可接受的 {limit} 个字符。",
        specifications="📐 图像规格：{size}",
        substituted="🔁 由 {model} 绘制，因为 {chosen} 无法绘制 {size}。",
        substituted_for_pictures="🔁 由 {model} 绘制，因为 {chosen} 不接受参考图片。",
        native_size="🔁 {model} 无法绘制 {size}，只能绘制 {native}。",
        rewritten="🛟 安全过滤器拒绝了最初的说法，因此按以下内容绘制：{prompt}",
        success="🌟 图像生成成功！",
        result="以下是结果：",
        picture="生成的图像",
        not_stored="⚠️ 图片未能存储，因此直接放在这条消息里。喜欢的话请保存。",
        some_failed="⚠️ {count} 张图片中有 {failed} 张未能绘制：{reason}",
        failed="❌ 图片未能绘制：{reason}",
        greeting="👋 你好！描述一下你想要的图片，我就会把它画出来。例如：花园里一只可爱的猫 16:9",
        asked_for="到目前为止请求过的图片：",
        expired="这张图片已过期",
        reasons=REASONS["zh-cn"],
    ),
    "zh-hant": Texts(
        original_prompt="🎨 原始提示詞：{prompt}",
        prompt_model="💬 提示詞生成模型：{model}",
        no_prompt_model="原始提示詞",
        optimization_failed="原始提示詞（文字模型失敗：{reason}）",
        optimized_prompt="🌐 最佳化後的提示詞：{prompt}",
        prompt_cut="✂️ 最佳化後的提示詞已截短至 {model} 可接受的 {limit} 個字元。",
        specifications="📐 圖像規格：{size}",
        substituted="🔁 由 {model} 繪製，因為 {chosen} 無法繪製 {size}。",
        substituted_for_pictures="🔁 由 {model} 繪製，因為 {chosen} 不接受參考圖片。",
        native_size="🔁 {model} 無法繪製 {size}，只能繪製 {native}。",
        rewritten="🛟 安全過濾器拒絕了最初的說法，因此依以下內容繪製：{prompt}",
        success="🌟 圖像生成成功！",
        result="以下是結果：",
        picture="生成的圖像",
        not_stored="⚠️ 圖片未能儲存，因此直接放在這則訊息裡。喜歡的話請另存。",
        some_failed="⚠️ {count} 張圖片中有 {failed} 張未能繪製：{reason}",
        failed="❌ 圖片未能繪製：{reason}",
        greeting="👋 你好！描述一下你想要的圖片，我就會把它畫出來。例如：花園裡一隻可愛的貓 16:9",
        asked_for="到目前為止請求過的圖片：",
        expired="這張圖片已過期",
        reasons=REASONS["zh-hant"],
    ),
    "ja": Texts(
        original_prompt="🎨 元のプロンプト：{prompt}",
        prompt_model="💬 プロンプト生成モデル：{model}",
        no_prompt_model="元のプロンプト",
        optimization_failed="元のプロンプト（テキストモデルが失敗しました：{reason}）",
        optimized_prompt="🌐 最適化されたプロンプト：{prompt}",
        prompt_cut="✂️ 最適化されたプロンプトを、{model} が受け付ける {limit} 文字に切り詰めました。",
        specifications="📐 画像サイズ：{size}",
        substituted="🔁 {chosen} は {size} を描けないため、{model} が描きました。",
        substituted_for_pictures="🔁 {chosen} は参照画像を受け付けないため、{model} が描きました。",
        native_size="🔁 {model} は {size} を描けません。{native} で描きます。",
        rewritten="🛟 安全フィルターが最初の表現を拒否したため、次の内容で描きました：{prompt}",
        success="🌟 画像の生成に成功しました！",
        result="結果はこちらです：",
        picture="生成された画像",
        not_stored="⚠️ 画像を保存できなかったため、このメッセージに直接含めました。必要なら保存してください。",
        some_failed="⚠️ {count} 枚のうち {failed} 枚を描けませんでした：{reason}",
        failed="❌ 画像を描けませんでした：{reason}",
        greeting="👋 こんにちは！描いてほしい絵を言葉で説明してください。例：庭にいるかわいい猫 16:9",
        asked_for="これまでに依頼された画像：",
        expired="この画像は期限切れです",
        reasons=REASONS["ja"],
    ),
    "es": Texts(
        original_prompt="🎨 Prompt original: {prompt}",
        prompt_model="💬 Modelo que generó el prompt: {model}",
        no_prompt_model="Prompt original",
        optimization_failed="Prompt original (el modelo de texto falló: {reason})",
        optimized_prompt="🌐 Prompt optimizado: {prompt}",
        prompt_cut="✂️ El prompt optimizado se recortó a los {limit} caracteres que admite {model}.",
        specifications="📐 Especificaciones de la imagen: {size}",
        substituted="🔁 Dibujada por {model}, porque {chosen} no puede dibujar {size}.",
        substituted_for_pictures="🔁 Dibujada por {model}, porque {chosen} no admite imágenes de referencia.",
        native_size="🔁 {model} no puede dibujar {size}; dibuja {native}.",
        rewritten="🛟 El filtro de seguridad rechazó las primeras palabras; se dibujó con estas: {prompt}",
        success="🌟 ¡Imagen generada con éxito!",
        result="Aquí está el resultado:",
        picture="Imagen generada",
        not_stored="⚠️ No se pudo guardar la imagen, así que va en este mismo mensaje. Guárdala si te gusta.",
        some_failed="⚠️ No se pudieron dibujar {failed} de {count} imágenes: {reason}",
        failed="❌ No se pudo dibujar la imagen: {reason}",
        greeting="👋 ¡Hola! Describe la imagen que quieres y se dibujará. Por ejemplo: Un gato adorable en un jardín 16:9",
        asked_for="Imágenes pedidas hasta ahora:",
        expired="Esta imagen ha caducado",
        reasons=REASONS["es"],
    ),
    "fr": Texts(
        original_prompt="🎨 Prompt d’origine : {prompt}",
        prompt_model="💬 Modèle qui a rédigé le prompt : {model}",
        no_prompt_model="Prompt d’origine",
        optimization_failed="Prompt d’origine (le modèle de texte a échoué : {reason})",
        optimized_prompt="🌐 Prompt optimisé : {prompt}",
        prompt_cut="✂️ Le prompt optimisé a été réduit aux {limit} caractères acceptés par {model}.",
        specifications="📐 Dimensions de l’image : {size}",
        substituted="🔁 Dessinée par {model}, car {chosen} ne peut pas dessiner en {size}.",
        substituted_for_pictures="🔁 Dessinée par {model}, car {chosen} n’accepte pas d’images de référence.",
        native_size="🔁 {model} ne peut pas dessiner en {size} ; il dessine en {native}.",
        rewritten="🛟 Le filtre de sécurité a refusé les premiers mots ; voici ceux qui ont été dessinés : {prompt}",
        success="🌟 Image générée avec succès !",
        result="Voici le résultat :",
        picture="Image générée",
        not_stored="⚠️ L’image n’a pas pu être stockée : elle est donc dans ce message. Enregistrez-la si elle vous plaît.",
        some_failed="⚠️ {failed} images sur {count} n’ont pas pu être dessinées : {reason}",
        failed="❌ L’image n’a pas pu être dessinée : {reason}",
        greeting="👋 Bonjour ! Décrivez l’image que vous souhaitez et elle sera dessinée. Par exemple : Un chat mignon dans un jardin 16:9",
        asked_for="Images demandées jusqu’ici :",
        expired="Cette image a expiré",
        reasons=REASONS["fr"],
    ),
    "ru": Texts(
        original_prompt="🎨 Исходный запрос: {prompt}",
        prompt_model="💬 Модель, составившая запрос: {model}",
        no_prompt_model="исходный запрос",
        optimization_failed="исходный запрос (сбой текстовой модели: {reason})",
        optimized_prompt="🌐 Улучшенный запрос: {prompt}",
        prompt_cut="✂️ Улучшенный запрос сокращён до {limit} символов, которые принимает {model}.",
        specifications="📐 Размер изображения: {size}",
        substituted="🔁 Рисовала модель {model}: {chosen} не умеет рисовать {size}.",
        substituted_for_pictures="🔁 Рисовала модель {model}: {chosen} не принимает изображения-образцы.",
        native_size="🔁 {model} не умеет рисовать {size}; размер будет {native}.",
        rewritten="🛟 Фильтр безопасности отклонил первые слова, поэтому нарисовано по таким: {prompt}",
        success="🌟 Изображение создано!",
        result="Вот результат:",
        picture="Созданное изображение",
        not_stored="⚠️ Сохранить изображение не удалось, поэтому оно прямо в этом сообщении. Сохраните его, если понравилось.",
        some_failed="⚠️ Не удалось нарисовать изображений: {failed} из {count}. {reason}",
        failed="❌ Не удалось нарисовать изображение: {reason}",
        greeting="👋 Здравствуйте! Опишите изображение, и оно будет нарисовано. Например: Милый кот в саду 16:9",
        asked_for="Запрошенные изображения:",
        expired="Срок хранения изображения истёк",
        reasons=REASONS["ru"],
    ),
    "de": Texts(
        original_prompt="🎨 Ursprünglicher Prompt: {prompt}",
        prompt_model="💬 Modell für den Prompt: {model}",
        no_prompt_model="ursprünglicher Prompt",
        optimization_failed="ursprünglicher Prompt (das Textmodell ist gescheitert: {reason})",
        optimized_prompt="🌐 Optimierter Prompt: {prompt}",
        prompt_cut="✂️ Der optimierte Prompt wurde auf die {limit} Zeichen gekürzt, die {model} annimmt.",
        specifications="📐 Bildgröße: {size}",
        substituted="🔁 Gezeichnet von {model}, denn {chosen} kann {size} nicht zeichnen.",
        substituted_for_pictures="🔁 Gezeichnet von {model}, denn {chosen} nimmt keine Referenzbilder an.",
        native_size="🔁 {model} kann {size} nicht zeichnen; es zeichnet {native}.",
        rewritten="🛟 Der Sicherheitsfilter hat die ersten Worte abgelehnt; gezeichnet wurde nach diesen: {prompt}",
        success="🌟 Das Bild ist fertig!",
        result="Hier ist das Ergebnis:",
        picture="Erzeugtes Bild",
        not_stored="⚠️ Das Bild ließ sich nicht speichern, darum steckt es in dieser Nachricht. Sichere es, wenn es dir gefällt.",
        some_failed="⚠️ {failed} von {count} Bildern konnten nicht gezeichnet werden: {reason}",
        failed="❌ Das Bild konnte nicht gezeichnet werden: {reason}",
        greeting="👋 Hallo! Beschreibe das Bild, das du möchtest, dann wird es gezeichnet. Zum Beispiel: Eine süße Katze im Garten 16:9",
        asked_for="Bisher gewünschte Bilder:",
        expired="Dieses Bild ist abgelaufen",
        reasons=REASONS["de"],
    ),
}
