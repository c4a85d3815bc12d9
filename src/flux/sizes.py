"""Picture sizes and aspect ratios.

Sizes are pixels, width before height; ratios are width to height.
"""

import math
import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from flux.errors import InvalidValue

MEGAPIXEL: Final = 1024 * 1024
_STEP: Final = 16
"""FLUX draws in patches of 16 pixels: a side of any other length is cut or refused."""
_LONGEST: Final = 1920
_STEEPEST: Final = 4
"""The longest shape offered, 4:1 or 1:4; beyond it a side falls below what any model draws."""


class Size(NamedTuple):
    """A width and a height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def pixels(self) -> int:
        """The area in pixels."""
        return self.width * self.height


SQUARE: Final = Size(1024, 1024)

RATIOS: Final[dict[tuple[int, int], Size]] = {
    (1, 1): SQUARE,
    (1, 2): Size(512, 1024),
    (2, 1): Size(1024, 512),
    (2, 3): Size(512, 768),
    (3, 2): Size(768, 512),
    (3, 4): Size(768, 1024),
    (4, 3): Size(1024, 768),
    (4, 5): Size(768, 960),
    (5, 4): Size(960, 768),
    (9, 16): Size(576, 1024),
    (16, 9): Size(1024, 576),
    (9, 21): Size(576, 1344),
    (21, 9): Size(1344, 576),
}
"""The ratios people name, with the sizes product.md gives them; others are computed."""


def size_for_ratio(width: int, height: int) -> Size | None:
    """Answer the size for the ratio *width*:*height*; None where it is steeper than 4:1 or has a zero.

    A ratio that is not in `RATIOS` gets about one megapixel, with sides that are multiples of 16.
    """
    if not width or not height or not 1 / _STEEPEST <= width / height <= _STEEPEST:
        return None
    divisor = math.gcd(width, height)
    if (known := RATIOS.get((width // divisor, height // divisor))) is not None:
        return known
    scale = min(math.sqrt(MEGAPIXEL / (width * height)), _LONGEST / max(width, height))
    return Size(_to_step(width * scale), _to_step(height * scale))


def _to_step(side: float) -> int:
    return round(side / _STEP) * _STEP


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes a model draws: one fixed size, or any with both sides from *low* to *high* pixels."""

    low: int
    high: int
    default: Size = SQUARE

    @property
    def fixed(self) -> bool:
        """True when there is no choice."""
        return self.low == self.high

    def allow(self, size: Size) -> bool:
        """Say whether the model can draw *size*."""
        return all(self.low <= side <= self.high for side in size)

    def nearest(self, size: Size) -> Size:
        """Answer the size in the range that comes closest to *size*, of its shape where that is possible."""
        scale = min(1.0, self.high / max(size)) * max(1.0, self.low / max(1, min(size)))
        width, height = (min(self.high, max(self.low, _to_step(side * scale))) for side in size)
        return Size(width, height)

    def __str__(self) -> str:
        return str(self.default) if self.fixed else f"{self.low}x{self.low} to {self.high}x{self.high}"


_SIZE: Final = re.compile(r"([1-9]\d{0,4})\s*[xX×*]\s*([1-9]\d{0,4})")
_RATIO: Final = re.compile(r"(\d{1,4})\s*[:：]\s*(\d{1,4})")


def parse_size(text: str, *, param: str = "size") -> Size | None:
    """Read a size (``1536x1024``), a ratio (``16:9``) or ``auto`` (None). Raises InvalidValue."""
    text = text.strip()
    if text in {"", "auto"}:
        return None
    if match := _SIZE.fullmatch(text):
        return Size(int(match[1]), int(match[2]))
    size = size_for_ratio(int(match[1]), int(match[2])) if (match := _RATIO.fullmatch(text)) else None
    if size is None:
        message = (
            f"'{param}' must be 'auto', a size such as '1024x1024', "
            f"or a ratio from 1:{_STEEPEST} to {_STEEPEST}:1 such as '16:9'."
        )
        raise InvalidValue(message, param=param)
    return size
