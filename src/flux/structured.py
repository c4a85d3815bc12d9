"""Structured prompts: a JSON object that describes a picture part by part.

FLUX.2 reads such a document as it is (https://docs.bfl.ai/guides/prompting_guide_flux2); for models that
do not, it is written out as plain text.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from flux.fields import well_formed
from flux.parsing import parse_json

# These say what is in the picture, and read best without their name before them.
_PLAIN: Final = frozenset({"prompt", "scene", "description", "subject", "subjects", "text", "type", "name"})


def parse_structured(text: str) -> dict[str, object] | None:
    """Answer the JSON object that *text* is; None where it is anything else."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = parse_json(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) and value else None


def document(structure: Mapping[str, object]) -> str:
    """Write a structured prompt as JSON, for a model that reads it."""
    return well_formed(json.dumps(structure, ensure_ascii=False))


def readable(structure: Mapping[str, object]) -> str:
    """Write a structured prompt as sentences, for a model that does not; empty where it says nothing."""
    sentences = [_sentence(name, value) for name, value in structure.items()]
    return well_formed(" ".join(f"{sentence}." for sentence in sentences if sentence))


def _sentence(name: str, value: object) -> str:
    text = _phrase(value)
    if not text or name in _PLAIN:
        return text
    return f"{name.replace('_', ' ').replace('-', ' ').capitalize()}: {text}"


def _phrase(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case dict():
            return ", ".join(_parts(value))
        case list():
            return "; ".join(text for item in value if (text := _phrase(item)))
    return str(value).strip().rstrip(".")


def _parts(values: Mapping[str, object]) -> Iterator[str]:
    for name, value in values.items():
        text = _phrase(value)
        if text:
            yield text if name in _PLAIN else f"{name.replace('_', ' ').replace('-', ' ')} {text}"
