"""The models: one row each, with all that makes one different from the others.

Facts and prices are Cloudflare's (https://developers.cloudflare.com/workers-ai/models/ and
https://developers.cloudflare.com/workers-ai/platform/pricing/); where its pages are silent, the figures
are those of ``platform.md``. Code asks a row's columns and never compares ids.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from flux.errors import ModelNotFound
from flux.sizes import MEGAPIXEL, Size, Sizes

_TILE: Final = 512


class CallForm(Enum):
    """How a model takes its inputs."""

    JSON = "json"
    MULTIPART = "multipart"


class OutputForm(Enum):
    """How a model answers its picture."""

    BASE64 = "base64"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Steps:
    """A model's number of steps: from *low* to *high*, *default* when a request gives none.

    *field* is the input's name; None where the model takes none and always does *default*. *configured*:
    the setting ``FLUX_NUM_STEPS`` is the default.
    """

    field: str | None
    low: int
    high: int
    default: int
    configured: bool = False

    def usual(self, setting: int) -> int:
        """Answer the steps when a request gives none; *setting* is the value of ``FLUX_NUM_STEPS``."""
        return setting if self.configured else self.default


@dataclass(frozen=True, slots=True)
class Guidance:
    """The range of a model's guidance scale and the default we send; None leaves it to the model."""

    low: float
    high: float
    default: float | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a picture costs, in neurons ($0.011 per 1,000). A begun tile of 512x512 pixels counts whole."""

    output_tile: float = 0
    input_tile: float = 0
    step: float = 0
    output_tile_step: float = 0
    input_tile_step: float = 0
    first_megapixel: float = 0
    further_megapixel: float = 0
    input_megapixel: float = 0

    def neurons(self, size: Size, steps: int, inputs: Iterable[Size] = ()) -> float:
        """Estimate the neurons of one picture of *size* in *steps*, drawn after *inputs*."""
        tiles, inputs = _tiles(size), tuple(inputs)
        input_tiles = sum(map(_tiles, inputs))
        further = max(0.0, size.pixels / MEGAPIXEL - 1)
        return (
            tiles * (self.output_tile + steps * self.output_tile_step)
            + input_tiles * (self.input_tile + steps * self.input_tile_step)
            + steps * self.step
            + self.first_megapixel
            + further * self.further_megapixel
            + sum(size.pixels for size in inputs) / MEGAPIXEL * self.input_megapixel
        )


def _tiles(size: Size) -> int:
    return math.ceil(size.width / _TILE) * math.ceil(size.height / _TILE)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model. *references* is how many pictures it takes, each side below *reference_side* pixels."""

    id: str
    name: str
    family: str
    created: int
    call: CallForm
    output: OutputForm
    sizes: Sizes
    steps: Steps
    prompt_limit: int
    price: Price | None
    guidance: Guidance | None = None
    seed: bool = True
    negative_prompt: bool = False
    structured_prompt: bool = False
    references: int = 0
    reference_side: int = 0

    @property
    def short_id(self) -> str:
        """The last part of the id, which clients may also use."""
        return self.id.rpartition("/")[2]

    @property
    def owner(self) -> str:
        """Who made the model: the middle part of the id."""
        return self.id.split("/")[1]

    def neurons(self, size: Size, steps: int, inputs: Iterable[Size] = ()) -> float | None:
        """Estimate one picture's cost in neurons; None where Cloudflare publishes no price."""
        return None if self.price is None else self.price.neurons(size, steps, inputs)


MAX_SEED: Final = 2**32 - 1
_LONG_PROMPT: Final = 32_000
"""Characters; OpenAI's own limit, for models that document none."""

_FLUX_2: Final = Sizes(256, 1920)
_SDXL: Final = Sizes(256, 2048)

SCHNELL: Final = ModelSpec(
    id="@cf/black-forest-labs/flux-1-schnell",
    name="FLUX.1 [schnell]",
    family="flux",
    created=1724976000,
    call=CallForm.JSON,
    output=OutputForm.BASE64,
    # Its schema has no width or height: whatever is asked, it draws this (platform.md, 1).
    sizes=Sizes(1024, 1024),
    steps=Steps("steps", 1, 8, 4, configured=True),
    prompt_limit=2048,
    price=Price(output_tile=4.80, step=9.60),
    seed=False,
)
KLEIN_4B: Final = ModelSpec(
    id="@cf/black-forest-labs/flux-2-klein-4b",
    name="FLUX.2 [klein] 4B",
    family="flux",
    created=1768435200,
    call=CallForm.MULTIPART,
    output=OutputForm.BASE64,
    sizes=_FLUX_2,
    steps=Steps(None, 4, 4, 4),
    prompt_limit=_LONG_PROMPT,
    price=Price(output_tile=26.05, input_tile=5.37),
    structured_prompt=True,
    references=4,
    reference_side=512,
)
KLEIN_9B: Final = ModelSpec(
    id="@cf/black-forest-labs/flux-2-klein-9b",
    name="FLUX.2 [klein] 9B",
    family="flux",
    created=1769558400,
    call=CallForm.MULTIPART,
    output=OutputForm.BASE64,
    sizes=_FLUX_2,
    steps=Steps(None, 4, 4, 4),
    prompt_limit=_LONG_PROMPT,
    price=Price(first_megapixel=1363.64, further_megapixel=181.82, input_megapixel=181.82),
    structured_prompt=True,
    references=4,
    reference_side=512,
)
DEV: Final = ModelSpec(
    id="@cf/black-forest-labs/flux-2-dev",
    name="FLUX.2 [dev]",
    family="flux",
    created=1764028800,
    call=CallForm.MULTIPART,
    output=OutputForm.BASE64,
    sizes=_FLUX_2,
    steps=Steps("steps", 1, 50, 25),
    prompt_limit=_LONG_PROMPT,
    price=Price(output_tile_step=37.50, input_tile_step=18.75),
    guidance=Guidance(0, 20),
    structured_prompt=True,
    references=4,
    reference_side=512,
)
LUCID_ORIGIN: Final = ModelSpec(
    id="@cf/leonardo/lucid-origin",
    name="Lucid Origin",
    family="leonardo",
    created=1756080000,
    call=CallForm.JSON,
    output=OutputForm.BASE64,
    sizes=Sizes(64, 2500),
    steps=Steps("num_steps", 1, 40, 25),
    prompt_limit=_LONG_PROMPT,
    price=Price(output_tile=636, step=12),
    guidance=Guidance(0, 10, 4.5),
)
PHOENIX: Final = ModelSpec(
    id="@cf/leonardo/phoenix-1.0",
    name="Phoenix 1.0",
    family="leonardo",
    created=1756080000,
    call=CallForm.JSON,
    output=OutputForm.BYTES,
    sizes=Sizes(64, 2048),
    steps=Steps("num_steps", 1, 50, 25),
    prompt_limit=_LONG_PROMPT,
    price=Price(output_tile=530, step=10),
    guidance=Guidance(2, 10, 2),
    negative_prompt=True,
)


def _stable_diffusion(model_id: str, name: str, created: int, steps: int) -> ModelSpec:
    """Fill the columns that the three models of the SDXL family share. Cloudflare lists no price for them."""
    return ModelSpec(
        id=model_id,
        name=name,
        family="stable-diffusion",
        created=created,
        call=CallForm.JSON,
        output=OutputForm.BYTES,
        sizes=_SDXL,
        steps=Steps("num_steps", 1, 20, steps),
        prompt_limit=_LONG_PROMPT,
        price=None,
        guidance=Guidance(0, 30, 7.5),
        negative_prompt=True,
    )


CATALOG: Final = (
    SCHNELL,
    KLEIN_4B,
    KLEIN_9B,
    DEV,
    LUCID_ORIGIN,
    PHOENIX,
    _stable_diffusion(
        "@cf/stabilityai/stable-diffusion-xl-base-1.0", "Stable Diffusion XL Base 1.0", 1699920000, 20
    ),
    _stable_diffusion(
        "@cf/bytedance/stable-diffusion-xl-lightning", "Stable Diffusion XL Lightning", 1709078400, 20
    ),
    _stable_diffusion("@cf/lykon/dreamshaper-8-lcm", "DreamShaper 8 LCM", 1709078400, 8),
)

_BY_NAME: Final = {name: spec for spec in CATALOG for name in (spec.id, spec.short_id)}


def find_model(name: str, enabled: tuple[ModelSpec, ...] = CATALOG) -> ModelSpec:
    """Answer the enabled model with this id, full or short. Raises ModelNotFound that lists them."""
    spec = _BY_NAME.get(name)
    if spec is None or spec not in enabled:
        known = ", ".join(spec.short_id for spec in enabled)
        raise ModelNotFound(f"The model '{name}' does not exist here. Models: {known}.", param="model")
    return spec


def substitute_for(
    spec: ModelSpec, size: Size, enabled: tuple[ModelSpec, ...], *, references: int = 0
) -> ModelSpec | None:
    """Answer the cheapest enabled model that draws *size* and takes so many *references*; None if none does.

    Models of *spec*'s family come first.
    """
    able = [other for other in enabled if other.sizes.allow(size) and other.references >= references]
    return min(
        able,
        key=lambda other: (other.family != spec.family, other.neurons(size, other.steps.default) or math.inf),
        default=None,
    )
