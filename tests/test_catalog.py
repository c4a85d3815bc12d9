import pytest

from flux.catalog import (
    CATALOG,
    DEV,
    KLEIN_4B,
    LUCID_ORIGIN,
    PHOENIX,
    SCHNELL,
    ModelSpec,
    find_model,
    substitute_for,
)
from flux.errors import ModelNotFound
from flux.sizes import SQUARE, Size

FLUX_2 = {"flux-2-klein-4b", "flux-2-klein-9b", "flux-2-dev"}
SDXL = {"stable-diffusion-xl-base-1.0", "stable-diffusion-xl-lightning", "dreamshaper-8-lcm"}


def test_the_catalog_has_these_nine_models_in_this_order() -> None:
    assert [spec.id for spec in CATALOG] == [
        "@cf/black-forest-labs/flux-1-schnell",
        "@cf/black-forest-labs/flux-2-klein-4b",
        "@cf/black-forest-labs/flux-2-klein-9b",
        "@cf/black-forest-labs/flux-2-dev",
        "@cf/leonardo/lucid-origin",
        "@cf/leonardo/phoenix-1.0",
        "@cf/stabilityai/stable-diffusion-xl-base-1.0",
        "@cf/bytedance/stable-diffusion-xl-lightning",
        "@cf/lykon/dreamshaper-8-lcm",
    ]


def test_a_square_picture_costs_what_cloudflare_says() -> None:
    costs = {spec.short_id: spec.neurons(SQUARE, spec.steps.default) for spec in CATALOG}
    assert costs == {
        "flux-1-schnell": pytest.approx(57.6),
        "flux-2-klein-4b": pytest.approx(104.2),
        "flux-2-klein-9b": pytest.approx(1363.64),
        "flux-2-dev": pytest.approx(3750),
        "lucid-origin": pytest.approx(636 * 4 + 12 * 25),
        "phoenix-1.0": pytest.approx(530 * 4 + 10 * 25),
        "stable-diffusion-xl-base-1.0": None,
        "stable-diffusion-xl-lightning": None,
        "dreamshaper-8-lcm": None,
    }


@pytest.mark.parametrize(
    ("model", "size", "steps", "inputs", "neurons"),
    [
        ("flux-1-schnell", (1024, 1024), 8, [], 4 * 4.80 + 8 * 9.60),
        ("flux-2-klein-4b", (513, 512), 4, [], 2 * 26.05),
        ("flux-2-klein-4b", (512, 512), 4, [(500, 500), (511, 100)], 26.05 + 2 * 5.37),
        ("flux-2-klein-9b", (2048, 1024), 4, [], 1363.64 + 181.82),
        ("flux-2-klein-9b", (512, 512), 4, [(512, 512)], 1363.64 + 181.82 / 4),
        ("flux-2-dev", (512, 512), 10, [(500, 500)], 10 * (37.50 + 18.75)),
    ],
)
def test_size_steps_and_inputs_make_the_price(
    model: str, size: tuple[int, int], steps: int, inputs: list[tuple[int, int]], neurons: float
) -> None:
    sizes = [Size(*given) for given in inputs]
    assert find_model(model).neurons(Size(*size), steps, sizes) == pytest.approx(neurons)


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.short_id)
def test_a_model_is_found_by_its_full_and_its_short_id(spec: ModelSpec) -> None:
    assert (find_model(spec.id), find_model(spec.short_id)) == (spec, spec)


def test_an_id_tells_its_owner() -> None:
    assert (SCHNELL.owner, LUCID_ORIGIN.owner) == ("black-forest-labs", "leonardo")


@pytest.mark.parametrize(
    "name", ["gpt-4o-mini", "", "FLUX-1-SCHNELL", "@cf/flux-1-schnell", "flux-1-schnell "]
)
def test_an_unknown_model_is_not_found(name: str) -> None:
    with pytest.raises(ModelNotFound) as refusal:
        find_model(name)
    assert (refusal.value.status, refusal.value.code, refusal.value.param) == (
        404,
        "model_not_found",
        "model",
    )


def test_a_model_that_is_not_enabled_is_not_found_and_those_that_are_get_listed() -> None:
    with pytest.raises(ModelNotFound, match=r"'flux-2-dev' does not exist here\. Models: flux-1-schnell\.$"):
        find_model("flux-2-dev", (SCHNELL,))


def test_these_models_take_references_and_structured_prompts() -> None:
    table = {spec.short_id: (spec.references, spec.reference_side) for spec in CATALOG if spec.references}
    assert table == dict.fromkeys(FLUX_2, (4, 512))
    assert {spec.short_id for spec in CATALOG if spec.structured_prompt} == FLUX_2


def test_these_models_have_no_seed() -> None:
    assert {spec.short_id for spec in CATALOG if not spec.seed} == {"flux-1-schnell"}


def test_these_models_have_a_negative_prompt() -> None:
    assert {spec.short_id for spec in CATALOG if spec.negative_prompt} == SDXL | {"phoenix-1.0"}


def test_every_model_draws_these_sizes() -> None:
    assert {spec.short_id: (spec.sizes.low, spec.sizes.high) for spec in CATALOG} == {
        "flux-1-schnell": (1024, 1024),
        "flux-2-klein-4b": (256, 1920),
        "flux-2-klein-9b": (256, 1920),
        "flux-2-dev": (256, 1920),
        "lucid-origin": (64, 2500),
        "phoenix-1.0": (64, 2048),
        **dict.fromkeys(SDXL, (256, 2048)),
    }


def test_every_model_takes_these_steps() -> None:
    steps = {spec.short_id: spec.steps for spec in CATALOG}
    assert {name: (row.field, row.low, row.high, row.default) for name, row in steps.items()} == {
        "flux-1-schnell": ("steps", 1, 8, 4),
        "flux-2-klein-4b": (None, 4, 4, 4),
        "flux-2-klein-9b": (None, 4, 4, 4),
        "flux-2-dev": ("steps", 1, 50, 25),
        "lucid-origin": ("num_steps", 1, 40, 25),
        "phoenix-1.0": ("num_steps", 1, 50, 25),
        "stable-diffusion-xl-base-1.0": ("num_steps", 1, 20, 20),
        "stable-diffusion-xl-lightning": ("num_steps", 1, 20, 20),
        "dreamshaper-8-lcm": ("num_steps", 1, 20, 8),
    }


@pytest.mark.parametrize("spec", CATALOG, ids=lambda spec: spec.short_id)
def test_the_defaults_of_a_row_lie_in_its_ranges(spec: ModelSpec) -> None:
    assert spec.sizes.allow(spec.sizes.default)
    assert spec.steps.low <= spec.steps.default <= spec.steps.high
    if spec.guidance is not None and spec.guidance.default is not None:
        assert spec.guidance.low <= spec.guidance.default <= spec.guidance.high


@pytest.mark.parametrize(
    ("chosen", "size", "references", "substitute"),
    [
        (SCHNELL, (768, 512), 0, "flux-2-klein-4b"),
        (SCHNELL, (1920, 256), 4, "flux-2-klein-4b"),
        (SCHNELL, (2048, 1024), 0, "phoenix-1.0"),
        (SCHNELL, (2500, 1024), 0, "lucid-origin"),
        (SCHNELL, (2048, 1024), 1, None),
        (SCHNELL, (4000, 4000), 0, None),
        (SCHNELL, (1024, 1024), 1, "flux-2-klein-4b"),
        (DEV, (100, 100), 0, "phoenix-1.0"),
        (LUCID_ORIGIN, (1024, 1024), 0, "phoenix-1.0"),
    ],
)
def test_the_cheapest_model_that_can_stands_in_one_of_the_family_first(
    chosen: ModelSpec, size: tuple[int, int], references: int, substitute: str | None
) -> None:
    spec = substitute_for(chosen, Size(*size), CATALOG, references=references)
    assert (spec.short_id if spec else None) == substitute


def test_only_an_enabled_model_stands_in() -> None:
    assert substitute_for(SCHNELL, Size(768, 512), (SCHNELL, PHOENIX)) is PHOENIX
    assert substitute_for(SCHNELL, Size(768, 512), (SCHNELL,)) is None


def test_a_free_choice_is_the_cheaper_sibling() -> None:
    assert substitute_for(DEV, SQUARE, (DEV, KLEIN_4B)) is KLEIN_4B
