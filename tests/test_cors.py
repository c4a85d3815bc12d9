import pytest

from tests.fakes import Client, World, chat

EXPOSED = (
    "x-request-id, retry-after, server-timing, x-neurons, x-side-call, content-disposition, content-length"
)
OURS, THEIRS = {"origin": "https://ours.example"}, {"origin": "https://theirs.example"}


def _cors(headers: dict[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in headers.items() if name.startswith("access-control-") or name == "vary"
    }


@pytest.mark.parametrize(
    ("method", "target", "key", "status"),
    [
        ("GET", "/health", None, 200),
        ("GET", "/v1/models", "the-key", 200),
        ("GET", "/v1/models", "wrong", 401),
        ("GET", "/v1/models", None, 401),
        ("GET", "/nowhere", None, 404),
        ("PUT", "/v1/models", None, 405),
        ("POST", "/v1/chat/completions", "the-key", 400),
        ("GET", "/image/0123456789abcdef0123456789abcdef0123456789ab.png", None, 404),
        ("HEAD", "/health", None, 200),
    ],
)
async def test_anyone_may_read_every_answer(
    world: World, method: str, target: str, key: str | None, status: int
) -> None:
    answer = await Client(world.app.handle, key).send(method, target, headers=OURS)
    assert answer.status == status
    assert _cors(answer.headers) == {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": EXPOSED,
    }


async def test_a_streamed_answer_may_be_read_too(world: World) -> None:
    answer = await world.client.post("/v1/chat/completions", json=chat("a cat", stream=True))
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [(OURS, "https://ours.example"), ({"origin": "https://other.example"}, "https://other.example")],
)
async def test_an_origin_that_is_let_in_is_named(headers: dict[str, str], allowed: str) -> None:
    world = World(CORS_ORIGINS="https://ours.example/, https://other.example")
    answer = await world.client.get("/v1/models", headers=headers)
    assert _cors(answer.headers) == {
        "access-control-allow-origin": allowed,
        "access-control-expose-headers": EXPOSED,
        "vary": "origin",
    }


@pytest.mark.parametrize("headers", [THEIRS, {}, {"origin": "null"}, {"origin": ""}])
async def test_another_origin_is_not_let_in(headers: dict[str, str]) -> None:
    world = World(CORS_ORIGINS="https://ours.example")
    answer = await world.client.get("/nowhere", headers=headers)
    assert (answer.status, _cors(answer.headers)) == (404, {"vary": "origin"})


async def test_a_preflight_is_told_the_paths_methods_and_the_headers_it_asks_for(world: World) -> None:
    asked = "authorization,content-type,x-stainless-os"
    answer = await Client(world.app.handle, None).send(
        "OPTIONS", "/v1/chat/completions", headers=OURS | {"access-control-request-headers": asked}
    )
    assert (answer.status, answer.content) == (204, b"")
    assert _cors(answer.headers) == {
        "access-control-allow-methods": "POST, OPTIONS",
        "access-control-allow-headers": asked,
        "access-control-max-age": "86400",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": EXPOSED,
        "vary": "access-control-request-headers",
    }


async def test_a_preflight_that_asks_for_no_header_is_told_the_usual_ones(world: World) -> None:
    answer = await world.client.send("OPTIONS", "/image/k")
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


async def test_a_preflight_of_an_unknown_path_is_told_every_method(world: World) -> None:
    answer = await world.client.send("OPTIONS", "/nowhere")
    assert answer.status == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, DELETE, OPTIONS"


async def test_a_preflight_varies_by_origin_too_where_origins_are_narrowed() -> None:
    world = World(CORS_ORIGINS="https://ours.example")
    answer = await world.client.send("OPTIONS", "/v1/models", headers=OURS)
    assert answer.headers["vary"] == "access-control-request-headers, origin"
    assert answer.headers["access-control-allow-origin"] == "https://ours.example"
