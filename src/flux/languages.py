"""Choosing the reader's language."""

import re
from typing import Final

from flux.http import HeaderReader
from flux.settings import Settings
from flux.texts import TEXTS, Texts

DEFAULT: Final = "en"

_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
# Frequent characters that are written in only one of the two ways; their count decides.
_SIMPLIFIED: Final = frozenset(
    "这个们来时对说为国过发会后还没样现实动问头门见东书长车马风飞鱼鸟红绿蓝黄龙画图张只条边叶树阳灯楼桥"
)
_TRADITIONAL: Final = frozenset(
    "這個們來時對說為國過發會後還沒樣現實動問頭門見東書長車馬風飛魚鳥紅綠藍黃龍畫圖張隻條邊葉樹陽燈樓橋"
)


def choose_texts(settings: Settings, headers: HeaderReader, prompt: str) -> Texts:
    """Answer the texts for the reader of this answer.

    ``LANGUAGE`` decides; with ``auto`` a browser's ``Accept-Language``, else the prompt's script.
    """
    if settings.language != "auto":
        return TEXTS[settings.language]
    return TEXTS[accepted_language(headers) or language_of_script(prompt)]


def accepted_language(headers: HeaderReader) -> str | None:
    """Answer the first language of a browser's ``Accept-Language`` that is spoken here, None elsewhere.

    SDKs and servers send the header too, with a value nobody chose: only a browser's counts.
    """
    if "Mozilla/" not in (headers.get("user-agent") or ""):
        return None
    ranked = sorted(_ranges(headers.get("accept-language") or ""), key=lambda entry: -entry[0])
    return next((language for _, tag in ranked if (language := _language(tag))), None)


def _ranges(header: str) -> list[tuple[float, str]]:
    """Read ``Accept-Language`` (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4)."""
    entries = []
    for tag, weight in _RANGE.findall(header.lower()):
        if (quality := float(weight or 1)) > 0:
            entries.append((quality, tag))
    return entries


_RANGE: Final = re.compile(r"([a-z][a-z0-9-]*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*(?:,|$)")


def _language(tag: str) -> str | None:
    if tag.startswith("zh"):
        return "zh-hant" if re.search(r"hant|^zh-(tw|hk|mo)", tag) else "zh-cn"
    primary = tag.partition("-")[0]
    return primary if primary in TEXTS else None


def language_of_script(text: str) -> str:
    """Answer the language that the script of *text* suggests; English for Latin letters."""
    if text.isascii():
        return DEFAULT
    if _KANA.search(text):
        return "ja"
    if _HAN.search(text):
        traditional = sum(char in _TRADITIONAL and char not in _SIMPLIFIED for char in text)
        simplified = sum(char in _SIMPLIFIED and char not in _TRADITIONAL for char in text)
        return "zh-hant" if traditional > simplified else "zh-cn"
    return "ru" if _CYRILLIC.search(text) else DEFAULT
