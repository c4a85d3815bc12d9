"""What a picture's first bytes tell: its type and its size.

Models do not always say what they draw, and some have called a JPEG a PNG; the bytes decide.
"""

from dataclasses import dataclass
from typing import Final

from flux.blobs import Blob
from flux.sizes import Size


@dataclass(frozen=True, slots=True)
class PictureType:
    """A type of picture: its mime type, file extension, and OpenAI's name for it."""

    mime: str
    extension: str
    name: str


PNG: Final = PictureType("image/png", "png", "png")
JPEG: Final = PictureType("image/jpeg", "jpg", "jpeg")
WEBP: Final = PictureType("image/webp", "webp", "webp")
GIF: Final = PictureType("image/gif", "gif", "gif")
TYPES: Final = (PNG, JPEG, WEBP, GIF)


class NotAPicture(ValueError):
    """The bytes are no PNG, JPEG, WebP or GIF, or not a whole one; the text says which."""


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """A picture's type and size."""

    type: PictureType
    size: Size


def inspect(blob: Blob) -> PictureInfo:
    """Read the type and size of a picture. Raises NotAPicture, also for one that breaks off."""
    head = blob.read(0, 32)
    for picture_type, starts, measure in _FORMATS:
        if starts(head):
            size = measure(blob)
            if size is None or not all(size) or not _is_whole(picture_type, blob):
                raise NotAPicture(f"the {picture_type.name.upper()} breaks off")
            return PictureInfo(picture_type, size)
    raise NotAPicture("the bytes are no PNG, JPEG, WebP or GIF picture")


def _is_whole(picture_type: PictureType, blob: Blob) -> bool:
    # Only these two are ever drawn by a model, and only they end with a mark. A few bytes may follow it.
    mark = {PNG: b"IEND", JPEG: b"\xff\xd9"}.get(picture_type)
    return mark is None or mark in blob.read(max(0, blob.size - 64), blob.size)


def _png_size(blob: Blob) -> Size | None:
    # https://www.w3.org/TR/png-3/#11IHDR: IHDR comes first, at a fixed place.
    return _big_endian(blob.read(16, 24))


def _gif_size(blob: Blob) -> Size | None:
    screen = blob.read(6, 10)
    return _little_endian(screen) if len(screen) == 4 else None  # noqa: PLR2004


def _webp_size(blob: Blob) -> Size | None:
    # https://developers.google.com/speed/webp/docs/riff_container: three kinds of first chunk.
    head = blob.read(0, 30)
    if len(head) < 30:  # noqa: PLR2004
        return None
    kind = head[12:16]
    if kind == b"VP8X":
        return Size(1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little"))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    size = _little_endian(head[26:30])
    return Size(size.width & 0x3FFF, size.height & 0x3FFF)


def _jpeg_size(blob: Blob) -> Size | None:
    # https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1: segments of a marker and a length.
    at = 2
    for _ in range(_MOST_SEGMENTS):
        segment = blob.read(at, at + 9)
        if len(segment) < 9 or segment[0] != 0xFF:  # noqa: PLR2004
            return None
        if segment[1] in _FRAME_MARKERS:
            return Size(int.from_bytes(segment[7:9], "big"), int.from_bytes(segment[5:7], "big"))
        at += 1 if segment[1] == 0xFF else 2 + int.from_bytes(segment[2:4], "big")  # noqa: PLR2004
    return None


_MOST_SEGMENTS: Final = 256
_FRAME_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _big_endian(eight: bytes) -> Size | None:
    if len(eight) != 8:  # noqa: PLR2004
        return None
    return Size(int.from_bytes(eight[:4], "big"), int.from_bytes(eight[4:], "big"))


def _little_endian(four: bytes) -> Size:
    return Size(int.from_bytes(four[:2], "little"), int.from_bytes(four[2:], "little"))


_FORMATS: Final = (
    (PNG, lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"), _png_size),
    (JPEG, lambda head: head.startswith(b"\xff\xd8\xff"), _jpeg_size),
    (WEBP, lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", _webp_size),
    (GIF, lambda head: head[:6] in {b"GIF87a", b"GIF89a"}, _gif_size),
)
