from typing import Any

import pytest

from flux.catalog import CATALOG, DEV, KLEIN_4B, PHOENIX, SCHNELL, ModelSpec, find_model
from flux.errors import InvalidValue, SizeNotAvailable
from flux.fields import Fields
from flux.images import Drawing, ImageRequest, check_prompt_length, plan
from flux.settings import load
from flux.sizes import SQUARE, Size

WIDE = Size(768, 512)


def _parse(model: ModelSpec = DEV, **values: object) -> ImageRequest:
    return ImageRequest.parse(Fields(values), prompt="a cat", model=model, size=None, max_count=4)


def _plan(model: ModelSpec, size: Size | None = None, policy: str = "", **more: Any) -> Drawing:
    request = ImageRequest(prompt="a cat", model=model, size=size, **more)
    return plan(request, load({"SIZE_POLICY": policy}))


def test_a_bare_request_leaves_the_rest_to_the_service() -> None:
    assert _parse() == ImageRequest(prompt="a cat", model=DEV)


def test_every_field_is_read() -> None:
    asked = _parse(steps=10, seed=7, guidance=3.5, negative_prompt="dogs", n=2)
    assert asked == ImageRequest(
        prompt="a cat", model=DEV, steps=10, seed=7, guidance=3.5, negative_prompt="dogs", count=2
    )


@pytest.mark.parametrize(
    ("values", "attribute", "value"),
    [
        ({"num_steps": 5}, "steps", 5),
        ({"num_inference_steps": "6"}, "steps", 6),
        ({"guidance_scale": "4.5"}, "guidance", 4.5),
        ({"seed": 0}, "seed", 0),
        ({"seed": 2**32 - 1}, "seed", 2**32 - 1),
        ({"n": None}, "count", 1),
    ],
)
def test_aliases_and_spellings_are_read(values: dict[str, Any], attribute: str, value: object) -> None:
    assert getattr(_parse(**values), attribute) == value


@pytest.mark.parametrize(
    ("model", "values", "param"),
    [
        (DEV, {"n": 5}, "n"),
        (DEV, {"n": 0}, "n"),
        (DEV, {"steps": 51}, "steps"),
        (SCHNELL, {"steps": 9}, "steps"),
        (KLEIN_4B, {"num_steps": 25}, "num_steps"),
        (DEV, {"seed": -1}, "seed"),
        (DEV, {"seed": 2**32}, "seed"),
        (DEV, {"guidance": 21}, "guidance"),
        (PHOENIX, {"guidance_scale": 1}, "guidance_scale"),
        (DEV, {"negative_prompt": 5}, "negative_prompt"),
    ],
)
def test_a_value_the_model_does_not_take_is_refused_by_name(
    model: ModelSpec, values: dict[str, Any], param: str
) -> None:
    with pytest.raises(InvalidValue) as refusal:
        _parse(model, **values)
    assert refusal.value.param == param


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
        neurons=4 * 4.80 + 4 * 9.60,
    )


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
        neurons=2 * 26.05,
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
    assert drawing.neurons == pytest.approx(530 * 4 + 10 * 30)


def test_the_owners_steps_are_those_of_schnell_alone() -> None:
    settings = load({"FLUX_NUM_STEPS": "7"})
    steps = [plan(ImageRequest(prompt="", model=spec), settings).steps for spec in CATALOG]
    assert steps == [7, 4, 4, 25, 25, 25, 20, 20, 8]


def test_a_drawing_of_another_prompt_is_else_the_same() -> None:
    drawing = _plan(SCHNELL, WIDE)
    assert drawing.with_prompt("a dog") == plan(
        ImageRequest(prompt="a dog", model=SCHNELL, size=WIDE), load({})
    )


@pytest.mark.parametrize(("model", "limit"), [("flux-1-schnell", 2048), ("flux-2-dev", 32_000)])
def test_a_prompt_may_be_as_long_as_the_model_takes(model: str, limit: int) -> None:
    check_prompt_length("x" * limit, find_model(model))
    with pytest.raises(InvalidValue) as refusal:
        check_prompt_length("x" * (limit + 1), find_model(model))
    assert refusal.value.message == f"The prompt has {limit + 1} characters; {model} takes {limit}."
    assert refusal.value.param == "prompt"
