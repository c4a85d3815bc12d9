from typing import Any

import pytest

from tests.fakes import Answer, Client, World, chat, picture, stored_key

IMAGES = "/v1/images"


async def _drawn(count: int = 1) -> World:
    """A service that has drawn *count* pictures, one a second."""
    world = World()
    for number in range(count):
        await world.client.post(
            "/v1/images/generations", json={"prompt": f"cat {number}", "model": "flux-2-dev", "seed": number}
        )
        world.clock.now += 1
    return world


def _prompts(answer: Answer) -> list[str]:
    return [item["prompt"] for item in answer.json["data"]]


async def test_a_stored_picture_is_listed_with_all_that_is_known_of_it() -> None:
    world = World(API_KEY="", API_KEYS='{"phone": "the-key"}')
    await world.client.post(
        "/v1/images/generations", json={"prompt": "a cat", "model": "flux-2-dev", "seed": 0, "size": "2:3"}
    )
    [key] = world.images.values
    answer = await world.client.get(IMAGES)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json == {
        "object": "list",
        "data": [
            {
                "id": key,
                "object": "image",
                "url": f"https://flux.example/image/{key}",
                "model": "@cf/black-forest-labs/flux-2-dev",
                "prompt": "a cat",
                "seed": 0,
                "width": 512,
                "height": 768,
                "mime": "image/jpeg",
                "bytes": len(picture(512, 768)),
                "created": 1_800_000_000,
                "expires_at": 1_800_001_800,
                "key_label": "phone",
            }
        ],
        "has_more": False,
        "next_cursor": None,
    }


async def test_where_nothing_is_stored_the_list_is_empty(world: World) -> None:
    assert (await world.client.get(IMAGES)).json == {
        "object": "list",
        "data": [],
        "has_more": False,
        "next_cursor": None,
    }


async def test_the_newest_comes_first() -> None:
    answer = await (await _drawn(3)).client.get("/images/")
    assert _prompts(answer) == ["cat 2", "cat 1", "cat 0"]


async def test_what_chat_drew_is_listed_too(world: World) -> None:
    await world.client.post("/v1/chat/completions", json=chat("a cat"))
    assert _prompts(await world.client.get(IMAGES)) == ["a cat"]


async def test_the_list_comes_in_pages() -> None:
    world = await _drawn(5)
    pages = []
    cursor = ""
    while True:
        answer = await world.client.get(f"{IMAGES}?limit=2{cursor}")
        pages.append(_prompts(answer))
        assert answer.json["has_more"] == (answer.json["next_cursor"] is not None)
        if not answer.json["has_more"]:
            break
        cursor = f"&cursor={answer.json['next_cursor']}"
    assert pages == [["cat 4", "cat 3"], ["cat 2", "cat 1"], ["cat 0"]]


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", "1.5"])
async def test_a_page_has_from_1_to_1000(world: World, limit: str) -> None:
    answer = await world.client.get(f"{IMAGES}?limit={limit}")
    assert (answer.status, answer.json["error"]["param"]) == (400, "limit")


@pytest.mark.parametrize(
    ("key", "metadata"),
    [
        ("settings", "{}"),
        ("0123456789abcdef0123456789abcdef.jpg", "{}"),
        (stored_key(77), "{}"),
        (stored_key(77), '{"mime": "text/html", "width": 1, "height": 1}'),
        (stored_key(77), '{"mime": "image/png", "width": "1"}'),
    ],
)
async def test_what_somebody_else_stored_is_not_listed(key: str, metadata: str) -> None:
    world = await _drawn(1)
    world.images.values[key] = b"theirs", metadata, world.clock() + 60
    assert _prompts(await world.client.get(IMAGES)) == ["cat 0"]


async def test_what_has_expired_is_not_listed_though_the_store_still_has_it() -> None:
    world = await _drawn(2)
    for key, (data, metadata, expires) in world.images.values.items():
        world.images.values[key] = data, metadata, expires + 3600
    world.clock.now += 1797.5
    assert len(_prompts(await world.client.get(IMAGES))) == 2
    world.clock.now += 1
    assert _prompts(await world.client.get(IMAGES)) == ["cat 1"]


async def test_a_page_of_which_nothing_is_shown_still_leads_on() -> None:
    world = await _drawn(1)
    world.images.values["0000"] = b"theirs", "{}", world.clock() + 60
    first = (await world.client.get(f"{IMAGES}?limit=1")).json
    assert (first["data"], first["has_more"]) == ([], True)
    second = await world.client.get(f"{IMAGES}?limit=1&cursor={first['next_cursor']}")
    assert (_prompts(second), second.json["has_more"]) == (["cat 0"], False)


async def test_a_picture_can_be_removed() -> None:
    world = await _drawn(2)
    key = (await world.client.get(IMAGES)).json["data"][0]["id"]
    answer = await world.client.send("DELETE", f"{IMAGES}/{key}")
    assert (answer.status, answer.json) == (200, {"id": key, "object": "image", "deleted": True})
    assert _prompts(await world.client.get(IMAGES)) == ["cat 0"]
    assert (await world.client.get(f"/image/{key}")).status == 404
    assert [stream.discarded for stream in world.images.streams] == [True]


@pytest.mark.parametrize("key", [stored_key(77), "settings", "..%2f..%2fsettings", "{key}"])
async def test_what_is_not_there_cannot_be_removed(key: str) -> None:
    world = await _drawn(1)
    world.images.values["settings"] = b"theirs", "{}", world.clock() + 60
    answer = await world.client.send("DELETE", f"{IMAGES}/{key}")
    assert (answer.status, answer.json["error"]["code"]) == (404, "not_found")
    assert len(world.images.values) == 2


async def test_removing_twice_is_not_found() -> None:
    world = await _drawn(1)
    [key] = world.images.values
    statuses = [(await world.client.send("DELETE", f"{IMAGES}/{key}")).status for _ in range(2)]
    assert statuses == [200, 404]


@pytest.mark.parametrize(("method", "target"), [("GET", IMAGES), ("DELETE", f"{IMAGES}/{stored_key(1)}")])
@pytest.mark.parametrize("key", [None, "wrong"])
async def test_both_need_a_key(world: World, method: str, target: str, key: str | None) -> None:
    answer = await Client(world.app.handle, key).send(method, target)
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(("method", "target"), [("GET", IMAGES), ("DELETE", f"{IMAGES}/{stored_key(1)}")])
async def test_without_a_store_both_say_what_to_bind(world: World, method: str, target: str) -> None:
    answer = await world.client_with(images=None).send(method, target)
    assert (answer.status, answer.json["error"]) == (
        503,
        {
            "message": "Nothing is stored: bind a KV namespace as FLUX_CF_KV.",
            "type": "server_error",
            "param": None,
            "code": "not_configured",
        },
    )


@pytest.mark.parametrize(("method", "target"), [("GET", IMAGES), ("DELETE", f"{IMAGES}/{stored_key(1)}")])
async def test_a_store_that_fails_is_told_and_may_be_asked_again(
    world: World, method: str, target: str
) -> None:
    world.images.broken = True
    answer: Any = await world.client.send(method, target)
    assert (answer.status, answer.json["error"]["code"]) == (503, "storage_failed")
    assert "x-should-retry" not in answer.headers
