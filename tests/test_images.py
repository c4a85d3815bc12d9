from typing import Any

import pytest

from flux.catalog import DEV, KLEIN_4B, PHOENIX, SCHNELL, ModelSpec
from flux.errors import InvalidValue
from flux.fields import Fields
from flux.images import ImageRequest


def _parse(model: ModelSpec = DEV, **values: object) -> ImageRequest:
    return ImageRequest.parse(Fields(values), prompt="a cat", model=model, size=None, max_count=4)


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
