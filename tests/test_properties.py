"""What holds whatever a client sends."""

import json
from typing import Any, Final

from hypothesis import example, given
from hypothesis import strategies as st

from flux.catalog import CATALOG
from flux.ports import ModelCall
from flux.routes import ROUTES
from simulator.models import Inputs, find
from simulator.schema import Upload
from tests.fakes import DOT, Answer, FakeShrinker, Form, World, bytes_of, data_url, picture, stored_key

GENERATIONS: Final = "/v1/images/generations"
EDITS: Final = "/v1/images/edits"
CHAT: Final = "/v1/chat/completions"
DOCUMENTED: Final = {400, 401, 403, 404, 405, 413, 429, 503}
"""Every status of a client's mistake, and of a store that is not there; 500 is never one."""

KNOWN: Final = (
    "prompt", "model", "n", "size", "width", "height", "aspect_ratio", "steps", "num_steps",
    "num_inference_steps", "seed", "guidance", "guidance_scale", "negative_prompt", "response_format",
    "output_format", "stream", "partial_images", "mask", "image", "images", "image[]", "image[0]",
    "input_image_0", "input_image_3", "messages", "modalities", "stream_options", "tools", "limit", "cursor",
)  # fmt: skip
PLACES: Final = tuple((route.method, route.path) for route in ROUTES)
SMALL: Final = picture(64, 48)
LARGE: Final = picture(600, 300)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-5, 4000)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([
        "a cat", "16:9", "1024x1024", "auto", "url", "\ud800", "\ufdd0", data_url(DOT), "data:,0",
        "https://pictures.example/1.png", "https://[", "/image/x", '{"a": null}', "user", "flux-2-dev",
    ]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["role", "content", "type", "text", "url", "image_url", "file_id"])
        | st.text(max_size=5),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
json_bodies = st.dictionaries(st.sampled_from(KNOWN) | st.text(max_size=8), json_values, max_size=8)


# What a client means well: every field right by itself, in any company.
_sizes = st.sampled_from([
    None, "auto", "1024x1024", "1536x1024", "512x512", "256x256", "1000x999", "1920x1920", "2048x256",
    "2500x64", "64x64", "16:9", "21:9", "7:3", "1:4",
])  # fmt: skip
_numbers: dict[str, st.SearchStrategy[Any]] = {
    "n": st.integers(1, 3),
    "steps": st.integers(1, 50),
    "num_steps": st.integers(1, 20),
    "seed": st.integers(0, 2**32 - 1),
    "guidance": st.floats(0, 30) | st.integers(0, 30),
    "guidance_scale": st.floats(2, 10),
    "partial_images": st.integers(0, 3),
}
well_meant = st.fixed_dictionaries(
    {
        "prompt": st.text(min_size=1, max_size=40).filter(str.strip)
        | st.sampled_from(["a cat", "x" * 2048, '{"scene": "a pond"}', "x" * 32_000]),
    },
    optional=_numbers
    | {
        "model": st.sampled_from([spec.short_id for spec in CATALOG] + ["gpt-image-1", "dall-e-3"]),
        "size": _sizes,
        "negative_prompt": st.text(max_size=20),
        "response_format": st.sampled_from(["url", "b64_json"]),
        "output_format": st.sampled_from(["png", "webp", "jpeg"]),
        "stream": st.booleans(),
        "quality": st.text(max_size=5),
    },
)
pictures = st.lists(st.sampled_from([SMALL, LARGE, DOT]), max_size=4)
structured_prompts = st.dictionaries(st.text(max_size=5), json_values, max_size=3)
nearly_right = st.builds(
    lambda right, wrong, prompt: right | {"prompt": prompt} | wrong,
    well_meant,
    st.dictionaries(st.sampled_from(KNOWN), json_values, max_size=2),
    st.just("a cat") | structured_prompts,
)
chats = st.builds(
    lambda text, parts, more: more | {"messages": [{"role": "user", "content": [text, *parts]}]},
    st.text(max_size=20) | structured_prompts.map(json.dumps),
    st.lists(json_values, max_size=2),
    nearly_right,
)


def _world() -> World:
    world = World()
    world.inference.outcomes = [DOT] * 20
    return world


def _check_documented(answer: Answer) -> None:
    """Hold that a failure has a status we document, and a body in OpenAI's form."""
    if answer.status in {200, 204}:
        return
    assert answer.status in DOCUMENTED, answer
    assert answer.json.keys() == {"error"}
    error = answer.json["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert isinstance(error["message"], str)
    assert error["message"]


def _check_accepted(call: ModelCall) -> None:
    """Hold that Workers AI would take the call, by the stand-in's schema of the model."""
    values: dict[str, Any] = dict(call.inputs)
    if call.multipart:
        values = {name: str(value) for name, value in values.items()}
    json.dumps(values, ensure_ascii=False, allow_nan=False).encode()
    files = {name: Upload(name, file.mime, bytes_of(file.blob)) for name, file in call.files.items()}
    find(call.model).check(Inputs(values | files, call.multipart))


async def _send(world: World, method: str, path: str, **options: Any) -> Answer:
    client = world.client_with(shrinker=FakeShrinker())
    answer = await client.send(method, path, **options)
    for call in world.inference.calls:
        _check_accepted(call)
    return answer


@given(st.sampled_from(PLACES), json_bodies | json_values | nearly_right | chats)
@example(("POST", GENERATIONS), {"prompt": {"mood": "\ud800"}})
@example(("POST", GENERATIONS), {"prompt": {"mood": None}})
@example(("POST", GENERATIONS), {"prompt": {"mood": float("nan")}, "model": "flux-2-dev"})
@example(("POST", CHAT), {"messages": [{"role": "user", "content": '{"mood": null}'}]})
@example(("POST", CHAT), {"messages": [{"role": "user", "content": '{"mood": "\\ud800"}'}]})
async def test_any_json_to_any_route_is_answered_as_documented(place: tuple[str, str], body: object) -> None:
    method, path = place
    _check_documented(await _send(_world(), method, path, json=body))


@given(
    st.sampled_from(PLACES),
    st.binary(max_size=200),
    st.sampled_from(["", "application/json", "multipart/form-data"]),
)
async def test_any_bytes_to_any_route_are_answered_as_documented(
    place: tuple[str, str], body: bytes, content_type: str
) -> None:
    method, path = place
    headers = {"content-type": content_type}
    _check_documented(await _send(_world(), method, path, body=body, headers=headers))


@given(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X"]),
    st.text("/v1imagesodl%2F.@{}-", max_size=40)
    | st.sampled_from([f"/image/{stored_key(1)}", "/v1/images/x"]),
    st.dictionaries(st.sampled_from(["limit", "cursor"]), st.sampled_from(["", "0", "7", "x", "-1", "1e3"])),
)
async def test_any_address_is_answered_as_documented(method: str, path: str, query: dict[str, str]) -> None:
    target = f"/{path}?" + "&".join(f"{name}={value}" for name, value in query.items())
    answer = await _send(_world(), method, target)
    if method != "HEAD":
        _check_documented(answer)
    assert answer.status < 500


@given(st.sampled_from([GENERATIONS, EDITS]), well_meant, pictures)
async def test_what_is_meant_well_in_json_is_a_call_that_workers_ai_takes(
    route: str, body: dict[str, Any], images: list[bytes]
) -> None:
    world = _world()
    urls = [{"image_url": data_url(image)} for image in images]
    answer = await _send(world, "POST", route, json=body | {"images": urls})
    _check_documented(answer)
    assert (answer.status == 200) == bool(world.inference.calls)


@given(
    st.sampled_from([GENERATIONS, EDITS]),
    well_meant,
    pictures,
    st.sampled_from(["image", "image[]", "image[{}]", "input_image_{}"]),
)
async def test_what_is_meant_well_in_a_form_is_a_call_that_workers_ai_takes(
    route: str, fields: dict[str, Any], images: list[bytes], name: str
) -> None:
    world = _world()
    form: Form = [
        *((key, str(value).lower() if value is not True else "true") for key, value in fields.items()),
        *((name.format(number), image) for number, image in enumerate(images)),
    ]
    answer = await _send(world, "POST", route, body=form)
    _check_documented(answer)
    assert (answer.status == 200) == bool(world.inference.calls)


@given(
    st.lists(
        st.tuples(st.sampled_from(KNOWN) | st.text(max_size=8), st.text(max_size=20) | st.binary(max_size=40))
    )
)
async def test_any_form_to_any_drawing_route_is_answered_as_documented(form: Form) -> None:
    for route in (GENERATIONS, EDITS):
        _check_documented(await _send(_world(), "POST", route, body=form))


@given(well_meant, pictures)
async def test_what_is_meant_well_in_chat_is_a_call_that_workers_ai_takes(
    body: dict[str, Any], images: list[bytes]
) -> None:
    world = _world()
    parts: list[dict[str, object]] = [{"type": "text", "text": body.pop("prompt")}]
    parts += [{"type": "image_url", "image_url": {"url": data_url(image)}} for image in images]
    answer = await _send(world, "POST", CHAT, json={"messages": [{"role": "user", "content": parts}], **body})
    _check_documented(answer)
    assert (answer.status == 200) == bool(world.inference.calls)
