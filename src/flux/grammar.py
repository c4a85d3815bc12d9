"""What a chat prompt says beside the picture: its size or ratio, and whether to optimise it.

``a cute cat 16:9`` and ``a cute cat 1536x1024`` choose the size, ``---tl`` / ``---ntl`` switch prompt
optimisation; all of them are cut out of what is drawn. ``a clock showing 10:30`` keeps its time.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from flux.sizes import RATIOS, Size, size_for_ratio


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt taken apart: the text to draw, the size it asks for, and its optimisation switch."""

    text: str
    size: Size | None = None
    optimize: bool | None = None


def parse_prompt(written: str) -> Prompt:
    """Take *written* apart; the last free-standing size or ratio counts."""
    text, optimize = _cut_switches(written)
    found = [*_sizes(text), *_ratios(text)]
    if not found:
        return Prompt(_tidy(text), None, optimize)
    span, size = max(found, key=lambda mention: mention[0][1])
    return Prompt(_tidy(text[: span[0]] + " " + text[span[1] :]), size, optimize)


_SWITCH: Final = re.compile(r"(?<!\S)---(n?)tl(?!\S)", re.IGNORECASE)
# A mention stands free: no letter, digit or sign that would make it part of a longer token touches it.
# Chinese, Japanese and Cyrillic letters may touch it, since those prompts often have no space there.
_FREE_LEFT: Final = r"(?<![0-9A-Za-z_:：/×*.\-])"
_FREE_RIGHT: Final = r"(?![0-9A-Za-z_:：/×*]|[.,\-]\d)"
_SIZE: Final = re.compile(rf"{_FREE_LEFT}([1-9]\d{{2,3}}) ?[xX×*] ?([1-9]\d{{2,3}}){_FREE_RIGHT}")
_RATIO: Final = re.compile(rf"{_FREE_LEFT}([1-9]\d{{0,2}}) ?[:：比] ?([1-9]\d{{0,2}}){_FREE_RIGHT}")
_CLOCK: Final = re.compile(r"\s*(?:[ap]\.?m\b|o'clock|uhr\b)", re.IGNORECASE)
_AT: Final = re.compile(r"\b(?:at|um|à|a las|в)\s*$", re.IGNORECASE)
_MINUTES: Final = 60
_HOURS: Final = 24

_Mention = tuple[tuple[int, int], Size]


def _cut_switches(text: str) -> tuple[str, bool | None]:
    switches = _SWITCH.findall(text)
    return (_SWITCH.sub(" ", text), not switches[-1]) if switches else (text, None)


def _sizes(text: str) -> list[_Mention]:
    return [
        (match.span(), Size(int(match[1]), int(match[2]))) for match in _SIZE.finditer(_plain_digits(text))
    ]


def _ratios(text: str) -> list[_Mention]:
    plain = _plain_digits(text)
    mentions = []
    for match in _RATIO.finditer(plain):
        size = _mentioned_ratio(match, plain)
        if size is not None:
            mentions.append((match.span(), size))
    return mentions


def _mentioned_ratio(match: re.Match[str], text: str) -> Size | None:
    """Answer the size a ratio asks for; None for a time, a score, or a ratio nobody would draw."""
    width, height = int(match[1]), int(match[2])
    if (width, height) in RATIOS:
        said_as_time = _CLOCK.match(text, match.end()) or _AT.search(text, 0, match.start())
        return None if said_as_time else RATIOS[width, height]
    at_the_end = not text[match.end() :].strip(" \t\r\n.。!！")
    looks_like_a_time = len(match[2]) == 2 and width < _HOURS and height < _MINUTES  # noqa: PLR2004
    return size_for_ratio(width, height) if at_the_end and not looks_like_a_time else None


def _plain_digits(text: str) -> str:
    """Write full-width and other scripts' digits as ASCII, one character for one."""
    if text.isascii():
        return text
    return "".join(
        str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char for char in text
    )


_BEFORE_STOP: Final = re.compile(r"\s+([,，.。!！?？;；])")
_DANGLING: Final = re.compile(r"(?:[\s,，、;；|]|--?ar\b|\(\s*\)|（\s*）|\[\s*\])+$")


def _tidy(text: str) -> str:
    """Mend the spaces and the comma that a cut left behind."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = "\n".join(lines).strip()
    return _DANGLING.sub("", _BEFORE_STOP.sub(r"\1", text)) or text
