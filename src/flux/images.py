"""What is asked for, and what was drawn."""

from dataclasses import dataclass
from typing import Final, Self

from flux.blobs import Blob
from flux.catalog import MAX_SEED, Guidance, ModelSpec
from flux.fields import Fields
from flux.pictures import PictureInfo, PictureType
from flux.sizes import Size

MAX_PROMPT: Final = 32_000
"""Characters, as OpenAI's (clients.md, 1.1); a model's own limit may be lower."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture to draw after: its bytes, its type and size, and the name of the field it came in."""

    param: str
    blob: Blob
    info: PictureInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """What a client wants drawn; one that exists is legal for its model in all but size and references.

    *prompt* is a text, or a JSON object: a structured prompt. *size* None leaves it to the service, as do
    *steps* and *seed*. *count* pictures are drawn.
    """

    prompt: str
    model: ModelSpec
    size: Size | None = None
    steps: int | None = None
    seed: int | None = None
    guidance: float | None = None
    negative_prompt: str = ""
    count: int = 1
    references: tuple[Reference, ...] = ()

    @classmethod
    def parse(
        cls, fields: Fields, *, prompt: str, model: ModelSpec, size: Size | None, max_count: int
    ) -> Self:
        """Read what is left to read beside the prompt, model, size and references. Raises InvalidValue."""
        guidance = model.guidance or Guidance(0, 30)
        return cls(
            prompt=prompt,
            model=model,
            size=size,
            steps=_parse_steps(fields, model),
            seed=fields.integer("seed", default=None, low=0, high=MAX_SEED),
            guidance=fields.number("guidance", "guidance_scale", low=guidance.low, high=guidance.high),
            negative_prompt=fields.text("negative_prompt"),
            count=fields.integer("n", default=1, low=1, high=max_count),
        )


def _parse_steps(fields: Fields, model: ModelSpec) -> int | None:
    steps = model.steps
    return fields.integer(
        "steps", "num_steps", "num_inference_steps", default=None, low=steps.low, high=steps.high
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedImage:
    """A picture that was drawn. *key* is None where it could not be stored; then only *blob* has it.

    *draw_seconds* and *store_seconds* are how long the one and the other took.
    """

    blob: Blob
    type: PictureType
    size: Size
    seed: int | None
    key: str | None
    draw_seconds: float = 0.0
    store_seconds: float = 0.0
