"""Lines of text in any script, with whatever fonts the machine has.

No font is downloaded. A character that no font at hand can draw is shown as a small box with its code point
in it, as terminals do, so that a prompt in any script stays recognisable.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

# By name: Pillow knows where each system keeps its fonts. The first that has the character draws it.
FONT_NAMES: Final = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "SegoeUI.ttf",
    "Arial.ttf",
    "NotoSansCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "PingFang.ttc",
    "Arial Unicode.ttf",
    "msyh.ttc",
)
# Joiners, directions and variation selectors: they steer their neighbours, and are nothing by themselves.
INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
NO_CHARACTER: Final = "\U0010ffff"
# Wide (east Asian) characters may be broken anywhere, others only at a space.
TOKENS: Final = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af]+|\s"
)


def wrap(text: str, size: int, width: int, most: int) -> list[str]:
    """Break *text* into at most *most* lines that fit *width*, the last one marked if something is left."""
    lines, used = [""], 0.0
    shown = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    for token in TOKENS.findall(" ".join(shown.split())):
        for piece in (token,) if measure(token, size) <= width else token:
            wide = measure(piece, size)
            if used + wide > width:
                lines.append("")
                used = 0.0
            if lines[-1] or not piece.isspace():
                lines[-1] += piece
                used += wide
            if len(lines) > most:
                return [*lines[: most - 1], lines[most - 1].rstrip()[:-1] + "…"]
    return lines


def measure(text: str, size: int) -> float:
    """Return how wide *text* is."""
    return sum(_advance(character, size) for character in text)


def write(picture: Image.Image, at: tuple[int, int], text: str, size: int, colour: str) -> None:
    """Write one line."""
    draw = ImageDraw.Draw(picture)
    x, y = float(at[0]), at[1]
    for character in text:
        font = _font_for(character, size)
        if font is None:
            _box(draw, (x, y), character, size, colour)
        else:
            draw.text((x, y + size), character, colour, font, anchor="ls")
        x += _advance(character, size)


def _box(draw: ImageDraw.ImageDraw, at: tuple[float, float], character: str, size: int, colour: str) -> None:
    """Draw the code point of *character* in two rows in a frame."""
    x, y = at
    digits = f"{ord(character):04X}"
    half = (len(digits) + 1) // 2
    digits = digits.zfill(2 * half)
    font = _fonts(max(4, round(size * 0.4 * 2 / half)))[0]
    draw.rectangle((x + 1, y + 1, x + size - 2, y + size), outline=colour)
    for row, part in enumerate((digits[:half], digits[half:])):
        draw.text((x + size / 2, y + size * (0.3 + 0.44 * row)), part, colour, font, anchor="mm")


@lru_cache(maxsize=8192)
def _advance(character: str, size: int) -> float:
    font = _font_for(character, size)
    return float(size) if font is None else font.getlength(character)


@lru_cache(maxsize=8192)
def _font_for(character: str, size: int) -> FreeTypeFont | None:
    """Return the first font that has the character; a missing one looks like one that cannot exist."""
    return next(
        (font for font in _fonts(size) if _shape(font, character) != _shape(font, NO_CHARACTER)), None
    )


def _shape(font: FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(character)
    return mask.size, bytes(mask)


@cache
def _fonts(size: int) -> tuple[FreeTypeFont, ...]:
    return tuple(font.font_variant(size=size) for font in _installed())


@cache
def _installed() -> tuple[FreeTypeFont, ...]:
    found = []
    for name in FONT_NAMES:
        try:
            found.append(ImageFont.truetype(name))
        except OSError:
            continue
    built_in = ImageFont.load_default(10)
    return (*found, built_in) if isinstance(built_in, FreeTypeFont) else tuple(found)
