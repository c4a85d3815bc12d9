"""What a chat prompt says beside the picture: its size or ratio, and whether to optimise it.

``a cute cat 16:9`` and ``a cute cat 1536x1024`` choose the size, ``---tl`` / ``---ntl`` switch prompt
optimisation; all of them are cut out of what is drawn. ``a clock showing 10:30`` keeps its time.
"""

import re
import unicodedata
from collections.abc import Iterator
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
    mention = max(_mentions(text), key=lambda mention: mention.end, default=None)
    if mention is None:
        return Prompt(_with_single_spaces(text), None, optimize)
    return Prompt(_with_single_spaces(_cut(text, mention)), mention.size, optimize)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A size asked for from *start* up to *end* of the prompt."""

    start: int
    end: int
    size: Size


_SWITCH: Final = re.compile(r"(?<!-)---(n?)tl(?![\w-])", re.IGNORECASE)
# A mention stands free: no letter, digit or sign that would make it part of a longer token touches it.
# Chinese, Japanese and Cyrillic letters may touch it, since those prompts often have no space there.
_FREE_LEFT: Final = r"(?<![0-9A-Za-z_:：/×*.\-])"
_FREE_RIGHT: Final = r"(?![0-9A-Za-z_:：/×*]|[.,\-]\d)"
_SIZE: Final = re.compile(rf"{_FREE_LEFT}([1-9]\d{{2,3}}) ?[xX×*] ?([1-9]\d{{2,3}}){_FREE_RIGHT}")
_RATIO: Final = re.compile(rf"{_FREE_LEFT}([1-9]\d{{0,2}}) ?[:：比] ?([1-9]\d{{0,2}}){_FREE_RIGHT}")
_BEHIND_A_TIME: Final = re.compile(r"\s{0,3}(?:[ap]\.?m\b|o'clock|uhr\b)", re.IGNORECASE)
_BEFORE_A_TIME: Final = re.compile(r"\b(?:at|um|à|a las|в) {0,3}$", re.IGNORECASE)
_END: Final = re.compile(r"[\s.。!！]*$")
_HOURS: Final = 24
_MINUTES: Final = 60
_MINUTE_DIGITS: Final = 2


def _cut_switches(text: str) -> tuple[str, bool | None]:
    switches = _SWITCH.findall(text)
    return (_SWITCH.sub(" ", text), not switches[-1]) if switches else (text, None)


def _mentions(text: str) -> Iterator[_Mention]:
    plain = _with_plain_digits(text)
    for match in _SIZE.finditer(plain):
        yield _Mention(*match.span(), Size(int(match[1]), int(match[2])))
    for match in _RATIO.finditer(plain):
        if (size := _ratio(match, plain)) is not None:
            yield _Mention(*match.span(), size)


def _ratio(match: re.Match[str], text: str) -> Size | None:
    """Answer the size a ratio asks for; None for a time, a score, or a ratio nobody would draw."""
    width, height = int(match[1]), int(match[2])
    may_be_a_time = len(match[2]) == _MINUTE_DIGITS and width < _HOURS and height < _MINUTES
    if (width, height) in RATIOS:
        is_a_time = may_be_a_time and (
            _BEHIND_A_TIME.match(text, match.end()) or _BEFORE_A_TIME.search(text[: match.start()][-9:])
        )
        return None if is_a_time else RATIOS[width, height]
    at_the_end = _END.match(text, match.end())
    return size_for_ratio(width, height) if at_the_end and not may_be_a_time else None


def _with_plain_digits(text: str) -> str:
    """Write full-width and other scripts' digits as ASCII, one character for one."""
    if text.isascii():
        return text
    return "".join(
        str(digit) if (digit := unicodedata.decimal(char, None)) is not None else char for char in text
    )


_SEPARATORS: Final = " \t\r\n,，、;；|"
_CLOSING: Final = frozenset(",，.。!！?？;；:：)）")
_BRACKETS: Final = frozenset({"()", "（）", "[]", "【】"})


def _cut(text: str, mention: _Mention) -> str:
    """Cut *mention* out, with the brackets, comma or option name (Midjourney's ``--ar``) it leaves behind."""
    left, right = text[: mention.start].rstrip(), text[mention.end :].lstrip()
    if left[-1:] + right[:1] in _BRACKETS:
        left, right = left[:-1], right[1:].lstrip()
    left = left.rstrip(_SEPARATORS).removesuffix("--ar").rstrip(_SEPARATORS)
    if not left:
        return right.lstrip(_SEPARATORS)
    return left + ("" if right[:1] in _CLOSING else " ") + right


def _with_single_spaces(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
