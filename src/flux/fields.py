"""Reading typed values out of a JSON object or a form, with errors that name the field.

Multipart forms carry every scalar as a string, and some apps do so in JSON too: a string that spells a
number or a boolean counts as one everywhere. ``null`` counts as absent.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, overload

from flux.errors import InvalidValue, MissingParameter

_T = TypeVar("_T")
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Fields:
    """The named values of one request."""

    values: Mapping[str, object]

    def first(self, *names: str) -> tuple[str, object]:
        """Answer the first of *names* that has a value, and the value; the first name and None if none."""
        for name in names:
            value = self.values.get(name)
            if value is not None:
                return name, value
        return names[0], None

    def required_text(self, name: str) -> str:
        """Answer a text that is there and not blank. Raises MissingParameter, InvalidValue."""
        text = self.text(name)
        if not text.strip():
            raise MissingParameter(f"'{name}' is required: a text that is not empty.", param=name)
        return text

    def text(self, name: str, default: str = "") -> str:
        """Answer a text. Raises InvalidValue for anything else."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise InvalidValue(f"'{name}' must be a string.", param=name)
        return well_formed(value)

    def choice(self, name: str, allowed: Iterable[str], default: _T) -> str | _T:
        """Answer one of *allowed*. Raises InvalidValue that lists them."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        allowed = tuple(allowed)
        if not isinstance(value, str) or value not in allowed:
            raise InvalidValue(f"'{name}' must be one of: {', '.join(allowed)}.", param=name)
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Answer true or false. Raises InvalidValue."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        spelled = _BOOLEANS.get(value.lower()) if isinstance(value, str) else None
        if spelled is None:
            raise InvalidValue(f"'{name}' must be true or false.", param=name)
        return spelled

    @overload
    def integer(self, *names: str, default: int, low: int, high: int) -> int: ...
    @overload
    def integer(self, *names: str, default: None, low: int, high: int) -> int | None: ...
    def integer(self, *names: str, default: int | None, low: int, high: int) -> int | None:
        """Answer a whole number from *low* to *high*; *names* are aliases. Raises InvalidValue."""
        name, value = self.first(*names)
        if value is None or value == "":
            return default
        number = _number(value)
        if number is None or number != int(number) or not low <= number <= high:
            raise InvalidValue(f"'{name}' must be a whole number from {low} to {high}.", param=name)
        return int(number)

    def number(self, *names: str, low: float, high: float) -> float | None:
        """Answer a number from *low* to *high*, or None when absent. Raises InvalidValue."""
        name, value = self.first(*names)
        if value is None or value == "":
            return None
        number = _number(value)
        if number is None or not low <= number <= high:
            raise InvalidValue(f"'{name}' must be a number from {low:g} to {high:g}.", param=name)
        return float(number)


def well_formed(text: str) -> str:
    """Replace lone surrogates, which JSON can spell but no UTF-8 text can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(value: object) -> int | float | None:
    """Answer the number that *value* is or spells; None where it is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        value = _spelled_number(value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _spelled_number(text: str) -> int | float | None:
    # int() and float() also read "1_000" and very long digits, which no client means.
    if len(text) > 32 or "_" in text:  # noqa: PLR2004 - no number a client means is longer
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None
