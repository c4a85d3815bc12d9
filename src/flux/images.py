"""The nouns of the service: what is asked for, how it will be drawn, and what was drawn."""

from dataclasses import dataclass, replace
from typing import Self

from flux.blobs import Blob
from flux.catalog import MAX_SEED, Guidance, ModelSpec, substitute_for
from flux.errors import InvalidValue, SizeNotAvailable
from flux.fields import Fields
from flux.pictures import PictureType
from flux.settings import Settings, SizePolicy
from flux.sizes import Size


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """What a client wants drawn; one that exists is legal for its model in all but the size.

    *size* None leaves it to the model, *steps* and *seed* None to the service. *count* pictures are drawn.
    """

    prompt: str
    model: ModelSpec
    size: Size | None = None
    steps: int | None = None
    seed: int | None = None
    guidance: float | None = None
    negative_prompt: str = ""
    count: int = 1

    @classmethod
    def parse(
        cls, fields: Fields, *, prompt: str, model: ModelSpec, size: Size | None, max_count: int
    ) -> Self:
        """Read what is left to read beside the prompt, model and size. Raises InvalidValue."""
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
class Drawing:
    """How a request will be drawn: by which model, at which size, in how many steps, for how much.

    *replaced* is the model the client chose where another one draws instead; *asked_size* the size the
    client asked for where another is drawn. *neurons* is the estimate for one picture, None if unknown.
    """

    prompt: str
    model: ModelSpec
    size: Size
    steps: int
    count: int
    seed: int | None
    guidance: float | None
    negative_prompt: str
    neurons: float | None
    replaced: ModelSpec | None = None
    asked_size: Size | None = None

    def with_prompt(self, prompt: str) -> "Drawing":
        """Answer the same drawing of another prompt."""
        return replace(self, prompt=prompt)


def check_prompt_length(prompt: str, model: ModelSpec) -> None:
    """Raise InvalidValue where *prompt* is longer than *model* takes."""
    if len(prompt) > model.prompt_limit:
        raise InvalidValue(
            f"The prompt has {len(prompt)} characters; {model.short_id} takes {model.prompt_limit}.",
            param="prompt",
        )


def plan(request: ImageRequest, settings: Settings) -> Drawing:
    """Choose the model and size that *request* is drawn with, by ``SIZE_POLICY``.

    Raises SizeNotAvailable where no enabled model draws the size, or the policy is ``reject``.
    """
    model, size = _model_and_size(request, settings)
    # Steps and guidance were chosen for a model; another one that steps in draws with its own.
    same_model = model is request.model
    steps = request.steps if same_model else None
    if steps is None:
        steps = settings.default_steps(model)
    return Drawing(
        prompt=request.prompt,
        model=model,
        size=size,
        steps=steps,
        count=request.count,
        seed=request.seed if model.seed else None,
        guidance=request.guidance if same_model else None,
        negative_prompt=request.negative_prompt if model.negative_prompt else "",
        neurons=model.neurons(size, steps),
        replaced=None if same_model else request.model,
        asked_size=None if request.size in {None, size} else request.size,
    )


def _model_and_size(request: ImageRequest, settings: Settings) -> tuple[ModelSpec, Size]:
    model, size = request.model, request.size
    if size is None:
        return model, model.sizes.default
    if model.sizes.allow(size):
        return model, size
    if settings.size_policy is SizePolicy.NATIVE:
        return model, model.sizes.nearest(size)
    substitute = None
    if settings.size_policy is SizePolicy.SUBSTITUTE:
        substitute = substitute_for(model, size, settings.enabled_models)
    if substitute is None:
        raise SizeNotAvailable(f"{model.short_id} cannot draw {size}; it draws {model.sizes}.", param="size")
    return substitute, size


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
