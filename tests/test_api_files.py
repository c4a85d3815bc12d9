import pytest

from flux.texts import TEXTS
from tests.fakes import Answer, Client, World, chat, picture, stored_key

IMG = {"accept": "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8"}
BYTES = picture()
LENGTH = len(BYTES)
KEY = stored_key(3).removesuffix(".jpg")
TARGET = f"/image/{KEY}.jpg"


@pytest.fixture
async def stocked() -> World:
    """A service that has drawn and kept one picture."""
    world = World()
    answer = await world.client.post("/v1/chat/completions", json=chat("a cat"))
    [name] = world.images.values
    assert f"https://flux.example/image/{name}" in answer.said
    assert name == f"{KEY}.jpg"
    return world


async def _get(world: World, target: str = TARGET, method: str = "GET", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await Client(world.app.handle, None).send(method, target, headers=named)


def _own(answer: Answer) -> dict[str, str]:
    return {
        name: value
        for name, value in answer.headers.items()
        if not name.startswith("access-control-") and name != "x-request-id"
    }


HEADERS = {
    "content-type": "image/jpeg",
    "etag": f'"{KEY}"',
    "cache-control": "public, immutable, max-age=1800",
    "content-disposition": f'inline; filename="{KEY}.jpg"',
    "accept-ranges": "bytes",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
}


async def test_a_generated_image_can_be_fetched_back_without_a_key(stocked: World) -> None:
    answer = await _get(stocked)
    assert (answer.status, answer.content) == (200, BYTES)
    assert _own(answer) == HEADERS | {"content-length": str(LENGTH)}


async def test_head_tells_the_same_without_the_bytes(stocked: World) -> None:
    answer = await _get(stocked, method="HEAD")
    assert (answer.status, answer.content) == (200, b"")
    assert _own(answer) == HEADERS | {"content-length": str(LENGTH)}
    assert [stream.discarded for stream in stocked.images.streams] == [True]


async def test_head_knows_no_ranges(stocked: World) -> None:
    answer = await _get(stocked, method="HEAD", range="bytes=0-9")
    assert (answer.status, answer.headers["content-length"]) == (200, str(LENGTH))


@pytest.mark.parametrize("tag", [f'"{KEY}"', f'W/"{KEY}"', "*", f'"other", "{KEY}"'])
async def test_a_client_that_has_the_picture_is_told_so(stocked: World, tag: str) -> None:
    answer = await _get(stocked, if_none_match=tag)
    assert (answer.status, answer.content, _own(answer)) == (304, b"", HEADERS)
    assert [stream.discarded for stream in stocked.images.streams] == [True]


@pytest.mark.parametrize("tag", ['"other"', KEY, "", f'"{KEY[:-1]}"'])
async def test_another_tag_gets_the_picture(stocked: World, tag: str) -> None:
    answer = await _get(stocked, if_none_match=tag)
    assert (answer.status, answer.content) == (200, BYTES)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-9", 0, 10),
        ("bytes=10-19", 10, 20),
        ("bytes=10-", 10, LENGTH),
        ("bytes=-10", LENGTH - 10, LENGTH),
        (f"bytes=-{LENGTH + 5}", 0, LENGTH),
        (f"bytes=10-{LENGTH + 5}", 10, LENGTH),
        (f"bytes={LENGTH - 1}-", LENGTH - 1, LENGTH),
        (" bytes=0-9 ", 0, 10),
    ],
)
async def test_a_range_is_cut_out(stocked: World, asked: str, start: int, stop: int) -> None:
    answer = await _get(stocked, range=asked)
    assert (answer.status, answer.content) == (206, BYTES[start:stop])
    assert _own(answer) == HEADERS | {
        "content-range": f"bytes {start}-{stop - 1}/{LENGTH}",
        "content-length": str(stop - start),
    }
    assert [stream.discarded for stream in stocked.images.streams] == [True]


@pytest.mark.parametrize(
    "asked",
    [
        f"bytes={LENGTH}-",
        f"bytes={LENGTH + 1}-",
        f"bytes={LENGTH * 10}-",
        f"bytes={LENGTH}-{LENGTH + 5}",
        "bytes=-0",
    ],
)
async def test_a_range_beyond_the_end_is_refused(stocked: World, asked: str) -> None:
    answer = await _get(stocked, range=asked)
    assert (answer.status, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{LENGTH}"


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=9-0",
        "bytes=0-1,5-9",
        "items=0-9",
        "bytes=0-" + "9" * 40,
    ],
)
async def test_a_range_that_is_malformed_or_manifold_gets_the_whole(stocked: World, asked: str) -> None:
    answer = await _get(stocked, range=asked)
    assert (answer.status, answer.content) == (200, BYTES)


@pytest.mark.parametrize(("condition", "status"), [(f'"{KEY}"', 206), ('"other"', 200), ("yesterday", 200)])
async def test_a_range_of_another_version_gets_the_whole(stocked: World, condition: str, status: int) -> None:
    assert (await _get(stocked, range="bytes=0-9", if_range=condition)).status == status


@pytest.mark.parametrize(("passed", "max_age"), [(0, 1800), (1000, 800), (1739.5, 60), (1799.5, 0)])
async def test_a_picture_is_cached_no_longer_than_it_lives(
    stocked: World, passed: float, max_age: int
) -> None:
    stocked.clock.now += passed
    answer = await _get(stocked)
    assert answer.headers["cache-control"] == f"public, immutable, max-age={max_age}"


@pytest.mark.parametrize(
    "target",
    [
        "/image/0123456789abcdef0123456789abcdef0123456789ab.jpg",
        f"/image/{KEY}.png",
        f"/image/{KEY}",
        "/image/..%2f..%2fetc%2fpasswd",
        "/image/{key}",
    ],
)
async def test_what_was_never_there_is_not_found(stocked: World, target: str) -> None:
    answer = await _get(stocked, target)
    assert (answer.status, answer.json["error"]) == (
        404,
        {
            "message": "There is no such picture; it may have expired.",
            "type": "invalid_request_error",
            "param": None,
            "code": "not_found",
        },
    )


async def test_a_picture_is_gone_when_its_time_is_over(stocked: World) -> None:
    stocked.clock.now += 1800
    assert (await _get(stocked)).status == 404


async def test_a_picture_that_the_store_still_has_after_its_time_is_not_shown(stocked: World) -> None:
    name = f"{KEY}.jpg"
    data, metadata, expires = stocked.images.values[name]
    stocked.images.values[name] = data, metadata, expires + 3600
    stocked.clock.now += 1800
    assert (await _get(stocked)).status == 404
    assert [stream.discarded for stream in stocked.images.streams] == [True]


async def test_a_value_of_somebody_elses_is_not_shown(stocked: World) -> None:
    name = f"{KEY}.jpg"
    data, _, expires = stocked.images.values[name]
    stocked.images.values[name] = data, '{"mime": "text/html"}', expires
    assert (await _get(stocked)).status == 404
    assert [stream.discarded for stream in stocked.images.streams] == [True]


@pytest.mark.parametrize(
    ("accept_language", "language"), [("", "en"), ("de-AT, en;q=0.5", "de"), ("zh-TW", "zh-hant")]
)
async def test_where_a_page_shows_the_picture_a_small_one_says_that_it_has_expired(
    world: World, accept_language: str, language: str
) -> None:
    answer = await _get(world, **IMG, **{"user-agent": "Mozilla/5.0", "accept-language": accept_language})
    assert (answer.status, answer.headers["content-type"]) == (404, "image/svg+xml")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.text.startswith("<svg ")
    assert answer.text.count(TEXTS[language].expired) == 2


@pytest.mark.parametrize("accept", ["text/html,image/webp,*/*;q=0.8", "*/*", "application/json", ""])
async def test_everybody_else_is_told_in_json(world: World, accept: str) -> None:
    answer = await _get(world, accept=accept)
    assert (answer.status, answer.headers["content-type"]) == (404, "application/json")


async def test_without_a_store_there_are_no_pictures(world: World) -> None:
    client = world.client_with(images=None)
    assert (await client.get(TARGET)).status == 404


async def test_a_store_that_fails_is_told_from_a_picture_that_is_gone(stocked: World) -> None:
    stocked.images.broken = True
    answer = await _get(stocked)
    assert (answer.status, answer.json["error"]["code"]) == (503, "storage_failed")
