"""The models of Workers AI that the stand-in plays: one row a model, its differences in columns."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Final, Literal, TypeAlias

from simulator.messages import Messages, last_of_user
from simulator.prices import (
    PicturePrice,
    TextPrice,
    free,
    megapixels,
    tiles_in_and_out,
    tiles_plus_steps,
    tiles_times_steps,
    tokens,
)
from simulator.refusals import bad_input, no_such_model
from simulator.schema import Integer, Never, Number, Picture, Schema, Text, check
from simulator.sketch import Sketch

Target: TypeAlias = Literal["image", "text"]


class Encoding(Enum):
    """A picture format: what Pillow calls it."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"

    @property
    def mime(self) -> str:
        """The media type."""
        return f"image/{self.value.lower()}"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a call brought, before it is held against a schema."""

    values: Mapping[str, object]
    multipart: bool


@dataclass(frozen=True, slots=True)
class ImageModel:
    """A model that draws; `width`, `height` and `steps` are what it does unless told otherwise."""

    id: str
    schema: Schema
    price: PicturePrice
    steps: int
    width: int = 1024
    height: int = 1024
    multipart: bool = False
    raw: bool = False
    encoding: Encoding = Encoding.JPEG

    target: ClassVar[Target] = "image"

    def check(self, inputs: Inputs) -> dict[str, object]:
        """Hold a call against the model's form and schema."""
        return check(self.schema, _in_form(self.schema, inputs, multipart=self.multipart), required="prompt")

    def sketch(self, values: Mapping[str, Any]) -> Sketch:
        """Make every choice the call left open: a picture without a seed is another one each time."""
        return Sketch(
            model=self.id,
            prompt=values["prompt"],
            # Leonardo's schemas start at 0, which means "as usual".
            width=values.get("width") or self.width,
            height=values.get("height") or self.height,
            steps=values.get("steps", values.get("num_steps", self.steps)),
            seed=values.get("seed", random.getrandbits(32)),
            guidance=values.get("guidance"),
            negative_prompt=values.get("negative_prompt"),
            strength=values.get("strength"),
            references=tuple(values[name] for name in REFERENCES if name in values),
        )


@dataclass(frozen=True, slots=True)
class TextModel:
    """A model that writes; `choices` means OpenAI's answer, otherwise Workers AI's own."""

    id: str
    schema: Schema
    price: TextPrice
    choices: bool

    target: ClassVar[Target] = "text"

    def check(self, inputs: Inputs) -> dict[str, object]:
        """Hold a call against the model's schema."""
        return check(self.schema, _in_form(self.schema, inputs, multipart=False), required="messages")

    def asked(self, values: Mapping[str, Any]) -> str:
        """Return the prompt the model is to improve."""
        return last_of_user(values["messages"])


Model: TypeAlias = ImageModel | TextModel


def _in_form(schema: Schema, inputs: Inputs, *, multipart: bool) -> dict[str, object]:
    """Return the values of a call that came in the model's own form."""
    if inputs.multipart and not multipart:
        raise bad_input("Additional or unevaluated properties '/multipart' at '/' not allowed")
    if multipart and inputs.values and not inputs.multipart:
        raise bad_input("required properties at '/' are 'multipart'")
    return {
        name: schema[name].from_form(value)
        if multipart and isinstance(value, str) and name in schema
        else value
        for name, value in inputs.values.items()
    }


REFERENCES: Final = ("input_image_0", "input_image_1", "input_image_2", "input_image_3")

_FLUX_2: Final[Schema] = {
    "prompt": Text(),
    "width": Integer(256, 1920),
    "height": Integer(256, 1920),
    "guidance": Number(),
    "seed": Integer(),
    **{name: Picture() for name in REFERENCES},
}

_DIFFUSION: Final[Schema] = {
    "prompt": Text(),
    "negative_prompt": Text(0),
    "width": Integer(256, 2048),
    "height": Integer(256, 2048),
    "num_steps": Integer(1, 20),
    "guidance": Number(),
    "seed": Integer(),
    "strength": Number(0, 1),
}

_CHAT: Final[Schema] = {
    "messages": Messages(),
    "max_tokens": Integer(1),
    "temperature": Number(0, 5),
    "stream": Never(),
}

_ROWS: Final[tuple[Model, ...]] = (
    ImageModel(
        "@cf/black-forest-labs/flux-1-schnell",
        {"prompt": Text(1, 2048), "steps": Integer(1, 8)},
        tiles_plus_steps(4.80, 9.60),
        steps=4,
    ),
    ImageModel(
        "@cf/black-forest-labs/flux-2-dev",
        {**_FLUX_2, "steps": Integer(1, 50)},
        tiles_times_steps(18.75, 37.50),
        steps=25,
        height=768,
        multipart=True,
    ),
    ImageModel(
        "@cf/black-forest-labs/flux-2-klein-4b",
        _FLUX_2,
        tiles_in_and_out(5.37, 26.05),
        steps=4,
        height=768,
        multipart=True,
    ),
    ImageModel(
        "@cf/black-forest-labs/flux-2-klein-9b",
        _FLUX_2,
        megapixels(1363.64, 181.82, 181.82),
        steps=4,
        height=768,
        multipart=True,
    ),
    ImageModel(
        "@cf/leonardo/lucid-origin",
        {
            "prompt": Text(),
            "width": Integer(0, 2500),
            "height": Integer(0, 2500),
            "num_steps": Integer(1, 40),
            "guidance": Number(0, 10),
            "seed": Integer(),
        },
        tiles_plus_steps(636, 12),
        steps=25,
        width=1120,
        height=1120,
    ),
    ImageModel(
        "@cf/leonardo/phoenix-1.0",
        {
            "prompt": Text(),
            "negative_prompt": Text(0),
            "width": Integer(0, 2048),
            "height": Integer(0, 2048),
            "num_steps": Integer(1, 50),
            "guidance": Number(2, 10),
            "seed": Integer(),
        },
        tiles_plus_steps(530, 10),
        steps=25,
        raw=True,
    ),
    *(
        ImageModel(name, _DIFFUSION, free, steps=steps, raw=True, encoding=Encoding.PNG)
        for name, steps in (
            ("@cf/stabilityai/stable-diffusion-xl-base-1.0", 20),
            ("@cf/bytedance/stable-diffusion-xl-lightning", 8),
            ("@cf/lykon/dreamshaper-8-lcm", 8),
        )
    ),
    TextModel("@cf/meta/llama-3.1-8b-instruct-fp8", _CHAT, tokens(13_778, 26_128), choices=False),
    TextModel("@cf/meta/llama-3.3-70b-instruct-fp8-fast", _CHAT, tokens(26_668, 204_805), choices=False),
    TextModel("@cf/qwen/qwen3-30b-a3b-fp8", _CHAT, tokens(4_625, 30_475), choices=True),
)

MODELS: Final[Mapping[str, Model]] = {row.id: row for row in _ROWS}


def find(model: str) -> Model:
    """Return a model of the catalog."""
    try:
        return MODELS[model]
    except KeyError:
        raise no_such_model(model) from None
