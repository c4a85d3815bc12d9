"""Turning the text of a variable into a setting's value.

Each parser raises `Unusable`, whose text says what is allowed and never repeats the value: it may be secret.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar
from urllib.parse import urlsplit

from flux.catalog import CATALOG, ModelSpec, find_model
from flux.errors import ModelNotFound
from flux.parsing import parse_json

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key that opens the service, and the label that names its holder in logs."""

    label: str
    key: str = field(repr=False)


class Unusable(ValueError):
    """A value that a parser refuses; the text says what is allowed."""


def text(value: str) -> str:
    """Take the text as it is."""
    return value


def key(value: str) -> str:
    """Take a key as it is; one with white space in it could never be sent."""
    if re.search(r"\s", value):
        raise Unusable("must be a key without spaces")
    return value


def integer(low: int, high: int) -> Callable[[str], int]:
    """Make a parser of whole numbers from *low* to *high*."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"\d{1,10}", value) or not low <= int(value) <= high:
            raise Unusable(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


_SWITCH: Final = {
    "true": True, "1": True, "yes": True, "on": True,
    "false": False, "0": False, "no": False, "off": False,
}  # fmt: skip


def boolean(value: str) -> bool:
    """Read a switch."""
    if value.lower() not in _SWITCH:
        raise Unusable("must be true or false")
    return _SWITCH[value.lower()]


def one_of(values: Mapping[str, _T]) -> Callable[[str], _T]:
    """Make a parser that answers the value of one of some names, in any case."""

    def parse(value: str) -> _T:
        if value.lower() not in values:
            raise Unusable("must be one of: " + ", ".join(values))
        return values[value.lower()]

    return parse


def model(value: str) -> ModelSpec:
    """Read a model's id, full or short."""
    try:
        return find_model(value)
    except ModelNotFound:
        raise Unusable("must be a model id: " + ", ".join(spec.short_id for spec in CATALOG)) from None


def editing_model(value: str) -> ModelSpec:
    """Read the id of a model that takes reference pictures."""
    spec = model(value)
    if not spec.references:
        able = ", ".join(spec.short_id for spec in CATALOG if spec.references)
        raise Unusable(f"must be a model that takes reference pictures: {able}")
    return spec


def models(value: str) -> tuple[ModelSpec, ...]:
    """Read the ids of several models, separated by commas."""
    chosen = {model(name.strip()).id for name in value.split(",") if name.strip()}
    if not chosen:
        raise Unusable("must name at least one model")
    return tuple(spec for spec in CATALOG if spec.id in chosen)


def address(value: str) -> str:
    """Read an http or https address; a slash at its end is dropped."""
    try:
        parts = urlsplit(value)
    except ValueError:  # such as https://[
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unusable("must be an address that starts with https:// or http://")
    return value.rstrip("/")


def origins(value: str) -> tuple[str, ...]:
    """Read several origins, separated by commas."""
    named = tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
    if not named:
        raise Unusable("must name at least one origin, or be *")
    return named


def labelled_keys(value: str) -> tuple[ApiKey, ...]:
    """Read a JSON object of labels and keys."""
    try:
        keys = parse_json(value)
    except ValueError:
        keys = None
    if not isinstance(keys, dict) or not all(
        isinstance(held, str) and re.fullmatch(r"\S+", held) for held in keys.values()
    ):
        raise Unusable('must be a JSON object of labels and keys, such as {"phone": "…", "laptop": "…"}')
    return tuple(ApiKey(label, held) for label, held in keys.items())
