"""Pictures as the core sees them: handles to bytes that stay on the platform's side.

Crossing the border between JavaScript and Python costs up to 250 ms for one picture's base64, so neither
its bytes nor its base64 ever becomes a Python value (docs/performance.md has the figures). The core holds
a `Blob`, reads the few bytes it needs, and writes texts with *holes* that the platform fills.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol


class Blob(Protocol):
    """Bytes held by the platform."""

    @property
    def size(self) -> int:
        """The number of bytes."""

    def read(self, start: int, stop: int) -> bytes:
        """Copy the bytes from *start* up to *stop*; fewer where the blob ends sooner."""


@dataclass(frozen=True, slots=True)
class Base64:
    """A hole in a text: the platform puts the base64 of *blob* there."""

    blob: Blob


@dataclass(frozen=True, slots=True)
class Spliced:
    """A text with holes: its parts in order."""

    parts: tuple[str | Base64, ...]

    def __bool__(self) -> bool:
        return bool(self.parts)


Text = str | Spliced


def parts_of(text: Text) -> tuple[str | Base64, ...]:
    """Answer the parts of *text*; a plain string is one part."""
    return text.parts if isinstance(text, Spliced) else (text,)


def join(*texts: Text) -> Text:
    """Put texts one behind the other; the result is a plain string when none has a hole."""
    parts = [part for text in texts for part in parts_of(text)]
    strings = [part for part in parts if isinstance(part, str)]
    return "".join(strings) if len(strings) == len(parts) else Spliced(tuple(parts))


def encode_json(value: object) -> Text:
    """Write *value* as JSON; `Base64` and `Spliced` values become JSON strings with holes."""
    holes: list[Base64] = []
    for marker in _MARKERS:
        holes.clear()
        text = json.dumps(value, default=_Marking(marker, holes), separators=(",", ":"))
        if not holes:
            return text
        # A marker that a client's own text also contains would be taken for a hole: try the next one.
        pieces = text.split(_escaped(marker))
        if len(pieces) == len(holes) + 1:
            return Spliced(tuple(_interleave(pieces, holes)))
    raise ValueError("the text contains every noncharacter of Unicode's U+FDD0 block")


# Noncharacters are "intended for process-internal uses" (https://www.unicode.org/faq/private_use.html).
_MARKERS: Final = tuple(chr(code) for code in range(0xFDD0, 0xFDF0))


def _escaped(marker: str) -> str:
    return json.dumps(marker)[1:-1]


@dataclass(frozen=True, slots=True)
class _Marking:
    """The encoder's hook: write a marker for each hole, and note the hole."""

    marker: str
    holes: list[Base64]

    def __call__(self, value: object) -> str:
        if isinstance(value, Base64):
            return self._mark(value)
        if isinstance(value, Spliced):
            return "".join(part if isinstance(part, str) else self._mark(part) for part in value.parts)
        raise TypeError(f"{type(value).__name__} has no JSON form")

    def _mark(self, hole: Base64) -> str:
        self.holes.append(hole)
        return self.marker


def _interleave(pieces: list[str], holes: list[Base64]) -> Iterator[str | Base64]:
    yield pieces[0]
    for hole, piece in zip(holes, pieces[1:], strict=True):
        yield hole
        yield piece
