"""How a request will be drawn: by which model, at which size, of what prompt, and for how much."""

from dataclasses import dataclass

from flux.catalog import ModelSpec, substitute_for
from flux.errors import InvalidValue, MissingParameter, SizeNotAvailable
from flux.images import ImageRequest, Reference
from flux.settings import Settings, SizePolicy
from flux.sizes import Size, size_for_ratio
from flux.structured import parse_structured, readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How a request will be drawn: by which model, at which size, in how many steps.

    *prompt* is what the model is given; *structured* says that it came from a structured prompt. *replaced*
    is the model the client chose where another one draws instead; *asked_size* the size the client asked
    for where another is drawn.
    """

    prompt: str
    model: ModelSpec
    size: Size
    steps: int
    count: int
    seed: int | None
    guidance: float | None
    negative_prompt: str
    references: tuple[Reference, ...] = ()
    structured: bool = False
    replaced: ModelSpec | None = None
    asked_size: Size | None = None

    @property
    def neurons(self) -> float | None:
        """The estimated cost of one picture, None where no price is published."""
        inputs = (reference.info.size for reference in self.references)
        return self.model.neurons(self.size, self.steps, inputs)


def check_prompt_length(prompt: str, model: ModelSpec) -> None:
    """Raise InvalidValue where *prompt* is longer than *model* takes."""
    if len(prompt) > model.prompt_limit:
        message = f"The prompt has {len(prompt)} characters; {model.short_id} takes {model.prompt_limit}."
        raise InvalidValue(message, param="prompt")


def plan(request: ImageRequest, settings: Settings) -> Drawing:
    """Choose the model and size that *request* is drawn with.

    A model that takes no references hands them to ``EDIT_MODEL``; a size it cannot draw follows
    ``SIZE_POLICY``. Raises SizeNotAvailable where no enabled model draws the size or the policy is
    ``reject``, InvalidValue where none takes references, MissingParameter where the prompt says nothing.
    """
    able = _model_for_references(request, settings)
    size = request.size or _natural_size(request, able)
    model, size = _model_and_size(able, size, len(request.references), settings)
    # Steps and guidance were chosen for a model; another one that steps in draws with its own.
    same_model = model is request.model
    steps = request.steps if same_model else None
    structure = parse_structured(request.prompt)
    text = readable(structure) if structure is not None else request.prompt
    if not text.strip():
        raise MissingParameter("'prompt' says nothing to draw.", param="prompt")
    return Drawing(
        prompt=request.prompt if model.structured_prompt else text,
        model=model,
        size=size,
        steps=settings.default_steps(model) if steps is None else steps,
        count=request.count,
        seed=request.seed if model.seed else None,
        guidance=request.guidance if same_model else None,
        negative_prompt=request.negative_prompt if model.negative_prompt else "",
        references=request.references,
        structured=structure is not None,
        replaced=None if same_model else request.model,
        asked_size=None if request.size in {None, size} else request.size,
    )


def _model_for_references(request: ImageRequest, settings: Settings) -> ModelSpec:
    if len(request.references) <= request.model.references:
        return request.model
    model = settings.default_editing_model
    if model is None:
        raise InvalidValue(
            "No enabled model takes reference pictures; add one to ENABLED_MODELS.",
            param=request.references[0].param,
        )
    return model


def _natural_size(request: ImageRequest, model: ModelSpec) -> Size:
    """Answer the size for a client that leaves it open: the first reference's shape, or the default."""
    if not request.references or model.sizes.fixed:
        return model.sizes.default
    size = size_for_ratio(*request.references[0].info.size)
    return size if size is not None and model.sizes.allow(size) else model.sizes.default


def _model_and_size(
    model: ModelSpec, size: Size, references: int, settings: Settings
) -> tuple[ModelSpec, Size]:
    if model.sizes.allow(size):
        return model, size
    if settings.size_policy is SizePolicy.NATIVE:
        return model, model.sizes.nearest(size)
    substitute = None
    if settings.size_policy is SizePolicy.SUBSTITUTE:
        substitute = substitute_for(model, size, settings.enabled_models, references=references)
    if substitute is None:
        raise SizeNotAvailable(f"{model.short_id} cannot draw {size}; it draws {model.sizes}.", param="size")
    return substitute, size
