import logging
from collections.abc import Sequence

import pytest

from flux.blobs import Blob
from flux.http import BodyText, FormEntry, Stream
from flux.ports import ModelCall
from tests.conftest import Validate
from tests.fakes import Client, World, chat

CHAT = "/v1/chat/completions"
FAILED = {
    "error": {
        "message": "The server failed; the failure was logged.",
        "type": "server_error",
        "param": None,
        "code": "internal_error",
    }
}


class Clumsy:
    """An inference with a mistake in it."""

    kind = "binding"

    async def draw(self, call: ModelCall) -> Blob:
        raise ZeroDivisionError(f"s3cret {call.model}")

    async def write(self, *_: object) -> object:
        raise ZeroDivisionError("s3cret")


async def test_an_unknown_path_is_answered_in_openais_form(world: World, valid: Validate) -> None:
    answer = await world.client.get("/v1/responses")
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")
    assert answer.json == {
        "error": {
            "message": "There is nothing at /v1/responses.",
            "type": "invalid_request_error",
            "param": None,
            "code": "not_found",
        }
    }
    valid("ErrorResponse", answer.json)


@pytest.mark.parametrize(
    ("method", "target", "allow"),
    [
        ("GET", CHAT, "POST, OPTIONS"),
        ("DELETE", "/v1/models", "GET, HEAD, OPTIONS"),
        ("POST", "/health", "GET, HEAD, OPTIONS"),
        ("PUT", "/image/k", "GET, HEAD, OPTIONS"),
    ],
)
async def test_another_method_is_refused_with_those_allowed(
    world: World, method: str, target: str, allow: str
) -> None:
    answer = await world.client.send(method, target)
    assert (answer.status, answer.headers["allow"]) == (405, allow)
    assert answer.json["error"]["code"] == "method_not_allowed"


async def test_head_answers_as_get_does_without_the_body(world: World) -> None:
    got = await world.client.get("/v1/models")
    answer = await world.client.send("HEAD", "/v1/models")
    assert (answer.status, answer.content) == (200, b"")
    assert answer.headers["content-type"] == got.headers["content-type"]


async def test_head_of_something_that_fails_has_no_body_either(world: World) -> None:
    answer = await world.client.send("HEAD", "/nowhere")
    assert (answer.status, answer.content) == (404, b"")


async def test_every_answer_has_its_own_request_id(world: World) -> None:
    targets = ["/health", "/nowhere", "/v1/models", "/health"]
    ids = [(await world.client.get(target)).headers["x-request-id"] for target in targets]
    assert ids == [f"req_0000000000000001{number:08x}" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("target", ["/v1/models", "/v1/models/flux-2-dev", "/models"])
@pytest.mark.parametrize("key", [None, "wrong"])
async def test_without_the_right_key_nothing_is_told(
    world: World, target: str, key: str | None, valid: Validate
) -> None:
    answer = await Client(world.app.handle, key).get(target)
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")
    assert "www-authenticate" not in answer.headers
    valid("ErrorResponse", answer.json)


async def test_without_the_right_key_the_body_is_not_even_read(world: World) -> None:
    class Unread:
        async def text(self) -> BodyText:
            raise AssertionError("the body was read")

        async def form(self) -> Sequence[FormEntry]:
            raise AssertionError("the body was read")

    request = Client(world.app.handle, "wrong").request("POST", CHAT)
    unread = type(request)(request.method, request.path, request.origin, request.headers, Unread())
    assert (await world.app.handle(unread)).status == 401


async def test_without_any_key_set_the_service_is_closed() -> None:
    answer = await World(API_KEY="").client.get("/v1/models")
    assert (answer.status, answer.json["error"]["code"]) == (503, "not_configured")
    assert answer.headers["x-should-retry"] == "false"


async def test_with_a_setting_that_cannot_be_used_the_service_does_not_guess() -> None:
    world = World(IMAGE_EXPIRATION="soon")
    answer = await world.client.post(CHAT, json=chat("a cat"))
    assert (answer.status, answer.json["error"]["message"]) == (
        503,
        "IMAGE_EXPIRATION must be a whole number from 60 to 2147483647.",
    )
    assert world.inference.calls == []


async def test_a_mistake_of_ours_is_a_500_that_tells_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await world.client_with(inference=Clumsy()).post(CHAT, json=chat("a cat"))
    assert (answer.status, answer.json) == (500, FAILED)
    assert answer.headers["x-should-retry"] == "false"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ZeroDivisionError" in caplog.text


async def test_a_mistake_in_the_middle_of_a_stream_ends_it_readably(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await world.client_with(inference=Clumsy()).post(CHAT, json=chat("a cat", stream=True))
    *_, delta, error, done = answer.events
    assert answer.status == 200
    assert delta["choices"][0]["delta"]["content"] == (
        "\n\n❌ The picture could not be drawn: the service failed. The failure was logged."
    )
    assert (error, done) == (FAILED, "[DONE]")
    assert "s3cret" not in answer.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("key", "level"),
    [("", logging.ERROR), ("another", logging.NOTSET)],
    ids=["of ours", "of the client's"],
)
async def test_only_failures_of_ours_are_logged_as_errors(
    key: str, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    await Client(World(API_KEY=key).app.handle, "wrong").get("/v1/models")
    assert max((record.levelno for record in caplog.records), default=logging.NOTSET) == level


async def test_a_stream_is_answered_before_anything_is_drawn(world: World) -> None:
    response = await world.app.handle(world.client.request("POST", CHAT, json=chat("a cat", stream=True)))
    assert isinstance(response.content, Stream)
    first = str(await anext(response.content.chunks))
    assert (response.status, '"delta":{"role":"assistant","content":""}' in first) == (200, True)
    assert world.inference.calls == []
    await response.content.chunks.aclose()  # type: ignore[attr-defined]
