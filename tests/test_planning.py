from typing import Any

import pytest

from flux.catalog import CATALOG, DEV, KLEIN_4B, PHOENIX, SCHNELL, ModelSpec, find_model
from flux.errors import InvalidValue, SizeNotAvailable
from flux.images import ImageRequest, Reference
from flux.pictures import PNG, PictureInfo, inspect
from flux.planning import Drawing, check_prompt_length, plan
from flux.settings import load
from flux.sizes import SQUARE, Size
from tests.fakes import FakeBlob, picture

WIDE = Size(768, 512)


def _plan(model: ModelSpec, size: Size | None = None, policy: str = "", **more: Any) -> Drawing:
    request = ImageRequest(prompt="a cat", model=model, size=size, **more)
    return plan(request, load({"SIZE_POLICY": policy}))


def test_without_wishes_the_model_draws_a_square_as_it_does_by_itself() -> None:
    assert _plan(SCHNELL) == Drawing(
        prompt="a cat",
        model=SCHNELL,
        size=SQUARE,
        steps=4,
        count=1,
        seed=None,
        guidance=None,
        negative_prompt="",
    )


@pytest.mark.parametrize(
    ("model", "size", "steps", "neurons"),
    [
        ("flux-1-schnell", None, None, 4 * 4.80 + 4 * 9.60),
        ("flux-1-schnell", None, 8, 4 * 4.80 + 8 * 9.60),
        ("flux-2-klein-4b", None, None, 4 * 26.05),
        ("flux-2-klein-4b", Size(768, 512), None, 2 * 26.05),
        ("flux-2-klein-9b", None, None, 1363.64),
        ("flux-2-klein-9b", Size(1024, 1536), None, 1363.64 + 181.82 / 2),
        ("flux-2-dev", None, None, 4 * 25 * 37.50),
        ("flux-2-dev", Size(512, 512), 10, 10 * 37.50),
        ("lucid-origin", None, None, 4 * 636 + 25 * 12),
        ("phoenix-1.0", None, 30, 4 * 530 + 30 * 10),
        ("stable-diffusion-xl-base-1.0", None, None, None),
        ("stable-diffusion-xl-lightning", None, None, None),
        ("dreamshaper-8-lcm", None, None, None),
    ],
)
def test_the_cost_of_a_picture_is_told_by_cloudflares_price_rules(
    model: str, size: Size | None, steps: int | None, neurons: float | None
) -> None:
    assert _plan(find_model(model), size, steps=steps).neurons == pytest.approx(neurons)


def test_another_model_that_can_stands_in_and_draws_in_its_own_way() -> None:
    drawing = _plan(SCHNELL, WIDE, steps=8, seed=7, guidance=3.0, count=2)
    assert drawing == Drawing(
        prompt="a cat",
        model=KLEIN_4B,
        size=WIDE,
        steps=4,
        count=2,
        seed=7,
        guidance=None,
        negative_prompt="",
        replaced=SCHNELL,
    )


def test_the_native_policy_draws_what_the_model_can() -> None:
    drawing = _plan(SCHNELL, WIDE, "native", steps=8)
    assert (drawing.model, drawing.size, drawing.asked_size) == (SCHNELL, SQUARE, WIDE)
    assert (drawing.replaced, drawing.steps) == (None, 8)


def test_the_reject_policy_refuses() -> None:
    with pytest.raises(SizeNotAvailable) as refusal:
        _plan(SCHNELL, WIDE, "reject")
    assert refusal.value.message == "flux-1-schnell cannot draw 768x512; it draws 1024x1024."
    assert refusal.value.param == "size"


@pytest.mark.parametrize("policy", ["substitute", "native", "reject"])
def test_a_size_that_the_model_draws_needs_no_policy(policy: str) -> None:
    drawing = _plan(DEV, WIDE, policy)
    assert (drawing.model, drawing.size, drawing.replaced, drawing.asked_size) == (DEV, WIDE, None, None)


def test_a_size_that_no_model_draws_is_refused() -> None:
    with pytest.raises(SizeNotAvailable) as refusal:
        _plan(DEV, Size(4096, 4096))
    assert refusal.value.message == "flux-2-dev cannot draw 4096x4096; it draws 256x256 to 1920x1920."


def test_without_an_enabled_model_that_can_the_size_is_refused() -> None:
    request = ImageRequest(prompt="a cat", model=SCHNELL, size=WIDE)
    with pytest.raises(SizeNotAvailable):
        plan(request, load({"ENABLED_MODELS": "flux-1-schnell"}))


def test_what_a_model_does_not_take_is_left_out() -> None:
    drawing = _plan(SCHNELL, seed=7, negative_prompt="dogs")
    assert (drawing.seed, drawing.negative_prompt) == (None, "")


def test_what_a_model_takes_is_passed_on() -> None:
    drawing = _plan(PHOENIX, seed=0, negative_prompt="dogs", guidance=4.0, steps=30)
    assert (drawing.seed, drawing.negative_prompt, drawing.guidance) == (0, "dogs", 4.0)


def test_the_owners_steps_are_those_of_schnell_alone() -> None:
    settings = load({"FLUX_NUM_STEPS": "7"})
    steps = [plan(ImageRequest(prompt="a cat", model=spec), settings).steps for spec in CATALOG]
    assert steps == [7, 4, 4, 25, 25, 25, 20, 20, 8]


@pytest.mark.parametrize(("model", "limit"), [("flux-1-schnell", 2048), ("flux-2-dev", 32_000)])
def test_a_prompt_may_be_as_long_as_the_model_takes(model: str, limit: int) -> None:
    check_prompt_length("x" * limit, find_model(model))
    with pytest.raises(InvalidValue) as refusal:
        check_prompt_length("x" * (limit + 1), find_model(model))
    assert refusal.value.message == f"The prompt has {limit + 1} characters; {model} takes {limit}."
    assert refusal.value.param == "prompt"


def _reference(width: int, height: int) -> Reference:
    blob = FakeBlob(picture(width, height))
    return Reference("image", blob, inspect(blob))


def test_references_go_to_the_edit_model_where_the_chosen_one_takes_none() -> None:
    reference = _reference(300, 200)
    drawing = _plan(SCHNELL, references=(reference,), steps=8, seed=0)
    assert drawing == Drawing(
        prompt="a cat",
        model=KLEIN_4B,
        size=Size(768, 512),
        steps=4,
        count=1,
        seed=0,
        guidance=None,
        negative_prompt="",
        references=(reference,),
        replaced=SCHNELL,
    )


def test_references_go_to_the_edit_model_that_the_owner_chose() -> None:
    request = ImageRequest(prompt="a cat", model=PHOENIX, references=(_reference(64, 64),))
    assert plan(request, load({"EDIT_MODEL": "flux-2-dev"})).model is DEV


def test_references_stay_with_a_model_that_takes_them() -> None:
    drawing = _plan(DEV, references=(_reference(64, 64),), steps=10, guidance=3.0)
    assert (drawing.model, drawing.replaced, drawing.steps, drawing.guidance) == (DEV, None, 10, 3.0)


def test_without_an_enabled_model_that_takes_references_they_are_refused() -> None:
    request = ImageRequest(prompt="a cat", model=SCHNELL, references=(_reference(64, 64),))
    with pytest.raises(InvalidValue) as refusal:
        plan(request, load({"ENABLED_MODELS": "flux-1-schnell, phoenix-1.0"}))
    assert refusal.value.message == "No enabled model takes reference pictures; add one to ENABLED_MODELS."
    assert refusal.value.param == "image"


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ((400, 400), Size(1024, 1024)),
        ((300, 200), Size(768, 512)),
        ((160, 90), Size(1024, 576)),
        ((500, 313), Size(1296, 816)),
        ((400, 100), Size(1920, 480)),
        ((500, 100), SQUARE),
        ((1, 500), SQUARE),
    ],
)
def test_a_size_left_open_has_the_shape_of_the_first_reference(shape: tuple[int, int], size: Size) -> None:
    references = (_reference(*shape), _reference(90, 160))
    assert _plan(DEV, references=references).size == size


def test_an_asked_size_comes_before_the_references_shape() -> None:
    drawing = _plan(DEV, Size(512, 512), references=(_reference(300, 200),))
    assert (drawing.size, drawing.asked_size) == (Size(512, 512), None)


@pytest.mark.parametrize(
    ("model", "neurons"),
    [
        ("flux-2-klein-4b", 4 * 26.05 + 2 * 5.37),
        ("flux-2-klein-9b", 1363.64 + 2 * 181.82 / 4),
        ("flux-2-dev", 25 * (4 * 37.50 + 2 * 18.75)),
    ],
)
def test_references_cost_too(model: str, neurons: float) -> None:
    references = tuple(Reference("image", FakeBlob(b""), PictureInfo(PNG, Size(512, 512))) for _ in range(2))
    assert _plan(find_model(model), references=references).neurons == pytest.approx(neurons)


@pytest.mark.parametrize(
    ("model", "prompt"),
    [
        ("flux-2-dev", '{"scene": "a pond", "mood": "calm"}'),
        ("flux-1-schnell", "a pond. Mood: calm."),
        ("phoenix-1.0", "a pond. Mood: calm."),
    ],
)
def test_a_structured_prompt_is_written_as_its_model_reads_it(model: str, prompt: str) -> None:
    request = ImageRequest(prompt='{"scene": "a pond", "mood": "calm"}', model=find_model(model))
    drawing = plan(request, load({}))
    assert (drawing.prompt, drawing.structured) == (prompt, True)


def test_a_structured_prompt_is_written_for_the_model_that_steps_in() -> None:
    request = ImageRequest(prompt='{"scene": "a pond"}', model=SCHNELL, size=WIDE)
    assert plan(request, load({})).prompt == '{"scene": "a pond"}'
