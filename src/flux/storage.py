"""Keeping pictures: their keys, and the metadata that is stored with them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from flux.pictures import TYPES, PictureType
from flux.sizes import Size

_KEY: Final = re.compile(r"[0-9a-f]{44}\.(png|jpg|webp|gif)")
_LAST_MILLISECOND: Final = 2**48 - 1
_METADATA_LIMIT: Final = 1024
"""Bytes of JSON that KV keeps with a value (https://developers.cloudflare.com/kv/platform/limits/)."""
_BY_MIME: Final = {picture_type.mime: picture_type for picture_type in TYPES}


def new_key(entropy: bytes, now: float, picture_type: PictureType) -> str:
    """Make a key out of 16 random bytes: 128 bits that nobody guesses, and a file extension.

    The milliseconds left of the epoch stand before them: KV lists keys in alphabetical order and has no
    other, so that the newest come first.
    """
    return f"{_LAST_MILLISECOND - int(now * 1000):012x}{entropy.hex()}.{picture_type.extension}"


def is_key(text: str) -> bool:
    """Say whether *text* could be the key of a picture."""
    return _KEY.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """What is known of a stored picture. Times are Unix seconds, *length* is in bytes."""

    model: str
    prompt: str
    seed: int | None
    size: Size
    type: PictureType
    length: int
    created: int
    expires: int
    label: str

    def metadata(self) -> dict[str, object]:
        """Answer the JSON value for KV, the prompt cut so that all of it fits in 1024 bytes."""
        value: dict[str, object] = {
            "model": self.model,
            "prompt": "",
            "seed": self.seed,
            "width": self.size.width,
            "height": self.size.height,
            "mime": self.type.mime,
            "length": self.length,
            "created": self.created,
            "expires": self.expires,
            "label": self.label[:64],
        }
        return value | {"prompt": _cut_to_bytes(self.prompt, _METADATA_LIMIT - _json_bytes(value))}

    @classmethod
    def from_metadata(cls, value: Mapping[str, object]) -> Self | None:
        """Read what `metadata` wrote; None where it is something else."""
        picture_type = _BY_MIME.get(str(value.get("mime")))
        numbers = [value.get(name) for name in ("width", "height", "length", "created", "expires")]
        if picture_type is None or not all(type(number) is int for number in numbers):
            return None
        width, height, length, created, expires = (int(str(number)) for number in numbers)
        seed = value.get("seed")
        return cls(
            model=str(value.get("model", "")),
            prompt=str(value.get("prompt", "")),
            seed=seed if isinstance(seed, int) else None,
            size=Size(width, height),
            type=picture_type,
            length=length,
            created=created,
            expires=expires,
            label=str(value.get("label", "")),
        )


def _json_bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _cut_to_bytes(text: str, limit: int) -> str:
    """Cut *text* so that its JSON form takes at most *limit* bytes."""
    if _json_bytes(text) - 2 <= limit:
        return text
    low, high = 0, min(len(text), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _json_bytes(text[:middle]) - 1 <= limit - 4 else (low, middle - 1)
    return text[:low] + "…"
