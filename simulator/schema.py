"""The kinds of input a model has, and the check of a whole call against them.

Workers AI validates with its own JSON Schema library; the messages follow that library's wording, because a
client may have learned to read them: https://github.com/cloudflare/cabidela
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final, Protocol, TypeAlias

from PIL import Image

from simulator.refusals import bad_input
from simulator.sketch import Reference

LONGEST_TEXT: Final = 32_000
REFERENCE_LIMIT: Final = 512
REFERENCE_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")

TYPE_NAMES: Final[Mapping[type, str]] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    list: "array",
    dict: "object",
    type(None): "null",
}

INTEGER: Final = re.compile(r"-?\d+")
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart form."""

    filename: str
    content_type: str
    data: bytes


class Field(Protocol):
    """One input of a model."""

    def from_form(self, text: str) -> object:
        """Turn what a form field says into the value meant; leave it alone if it means none."""

    def check(self, path: str, value: object) -> object:
        """Return *value* as the model takes it, or refuse it."""


Schema: TypeAlias = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    low: int = 1
    high: int = LONGEST_TEXT

    def from_form(self, text: str) -> object:
        """Take the text as it is."""
        return text

    def check(self, path: str, value: object) -> str:
        """Hold the type and the length."""
        if not isinstance(value, str):
            raise mismatch(path, "string", value)
        if len(value) < self.low:
            raise bad_input(f"Length of '{path}' must be >= {self.low} not met")
        if len(value) > self.high:
            raise bad_input(f"Length of '{path}' must be <= {self.high}")
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds; the lower one may itself be left out."""

    low: float | None = None
    high: float | None = None

    def from_form(self, text: str) -> object:
        """Read decimal digits, and nothing that merely resembles them."""
        return float(text) if NUMBER.fullmatch(text) else text

    def check(self, path: str, value: object) -> float:
        """Hold the type and the bounds."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise mismatch(path, "number", value)
        self.bounded(path, value)
        return value

    def bounded(self, path: str, value: float) -> None:
        """Hold the bounds."""
        if self.low is not None and value < self.low:
            raise bad_input(f"'{path}' must be >= {self.low}")
        if self.high is not None and value > self.high:
            raise bad_input(f"'{path}' must be <= {self.high}")


@dataclass(frozen=True, slots=True)
class Integer(Number):
    """A whole number within bounds."""

    def from_form(self, text: str) -> object:
        """Read an integer; a decimal point makes it none."""
        return int(text) if INTEGER.fullmatch(text) else text

    def check(self, path: str, value: object) -> int:
        """Hold the type and the bounds; a JSON 4.0 is the integer 4, as it is in JavaScript."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise mismatch(path, "integer", value)
        self.bounded(path, value)
        return value


@dataclass(frozen=True, slots=True)
class Never:
    """A flag that exists but must stay off: the stand-in has no streams."""

    def from_form(self, text: str) -> object:
        """Take the text as it is."""
        return text

    def check(self, path: str, value: object) -> bool:
        """Let only false pass."""
        if value is not False:
            raise bad_input(f"'{path}' must be false: the stand-in does not stream")
        return value


@dataclass(frozen=True, slots=True)
class Picture:
    """A reference picture in a form: decodable, and small enough."""

    def from_form(self, text: str) -> object:
        """Leave text as text: a picture is a file."""
        return text

    def check(self, path: str, value: object) -> Reference:
        """Decode the file."""
        if not isinstance(value, Upload):
            raise mismatch(path, "binary", value)
        try:
            image = Image.open(BytesIO(value.data), formats=REFERENCE_FORMATS)
            if max(image.size) >= REFERENCE_LIMIT:
                size = "{}x{}".format(*image.size)
                limit = f"{REFERENCE_LIMIT}x{REFERENCE_LIMIT}"
                raise bad_input(f"'{path}' must be smaller than {limit}, got {size}")
            return Reference(image.convert("RGB"))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise bad_input(f"'{path}' is not a picture that can be decoded") from error


def check(schema: Schema, values: Mapping[str, object], *, required: str) -> dict[str, object]:
    """Return *values* as the model takes them, or refuse the call."""
    if not values:
        # A Python dict that crosses into JavaScript as a Map serialises to nothing.
        hint = "the inputs arrived empty; was a dict sent without dict_converter=Object.fromEntries?"
        raise bad_input(f"required properties at '/' are '{required}' ({hint})")
    taken = {name: schema[name].check(f"/{name}", value) for name, value in values.items() if name in schema}
    if extra := ", ".join(f"/{name}" for name in values if name not in schema):
        raise bad_input(f"Additional or unevaluated properties '{extra}' at '/' not allowed")
    if required not in values:
        raise bad_input(f"required properties at '/' are '{required}'")
    return taken


def mismatch(path: str, wanted: str, value: object) -> Exception:
    """Refuse a value of another type."""
    return bad_input(
        f"Type mismatch of '{path}', '{wanted}' not in '{TYPE_NAMES.get(type(value), 'binary')}'"
    )
