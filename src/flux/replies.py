"""Finding the prompt in what a text model replied."""

import re
import unicodedata
from typing import Final

from flux.fields import well_formed

_THINKING: Final = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|$)", re.DOTALL | re.IGNORECASE)
_STRAY_END: Final = re.compile(r"^.*</(think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE: Final = re.compile(r"^```\w*\n(.*?)\n?```$", re.DOTALL)
_PREFIX: Final = re.compile(
    r"^\W{0,3}(?:(?:sure|certainly|of course)\b[^\n:]{0,60}|here(?:'s| is)\b[^\n:]{0,60}"
    r"|(?:(?:the|your|an?|optimi[sz]ed|improved|final|revised|rewritten|english|flux|image)\s+){0,4}prompt)"
    r"\W{0,2}:[*_\s]*",
    re.IGNORECASE,
)
_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "「": "」", "«": "»", "`": "`"}


def clean(reply: str) -> str:
    """Strip what is not the prompt: reasoning, a code fence, a prefix, quotation marks."""
    text = _STRAY_END.sub("", _THINKING.sub("", well_formed(reply))).strip()
    text = _unfenced(_PREFIX.sub("", _unfenced(text)).strip())
    inside = text[1:-1]
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and not {text[0], text[-1]} & set(inside):
        text = inside.strip()
    return text


def _unfenced(text: str) -> str:
    match = _FENCE.match(text)
    return match[1].strip() if match else text


_QUOTED: Final = re.compile(r"\"[^\"]*\"|“[^”]*”|「[^」]*」|«[^»]*»|『[^』]*』")


def is_latin(text: str) -> bool:
    """Say whether *text* is written in Latin letters, but for what it quotes: words to stand in a picture."""
    if text.isascii():
        return True
    letters = [char for char in _QUOTED.sub("", text) if char.isalpha()]
    latin = sum("LATIN" in unicodedata.name(char, "") for char in letters)
    return latin * 2 >= len(letters)


def cut_at_word(text: str, limit: int) -> str:
    """Cut *text* to at most *limit* characters, between words where there are any."""
    if len(text) <= limit:
        return text
    head, space, _ = text[: limit + 1].rpartition(" ")
    return (head if space else text[:limit]).rstrip(" ,;:-")
