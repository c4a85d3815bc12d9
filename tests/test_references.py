import asyncio
import io
from typing import Any

import pytest
from PIL import Image

from flux.ports import ModelFile
from flux.references import MAX_BYTES
from tests.fakes import (
    DOT,
    Answer,
    FakeBlob,
    World,
    bytes_of,
    chat,
    data_url,
    never,
    picture,
    settle,
    stored_key,
)

EDITS = "/v1/images/edits"
GENERATIONS = "/v1/images/generations"
CHAT = "/v1/chat/completions"
PICTURES = [picture(64, 16 * number, "PNG") for number in range(1, 6)]
FIRST, SECOND, THIRD, FOURTH, FIFTH = PICTURES
REMOTE = "https://pictures.example/cat.png"


async def _form(world: World, *fields: tuple[str, str | bytes]) -> Answer:
    return await world.client.post(EDITS, body=[("prompt", "a cat"), *fields])


async def _json(world: World, route: str = EDITS, **fields: object) -> Answer:
    return await world.client.post(route, json={"prompt": "a cat", **fields})


def _sent(world: World) -> list[bytes]:
    """The pictures that the only call carried, in order."""
    [call] = world.inference.calls
    assert list(call.files) == [f"input_image_{number}" for number in range(len(call.files))]
    return [bytes_of(file.blob) for file in call.files.values()]


def _refused(world: World, answer: Answer, param: str) -> str:
    """Hold that it was refused before anything was paid for, and answer the message."""
    error = answer.json["error"]
    assert (answer.status, error["param"], error["code"]) == (400, param, "invalid_value")
    assert f"'{param}'" in error["message"]
    assert (world.inference.calls, world.inference.written, world.images.values) == ([], [], {})
    return str(error["message"])


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (["image"], [FIRST]),
        (["image", "image"], [FIRST, SECOND]),
        (["image[]"], [FIRST]),
        (["image[]"] * 4, [FIRST, SECOND, THIRD, FOURTH]),
        (["image[0]", "image[1]", "image[2]"], [FIRST, SECOND, THIRD]),
        (["image[2]", "image[0]", "image[1]"], [SECOND, THIRD, FIRST]),
        (["image[10]", "image[9]"], [SECOND, FIRST]),
        (["input_image_0", "input_image_1", "input_image_2", "input_image_3"], PICTURES[:4]),
        (["input_image_3", "input_image_1"], [SECOND, FIRST]),
        (["input_image"], [FIRST]),
        (["images", "images[]"], [FIRST, SECOND]),
        (["image", "image_1"], [FIRST, SECOND]),
    ],
)
async def test_the_files_of_a_form_are_found_by_every_name_and_put_in_order(
    world: World, names: list[str], order: list[bytes]
) -> None:
    answer = await _form(world, *zip(names, PICTURES, strict=False))
    assert answer.status == 200
    assert _sent(world) == order


async def test_the_fields_of_a_form_may_come_in_any_order(world: World) -> None:
    await world.client.post(EDITS, body=[("image[]", FIRST), ("prompt", "a cat"), ("image[]", SECOND)])
    assert _sent(world) == [FIRST, SECOND]


@pytest.mark.parametrize("name", ["picture", "imagery", "image_url", "image[a]", "my_image", "Image"])
async def test_a_file_of_another_name_is_no_reference(world: World, name: str) -> None:
    answer = await _form(world, (name, FIRST))
    assert (answer.status, answer.json["error"]["param"]) == (400, "image")


async def test_a_form_may_name_addresses(world: World) -> None:
    world.http.pages = {REMOTE: SECOND}
    answer = await _form(world, ("image[]", FIRST), ("image[]", REMOTE))
    assert answer.status == 200
    assert _sent(world) == [FIRST, SECOND]


async def test_a_data_url_in_a_form_is_refused(world: World) -> None:
    # A form carries files; only out of JSON are data URLs taken.
    answer = await _form(world, ("image", data_url(FIRST)))
    _refused(world, answer, "image")


@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
@pytest.mark.parametrize(
    ("fields", "order"),
    [
        ({"images": [{"image_url": data_url(FIRST)}, {"image_url": data_url(SECOND)}]}, [FIRST, SECOND]),
        ({"images": [data_url(FIRST), data_url(SECOND)]}, [FIRST, SECOND]),
        ({"images": [{"image_url": {"url": data_url(FIRST)}}]}, [FIRST]),
        ({"images": [{"type": "image_url", "image_url": {"url": data_url(FIRST)}}]}, [FIRST]),
        ({"images": [{"type": "input_image", "image_url": data_url(FIRST), "detail": "high"}]}, [FIRST]),
        ({"images": [{"url": data_url(FIRST)}]}, [FIRST]),
        ({"images": {"image_url": data_url(FIRST)}}, [FIRST]),
        ({"images": data_url(FIRST)}, [FIRST]),
        ({"image": data_url(FIRST)}, [FIRST]),
        ({"image": [data_url(FIRST), None, ""]}, [FIRST]),
        ({"image[]": [data_url(FIRST), data_url(SECOND)]}, [FIRST, SECOND]),
        ({"input_image_1": data_url(SECOND), "input_image_0": data_url(FIRST)}, [FIRST, SECOND]),
        ({"image": data_url(FIRST), "images": None, "input_image_0": []}, [FIRST]),
        ({"images": [data_url(FIRST)] * 4}, [FIRST] * 4),
        ({"images": [data_url(FIRST, "image/jpeg")]}, [FIRST]),
        ({"images": [data_url(FIRST, "application/octet-stream")]}, [FIRST]),
        ({"images": [data_url(FIRST, "")]}, [FIRST]),
        ({"images": [f" {data_url(FIRST)}\n"]}, [FIRST]),
    ],
)
async def test_pictures_in_json_are_found_in_every_form(
    world: World, route: str, fields: dict[str, Any], order: list[bytes]
) -> None:
    answer = await _json(world, route, **fields)
    assert answer.status == 200
    assert _sent(world) == order


async def test_a_data_url_may_be_escaped_as_some_encoders_do(world: World) -> None:
    escaped = data_url(FIRST).replace("/", "\\/").replace("+", "\\u002b").encode()
    await world.client.post(EDITS, body=b'{"prompt": "a cat", "image": "%s"}' % escaped)
    assert _sent(world) == [FIRST]


async def test_a_data_url_in_the_prompt_is_no_reference(world: World) -> None:
    await world.client.post(EDITS, json={"prompt": f"like {data_url(SECOND)}", "image": data_url(FIRST)})
    assert _sent(world) == [FIRST]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_a_picture_is_what_its_bytes_are_whatever_it_says(world: World, kind: str) -> None:
    data = picture(80, 60, kind)
    await _json(world, image=data_url(data, "text/html"))
    [call] = world.inference.calls
    assert call.files == {"input_image_0": ModelFile(FakeBlob(data), f"image/{kind.lower()}")}


@pytest.mark.parametrize(
    "address",
    ["https://flux.example/image/{}", "/image/{}", "https://flux.example/v1/image/{}", " /image/{} "],
)
async def test_our_own_addresses_are_read_from_the_store(world: World, address: str) -> None:
    world.inference.outcomes = [FIRST]
    drawn = (await _json(world, GENERATIONS)).json["data"][0]
    world.inference.calls.clear()
    answer = await _json(world, image=address.format(drawn["key"]))
    assert answer.status == 200
    assert (_sent(world), world.http.gets) == ([FIRST], [])


async def test_an_address_of_ours_that_an_answer_gave_works_as_it_is(world: World) -> None:
    world.inference.outcomes = [FIRST]
    url = (await _json(world, GENERATIONS)).json["data"][0]["url"]
    world.inference.calls.clear()
    await _form(world, ("image", url))
    assert (_sent(world), world.http.gets) == ([FIRST], [])


@pytest.mark.parametrize("how", ["never there", "expired", "no store", "broken store"])
async def test_a_picture_of_ours_that_is_gone_is_refused(world: World, how: str) -> None:
    client = world.client_with(images=None) if how == "no store" else world.client
    world.images.broken = how == "broken store"
    if how == "expired":
        world.images.values[stored_key(1)] = FIRST, "{}", world.clock() - 1
    answer = await client.post(EDITS, json={"prompt": "a cat", "images": [f"/image/{stored_key(1)}"]})
    assert answer.json["error"] == {
        "message": "'images[0]' is not stored here any more.",
        "type": "invalid_request_error",
        "param": "images[0]",
        "code": "invalid_value",
    }
    assert (answer.status, world.inference.calls) == (400, [])


@pytest.mark.parametrize(
    "address",
    [
        f"https://other.example/image/{stored_key(1)}",
        f"https://flux.example.other.example/image/{stored_key(1)}",
        "https://flux.example/image/secret",
        f"https://flux.example/image/{stored_key(1)}/",
    ],
)
async def test_any_other_address_is_not_read_from_the_store(world: World, address: str) -> None:
    world.images.values[stored_key(1)] = FIRST, "{}", world.clock() + 60
    answer = await _json(world, image=address)
    assert (answer.status, answer.json["error"]["message"]) == (400, "'image' could not be fetched.")
    assert world.http.gets == [address]


async def test_pictures_are_fetched_at_once(world: World) -> None:
    urls = [f"https://pictures.example/{number}.png" for number in range(4)]
    world.http.pages = dict.fromkeys(urls, never())
    drawing = asyncio.ensure_future(_json(world, images=urls))
    await settle()
    assert (drawing.done(), world.http.gets) == (False, urls)
    drawing.cancel()


async def test_pictures_from_everywhere_keep_their_order(world: World) -> None:
    world.images.values[stored_key(1)] = FIRST, "{}", world.clock() + 60
    world.http.pages = {REMOTE: "/dog.png", "https://pictures.example/dog.png": SECOND}
    await _json(world, images=[f"/image/{stored_key(1)}", REMOTE, data_url(THIRD), {"image_url": REMOTE}])
    assert _sent(world) == [FIRST, SECOND, THIRD, SECOND]


@pytest.mark.parametrize(
    "address",
    [
        "http://pictures.example/cat.png",
        "https://user:password@pictures.example/cat.png",
        "https://127.0.0.1/cat.png",
        "https://localhost/cat.png",
        "https://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "data:image/png,abc",
        "data:image/svg+xml;utf8,<svg/>",
        "cat.png",
        "/etc/passwd",
        "nonsense",
    ],
)
@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
async def test_a_forbidden_address_is_refused_unasked(world: World, route: str, address: str) -> None:
    answer = await _json(world, route, images=[data_url(FIRST), address])
    assert _refused(world, answer, "images[1]").startswith(
        "'images[1]' must be a data URL, or a public https"
    )
    assert world.http.gets == []


async def test_an_address_that_brings_no_picture_is_refused(world: World) -> None:
    world.http.pages = {REMOTE: b"<html></html>"}
    answer = await _json(world, image=REMOTE)
    assert _refused(world, answer, "image") == (
        "'image' must be a PNG, JPEG, WebP or GIF picture, "
        "but the bytes are no PNG, JPEG, WebP or GIF picture."
    )


@pytest.mark.parametrize("count", [5, 16, 100])
async def test_more_than_four_are_refused(world: World, count: int) -> None:
    answer = await _form(world, *[("image[]", DOT)] * count)
    assert answer.json["error"]["message"] == (
        f"{count} reference pictures are too many; at most 4 are taken."
    )
    assert (answer.status, answer.json["error"]["param"]) == (400, "image[]")
    assert world.inference.calls == []


async def test_more_than_four_addresses_are_refused_unasked(world: World) -> None:
    answer = await _json(world, images=[REMOTE] * 5)
    assert (answer.status, answer.json["error"]["param"], world.http.gets) == (400, "images[4]", [])


async def test_a_file_that_is_too_large_is_refused(world: World) -> None:
    answer = await _form(world, ("image", FIRST + bytes(MAX_BYTES)))
    assert _refused(world, answer, "image") == (
        f"'image' has {MAX_BYTES + len(FIRST)} bytes; at most 8388608 are taken."
    )


async def test_a_fetched_picture_that_is_too_large_is_refused(world: World) -> None:
    world.http.pages = {REMOTE: FIRST + bytes(MAX_BYTES)}
    answer = await _json(world, images=[{"image_url": REMOTE}])
    assert _refused(world, answer, "images[0]") == (
        "'images[0]' is too large; a picture of at most 8388608 bytes is needed."
    )


@pytest.mark.parametrize(
    "data", [b"<svg/>", b"%PDF-1.7", b"\x00" * 100, FIRST[:20], picture(80, 60)[:200], b"BM" + bytes(60)]
)
async def test_what_is_no_whole_picture_is_refused(world: World, data: bytes) -> None:
    answer = await _form(world, ("image[0]", FIRST), ("image[1]", data))
    assert _refused(world, answer, "image[1]").startswith(
        "'image[1]' must be a PNG, JPEG, WebP or GIF picture, but the "
    )


@pytest.mark.parametrize("broken", ["A", "AAA", "====", "AAAA=AAA"])
async def test_a_data_url_with_broken_base64_is_refused(world: World, broken: str) -> None:
    answer = await _json(world, images=[data_url(FIRST), f"data:image/png;base64,{broken}"])
    _refused(world, answer, "images[1]")


@pytest.mark.parametrize("broken", ["data:image/png;base64,%41", "data:image/png;base64,-_-_"])
async def test_a_data_url_that_breaks_off_is_refused(world: World, broken: str) -> None:
    answer = await _json(world, image=broken)
    _refused(world, answer, "image")


@pytest.mark.parametrize(
    "value", [5, True, {}, {"url": 5}, {"image_url": 5}, {"image_url": None}, {"b64": "x"}]
)
async def test_what_is_no_address_is_refused(world: World, value: object) -> None:
    answer = await _json(world, images=[value])
    assert _refused(world, answer, "images[0]") == (
        "'images[0]' must be a data URL, an https address, or an object with an image_url."
    )


async def test_a_file_id_is_refused_with_the_reason(world: World) -> None:
    answer = await _json(world, images=[{"image_url": data_url(FIRST)}, {"file_id": "file-1"}])
    assert _refused(world, answer, "images[1]") == (
        "'images[1]' must be given as an image_url: no files are kept here."
    )


@pytest.mark.parametrize("deep", [b"[", b'{"image_url": '])
async def test_however_deep_it_is_nested_nothing_fails(world: World, deep: bytes) -> None:
    closing = b"]" if deep == b"[" else b"}"
    body = b'{"prompt": "a cat", "image": ' + deep * 490 + b'"x"' + closing * 490 + b"}"
    answer = await world.client.post(EDITS, body=body)
    assert answer.status == 400


LARGE = picture(1000, 500, "PNG")


@pytest.mark.parametrize("size", [(512, 64), (64, 512), (1000, 500)])
async def test_without_cloudflare_images_a_large_picture_is_refused_with_advice(
    world: World, size: tuple[int, int]
) -> None:
    answer = await _form(world, ("image", FIRST), ("image", picture(*size)))
    assert _refused(world, answer, "image") == (
        f"'image' is {size[0]}x{size[1]} pixels; the model takes pictures with both sides below 512. "
        "Shrink it first, or bind Cloudflare Images as IMAGES so that the service does."
    )


async def test_a_picture_just_small_enough_is_sent_as_it_is(world: World) -> None:
    data = picture(511, 511)
    client = world.client_with(shrinker=world.shrinker)
    await client.post(EDITS, body=[("prompt", "a cat"), ("image", data)])
    assert (_sent(world), world.shrinker.sides) == ([data], [])


async def test_with_cloudflare_images_a_large_picture_is_shrunk_in_its_shape(world: World) -> None:
    client = world.client_with(shrinker=world.shrinker)
    answer = await client.post(EDITS, body=[("prompt", "a cat"), ("image[]", FIRST), ("image[]", LARGE)])
    assert answer.status == 200
    [call] = world.inference.calls
    first, second = call.files.values()
    assert (bytes_of(first.blob), second.mime) == (FIRST, "image/jpeg")
    assert Image.open(io.BytesIO(bytes_of(second.blob))).size == (511, 256)
    assert world.shrinker.sides == [511]


async def test_a_picture_that_cannot_be_shrunk_is_refused(world: World) -> None:
    world.shrinker.broken = True
    client = world.client_with(shrinker=world.shrinker)
    answer = await client.post(EDITS, body=[("prompt", "a cat"), ("image", LARGE)])
    assert _refused(world, answer, "image") == "'image' could not be shrunk; send a smaller picture."


@pytest.mark.parametrize(
    ("shape", "asked", "size"),
    [
        ((400, 400), {}, (1024, 1024)),
        ((300, 200), {}, (768, 512)),
        ((200, 300), {"size": "auto"}, (512, 768)),
        ((200, 300), {"size": "512x512"}, (512, 512)),
        ((200, 300), {"aspect_ratio": "16:9"}, (1024, 576)),
        ((500, 50), {}, (1024, 1024)),
    ],
)
async def test_a_size_left_open_has_the_first_pictures_shape(
    world: World, shape: tuple[int, int], asked: dict[str, str], size: tuple[int, int]
) -> None:
    await _json(world, images=[data_url(picture(*shape)), data_url(FIRST)], **asked)
    [call] = world.inference.calls
    assert (call.inputs["width"], call.inputs["height"]) == size


async def test_the_shape_is_that_of_the_picture_before_it_was_shrunk(world: World) -> None:
    client = world.client_with(shrinker=world.shrinker)
    await client.post(EDITS, body=[("prompt", "a cat"), ("image", LARGE)])
    [call] = world.inference.calls
    assert (call.inputs["width"], call.inputs["height"]) == (1024, 512)


async def test_references_of_all_pictures_of_one_request_are_brought_once(world: World) -> None:
    world.http.pages = {REMOTE: FIRST}
    await _json(world, image=REMOTE, n=3)
    assert world.http.gets == [REMOTE]
    assert [[bytes_of(file.blob) for file in call.files.values()] for call in world.inference.calls] == [
        [FIRST]
    ] * 3


def _with_pictures(text: str, *urls: str, **more: object) -> dict[str, object]:
    parts = [{"type": "text", "text": text}] + [
        {"type": "image_url", "image_url": {"url": url}} for url in urls
    ]
    return {"messages": [{"role": "user", "content": parts}], **more}


async def test_a_chat_with_pictures_goes_to_the_edit_model_and_says_so(world: World) -> None:
    answer = await world.client.post(CHAT, json=_with_pictures("make it blue", data_url(FIRST)))
    assert "🔁 Drawn by flux-2-klein-4b, because flux-1-schnell takes no reference pictures.\n" in answer.said
    assert answer.json["model"] == "@cf/black-forest-labs/flux-2-klein-4b"
    assert (_sent(world), world.inference.calls[0].inputs["prompt"]) == ([FIRST], "make it blue")


async def test_a_chat_with_a_model_that_takes_pictures_needs_no_other(world: World) -> None:
    body = _with_pictures("make it blue", data_url(FIRST), data_url(SECOND), model="flux-2-dev")
    answer = await world.client.post(CHAT, json=body)
    assert ("🔁" in answer.said, answer.json["model"]) == (False, "@cf/black-forest-labs/flux-2-dev")
    assert _sent(world) == [FIRST, SECOND]


async def test_a_chat_may_edit_what_it_drew(world: World) -> None:
    world.inference.outcomes = [FIRST]
    drawn = await world.client.post(CHAT, json=chat("a cat"))
    url = drawn.said.partition("](")[2].rstrip(")")
    world.inference.calls.clear()
    await world.client.post(CHAT, json=_with_pictures("make it blue", url))
    assert (_sent(world), world.http.gets) == ([FIRST], [])


async def test_pictures_of_earlier_messages_are_not_drawn_after(world: World) -> None:
    earlier = _with_pictures("a dog", data_url(FIRST))["messages"]
    assert isinstance(earlier, list)
    await world.client.post(CHAT, json={"messages": [*earlier, {"role": "user", "content": "a cat"}]})
    assert _sent(world) == []


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "urls",
    [
        ["http://pictures.example/cat.png"],
        ["data:image/png;base64,AAA"],
        [data_url(b"<svg/>")],
        [data_url(LARGE)],
        [data_url(DOT)] * 5,
        [f"https://flux.example/image/{stored_key(1)}"],
        ["nonsense"],
    ],
)
async def test_a_chats_bad_picture_is_refused_before_anything_is_paid_for(
    world: World, urls: list[str], *, stream: bool
) -> None:
    answer = await world.client.post(CHAT, json=_with_pictures("make it blue", *urls, stream=stream))
    assert (answer.status, answer.json["error"]["param"]) == (400, "messages")
    assert world.inference.calls == []


async def test_a_file_field_left_open_in_a_browser_counts_as_absent(world: World) -> None:
    answer = await world.client.post(
        "/v1/images/generations", body=[("prompt", "a cat"), ("image", b""), ("image[]", "")]
    )
    assert answer.status == 200
    assert world.inference.calls[0].files == {}
