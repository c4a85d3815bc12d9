"""Reading the images API's parameters, from JSON and from forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from flux.calls import Submission
from flux.catalog import ModelSpec, find_model
from flux.errors import InvalidValue, MissingParameter
from flux.fields import Fields
from flux.http import FormEntry, Upload
from flux.images import MAX_PROMPT, ImageRequest
from flux.references import Source
from flux.settings import Settings
from flux.sizes import Size, parse_size
from flux.structured import document

MAX_PICTURES: Final = 10

# Apps that know only OpenAI's models ask for these, and mean "whatever you have" (clients.md, 2.4).
_OPENAI_MODEL: Final = re.compile(r"gpt-image-[\w.-]+|chatgpt-image-latest|dall-e-[23]")
_FORMATS: Final = ("png", "webp", "jpeg", "gif", "svg")


@dataclass(frozen=True, slots=True)
class ImageFields:
    """What a request asks for, and how it wants its answer."""

    request: ImageRequest
    streamed: bool
    shows_url: bool
    shows_base64: bool


def parse_image_fields(submission: Submission, settings: Settings, *, edits: bool) -> ImageFields:
    """Read all but the reference pictures. Raises InvalidValue, MissingParameter, ModelNotFound."""
    fields = submission.fields
    if submission.has("mask"):
        raise InvalidValue("'mask' cannot be used: no model here takes one.", param="mask")
    # Neither is honoured, since the model decides; both are checked, since a client relies on them.
    fields.choice("output_format", _FORMATS, None)
    fields.integer("partial_images", default=0, low=0, high=3)
    wanted = fields.choice("response_format", ("url", "b64_json"), None)
    request = ImageRequest.parse(
        fields,
        prompt=_prompt(fields),
        model=_model(fields, settings, edits=edits),
        size=_size(fields),
        max_count=MAX_PICTURES,
    )
    return ImageFields(request, fields.boolean("stream"), wanted != "b64_json", wanted != "url")


def _prompt(fields: Fields) -> str:
    written = fields.values.get("prompt")
    prompt = document(written) if isinstance(written, dict) and written else fields.required_text("prompt")
    if len(prompt) > MAX_PROMPT:
        raise InvalidValue(
            f"'prompt' has {len(prompt)} characters; at most {MAX_PROMPT} are taken.", param="prompt"
        )
    return prompt


def _model(fields: Fields, settings: Settings, *, edits: bool) -> ModelSpec:
    name = fields.text("model")
    if name and not _OPENAI_MODEL.fullmatch(name):
        return find_model(name, settings.enabled_models)
    editing = settings.default_editing_model if edits else None
    return editing or settings.default_model


def _size(fields: Fields) -> Size | None:
    width = fields.integer("width", default=None, low=1, high=10_000)
    height = fields.integer("height", default=None, low=1, high=10_000)
    if width is not None and height is not None:
        return Size(width, height)
    if width is not None or height is not None:
        missing = "width" if width is None else "height"
        raise MissingParameter("'width' and 'height' go together.", param=missing)
    size = parse_size(fields.text("size"))
    return size or parse_size(fields.text("aspect_ratio"), param="aspect_ratio")


_REFERENCE: Final = re.compile(r"(?:images?|input_image)(?:\[(\d*)\]|_(\d+))?")


def reference_sources(submission: Submission) -> tuple[Source, ...]:
    """Find the reference pictures, in order: numbered names by their number, others as they came."""
    if submission.entries:
        found = [
            entry for entry in submission.entries if _REFERENCE.fullmatch(entry[0]) and _is_filled(entry)
        ]
        return tuple(
            Source(name, value) for name, value in sorted(found, key=lambda entry: _number(entry[0]))
        )
    names = sorted(filter(_REFERENCE.fullmatch, submission.fields.values), key=_number)
    return tuple(source for name in names for source in _in_json(submission.fields.values[name], name))


def _is_filled(entry: FormEntry) -> bool:
    """Say whether a form's field holds anything: browsers send an empty file for one left open."""
    value = entry[1]
    return bool(value.blob.size if isinstance(value, Upload) else value)


def _number(name: str) -> int:
    digits = re.search(r"\d+", name)
    return int(digits[0]) if digits is not None and len(digits[0]) < 9 else 0  # noqa: PLR2004 - no more are sent


def _in_json(value: object, param: str) -> Iterator[Source]:
    """Read an address, an object with one, or a list of those. Raises InvalidValue."""
    match value:
        case None | "" | []:
            return
        case str():
            yield Source(param, value)
        case list():
            for number, item in enumerate(value):
                yield from _in_json(item, f"{param}[{number}]")
        case {"image_url": (str() | dict()) as inner} | {"url": str() as inner}:
            yield from _in_json(inner, param)
        case {"file_id": _}:
            raise InvalidValue(
                f"'{param}' must be given as an image_url: no files are kept here.", param=param
            )
        case _:
            raise InvalidValue(
                f"'{param}' must be a data URL, an https address, or an object with an image_url.",
                param=param,
            )
