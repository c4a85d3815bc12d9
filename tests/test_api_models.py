import pytest

from flux.catalog import CATALOG, DEV, SCHNELL
from flux.wire import model_object
from tests.conftest import Validate
from tests.fakes import World


async def test_the_enabled_models_are_listed(world: World, valid: Validate) -> None:
    answer = await world.client.get("/v1/models")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {
        "object": "list",
        "data": [model_object(spec, spec.steps.default) for spec in CATALOG],
    }
    valid("ListModelsResponse", answer.json)


async def test_a_model_that_is_not_enabled_is_not_listed() -> None:
    answer = await World(ENABLED_MODELS="flux-2-dev,flux-1-schnell").client.get("/v1/models")
    assert answer.json["data"] == [model_object(SCHNELL, 4), model_object(DEV, 25)]


@pytest.mark.parametrize(
    "name",
    [
        "flux-2-dev",
        "@cf/black-forest-labs/flux-2-dev",
        "%40cf%2Fblack-forest-labs%2Fflux-2-dev",
        "@cf%2fblack-forest-labs%2fflux-2-dev",
        "flux-2-dev/",
    ],
)
async def test_a_model_is_shown_by_any_form_of_its_id(world: World, name: str, valid: Validate) -> None:
    answer = await world.client.get(f"/v1/models/{name}")
    assert (answer.status, answer.json) == (200, model_object(DEV, 25))
    valid("Model", answer.json)


@pytest.mark.parametrize("name", ["gpt-4o-mini", "%F0%9F%90%88", "%ff", "a/b/c", "{id}"])
async def test_an_unknown_model_is_not_found(world: World, name: str, valid: Validate) -> None:
    answer = await world.client.get(f"/v1/models/{name}")
    assert (answer.status, answer.json["error"]["code"]) == (404, "model_not_found")
    valid("ErrorResponse", answer.json)


async def test_a_model_that_is_not_enabled_is_not_found() -> None:
    answer = await World(ENABLED_MODELS="flux-1-schnell").client.get("/v1/models/flux-2-dev")
    assert answer.json["error"] == {
        "message": "The model 'flux-2-dev' does not exist here. Models: flux-1-schnell.",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    }
