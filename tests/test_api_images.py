import base64
import json
from typing import Any

import pytest

from flux.catalog import find_model
from flux.parsing import MAX_DEPTH
from flux.ports import HttpReply
from flux.upstream import UpstreamFailure
from tests.conftest import Compare, Validate
from tests.fakes import DOT, Answer, FakeBlob, World, chat, data_url, never, picture, settle, stored_key

GENERATIONS = "/v1/images/generations"
EDITS = "/v1/images/edits"
FLAGGED = UpstreamFailure(400, 3030, "flagged")
CAPACITY = UpstreamFailure(429, 3040, "Capacity temporarily exceeded")
REFUSED = {
    "message": "The model's safety filter refused this prompt. It also refuses harmless ones: "
    "say the same in other words and try again.",
    "type": "invalid_request_error",
    "param": None,
    "code": "content_policy_violation",
}
ADDRESS = "https://flux.example/image/"
ENCODED = base64.b64encode(picture()).decode()
SMALL = picture(64, 64, "PNG")


async def _generate(world: World, **fields: object) -> Answer:
    return await world.client.post(GENERATIONS, json={"prompt": "a cat", **fields})


async def _edit(world: World, **fields: object) -> Answer:
    body = {"prompt": "a cat", "images": [{"image_url": data_url(SMALL)}], **fields}
    return await world.client.post(EDITS, json=body)


async def _post_form(world: World, route: str, *fields: tuple[str, str | bytes]) -> Answer:
    return await world.client.post(route, body=[("prompt", "a cat"), *fields])


async def test_a_whole_answer_is_openais_with_what_we_add(world: World, valid: Validate) -> None:
    answer = await _generate(world)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {
        "id": "img-000000000000000000000002",
        "object": "image.generation",
        "created": 1_800_000_000,
        "model": "@cf/black-forest-labs/flux-1-schnell",
        "data": [
            {
                "b64_json": ENCODED,
                "url": ADDRESS + stored_key(3),
                "prompt": "a cat",
                "seed": None,
                "width": 1024,
                "height": 1024,
                "key": stored_key(3),
            }
        ],
        "output_format": "jpeg",
        "usage": {
            "total_tokens": 4098,
            "input_tokens": 2,
            "output_tokens": 4096,
            "input_tokens_details": {"text_tokens": 2, "image_tokens": 0},
            "output_tokens_details": {"text_tokens": 0, "image_tokens": 4096},
            "neurons": 57.6,
        },
    }
    valid("ImagesResponse", answer.json)


async def test_an_edit_is_answered_alike_and_counts_its_pictures(world: World, valid: Validate) -> None:
    answer = await _edit(world, images=[data_url(SMALL), data_url(picture(300, 200))], seed=0)
    [drawn] = answer.json["data"]
    assert drawn == {
        "b64_json": ENCODED,
        "url": ADDRESS + stored_key(3),
        "prompt": "a cat",
        "seed": 0,
        "width": 1024,
        "height": 1024,
        "key": stored_key(3),
    }
    assert answer.json["model"] == "@cf/black-forest-labs/flux-2-klein-4b"
    assert answer.json["usage"] == {
        "total_tokens": 4349,
        "input_tokens": 253,
        "output_tokens": 4096,
        "input_tokens_details": {"text_tokens": 2, "image_tokens": 16 + 235},
        "output_tokens_details": {"text_tokens": 0, "image_tokens": 4096},
        "neurons": 114.94,
    }
    assert answer.headers["x-neurons"] == "114.94"
    valid("ImagesResponse", answer.json)


async def test_a_drawn_picture_can_be_fetched_back(world: World) -> None:
    answer = await _generate(world)
    path = answer.json["data"][0]["url"].removeprefix("https://flux.example")
    assert (await world.client.get(path)).content == picture()


async def test_an_answer_tells_its_cost_and_its_times() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.seconds = 2
    answer = await _generate(world, n=3)
    assert answer.headers["x-neurons"] == "172.8"
    assert answer.json["usage"]["neurons"] == 172.8
    # Three at once move the fake clock one after the other.
    assert answer.headers["server-timing"].startswith("optimize;dur=0, draw;dur=")


async def test_a_model_without_a_price_tells_no_cost(world: World) -> None:
    answer = await _generate(world, model="dreamshaper-8-lcm")
    assert "x-neurons" not in answer.headers
    assert answer.json["usage"]["neurons"] is None


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {"b64_json", "url"}),
        ({"response_format": None}, {"b64_json", "url"}),
        ({"response_format": ""}, {"b64_json", "url"}),
        ({"response_format": "url"}, {"url"}),
        ({"response_format": "b64_json"}, {"b64_json"}),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
async def test_both_forms_are_shown_unless_one_is_asked_for_and_base64_where_nothing_is_stored(
    world: World, valid: Validate, asked: dict[str, object], shown: set[str], *, stored: bool
) -> None:
    world.images.broken = not stored
    answer = await _generate(world, **asked)
    [drawn] = answer.json["data"]
    assert drawn.keys() & {"b64_json", "url"} == (shown if stored else {"b64_json"})
    assert drawn["key"] == (stored_key(3) if stored else None)
    valid("ImagesResponse", answer.json)


async def test_without_a_store_every_answer_is_base64(world: World) -> None:
    client = world.client_with(images=None)
    answer = await client.post(GENERATIONS, json={"prompt": "a cat", "response_format": "url"})
    assert answer.json["data"][0]["b64_json"] == ENCODED


async def test_the_real_size_and_format_are_told(world: World) -> None:
    world.inference.outcomes = [picture(640, 480, "PNG")]
    answer = await _generate(world, model="flux-2-dev", output_format="webp")
    [drawn] = answer.json["data"]
    assert (drawn["width"], drawn["height"], answer.json["output_format"]) == (640, 480, "png")
    assert drawn["url"] == ADDRESS + stored_key(4, "png")


@pytest.mark.parametrize("count", [1, 2, 6, 7, 10])
async def test_up_to_ten_are_drawn_and_never_more_than_six_at_once(world: World, count: int) -> None:
    answer = await _generate(world, n=count)
    assert len({drawn["url"] for drawn in answer.json["data"]}) == count
    assert len(world.inference.calls) == count
    assert world.inference.most_under_way == min(count, 6)


async def test_each_of_several_has_its_own_seed(world: World) -> None:
    answer = await _generate(world, model="flux-2-dev", n=3, seed=7)
    assert [drawn["seed"] for drawn in answer.json["data"]] == [7, 8, 9]
    assert [call.inputs["seed"] for call in world.inference.calls] == [7, 8, 9]


async def test_a_seed_that_was_not_given_is_drawn_and_told(world: World) -> None:
    answer = await _generate(world, model="flux-2-dev")
    [call] = world.inference.calls
    assert answer.json["data"][0]["seed"] == call.inputs["seed"] == 3


async def test_a_picture_can_be_drawn_again_by_its_seed(world: World) -> None:
    answer = await _generate(world, model="flux-2-dev", n=2)
    again = await _generate(world, model="flux-2-dev", seed=answer.json["data"][1]["seed"])
    assert again.status == 200
    assert world.inference.calls[2] == world.inference.calls[1]


async def test_a_failure_among_several_is_told_beside_those_that_were_drawn(
    world: World, valid: Validate
) -> None:
    world.inference.outcomes = [None, FLAGGED, None]
    answer = await _generate(world, n=3)
    assert answer.status == 200
    assert [drawn["key"] for drawn in answer.json["data"]] == [stored_key(3), stored_key(4)]
    assert answer.json["errors"] == [REFUSED]
    assert answer.json["usage"]["neurons"] == 115.2
    assert answer.headers["x-neurons"] == "115.2"
    valid("ImagesResponse", answer.json)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([FLAGGED] * 2, (400, "content_policy_violation", {})),
        ([FLAGGED, b"<html>"], (400, "content_policy_violation", {})),
        (
            [UpstreamFailure(429, 3036)] * 2,
            (429, "insufficient_quota", {"retry-after": "57600", "x-should-retry": "false"}),
        ),
        ([b"<html>"] * 2, (502, "upstream_error", {"x-should-retry": "false"})),
        ([CAPACITY] * 6, (429, "capacity_exceeded", {"retry-after": "5"})),
    ],
)
async def test_when_all_fail_the_answer_is_the_first_failure(
    world: World, valid: Validate, outcomes: list[Any], expected: tuple[int, str, dict[str, str]]
) -> None:
    world.inference.outcomes = list(outcomes)
    answer = await _generate(world, n=2)
    told = {
        name: answer.headers[name] for name in ("retry-after", "x-should-retry") if name in answer.headers
    }
    assert (answer.status, answer.json["error"]["code"], told) == expected
    assert world.images.values == {}
    valid("ErrorResponse", answer.json)


async def test_the_optimised_prompt_is_drawn_and_told_as_revised(valid: Validate) -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [{"response": "A grey tomcat"}]
    answer = await _generate(world, n=2)
    assert [call.inputs["prompt"] for call in world.inference.calls] == ["A grey tomcat"] * 2
    assert [(drawn["prompt"], drawn["revised_prompt"]) for drawn in answer.json["data"]] == [
        ("a cat", "A grey tomcat")
    ] * 2
    assert len(world.inference.written) == 1
    valid("ImagesResponse", answer.json)


async def test_a_prompt_that_could_not_be_optimised_is_drawn_and_not_told_as_revised() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [UpstreamFailure(500)]
    answer = await _generate(world)
    assert world.inference.calls[0].inputs["prompt"] == "a cat"
    assert "revised_prompt" not in answer.json["data"][0]


STRUCTURED = {"scene": "a pond", "mood": "calm"}


@pytest.mark.parametrize("prompt", [STRUCTURED, json.dumps(STRUCTURED)], ids=["object", "text"])
@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("flux-2-dev", '{"scene": "a pond", "mood": "calm"}'),
        ("flux-1-schnell", "a pond. Mood: calm."),
        ("lucid-origin", "a pond. Mood: calm."),
    ],
)
async def test_a_structured_prompt_is_sent_as_its_model_reads_it_and_never_optimised(
    prompt: object, model: str, sent: str
) -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    answer = await _generate(world, prompt=prompt, model=model)
    [call] = world.inference.calls
    assert (call.inputs["prompt"], world.inference.written) == (sent, [])
    assert answer.json["data"][0]["prompt"] == json.dumps(STRUCTURED)


async def test_a_structured_prompt_may_come_in_a_form(world: World) -> None:
    await world.client.post(GENERATIONS, body=[("prompt", json.dumps(STRUCTURED))])
    assert world.inference.calls[0].inputs["prompt"] == "a pond. Mood: calm."


@pytest.mark.parametrize("prompt", [{"mood": None}, {"mood": "", "scene": []}, '{"mood": null}'])
async def test_a_structured_prompt_that_says_nothing_is_refused(world: World, prompt: object) -> None:
    answer = await _generate(world, prompt=prompt)
    assert (answer.status, answer.json["error"]["param"]) == (400, "prompt")
    assert world.inference.calls == []


@pytest.mark.parametrize("model", ["flux-1-schnell", "flux-2-dev"])
@pytest.mark.parametrize("prompt", [{"mood": "\ud800"}, '{"mood": "\\ud800"}'], ids=["object", "text"])
async def test_half_a_letter_in_a_structured_prompt_reaches_neither_the_model_nor_the_store(
    world: World, prompt: object, model: str
) -> None:
    answer = await _generate(world, prompt=prompt, model=model)
    assert answer.status == 200
    assert str(world.inference.calls[0].inputs["prompt"]).encode()


@pytest.mark.parametrize(
    ("opening", "closing"), [('{"a": ', "}"), ('{"a": [', "]}")], ids=["objects", "lists"]
)
async def test_a_prompt_as_deep_as_json_is_read_fails_nothing(
    world: World, opening: str, closing: str
) -> None:
    levels = (MAX_DEPTH - 1) // len(closing)
    prompt = opening * levels + "1" + closing * levels
    body = b'{"model": "lucid-origin", "prompt": %s}' % prompt.encode()
    answer = await world.client.post(GENERATIONS, body=body)
    assert answer.status == 200


@pytest.mark.parametrize(
    "name",
    [
        "gpt-image-1",
        "gpt-image-1-mini",
        "gpt-image-1.5",
        "gpt-image-2.6-preview",
        "chatgpt-image-latest",
        "dall-e-2",
        "dall-e-3",
        "",
        None,
    ],
)
async def test_openais_models_mean_the_default_and_for_edits_the_edit_model(
    world: World, name: str | None
) -> None:
    generated = await _generate(world, model=name)
    edited = await _edit(world, model=name)
    assert (generated.json["model"], edited.json["model"]) == (
        "@cf/black-forest-labs/flux-1-schnell",
        "@cf/black-forest-labs/flux-2-klein-4b",
    )


async def test_the_owner_chooses_both() -> None:
    world = World(FLUX_MODEL="phoenix-1.0", EDIT_MODEL="flux-2-dev")
    answers = [await _generate(world, model="gpt-image-1"), await _edit(world, model="gpt-image-1")]
    assert [answer.json["model"] for answer in answers] == [
        "@cf/leonardo/phoenix-1.0",
        "@cf/black-forest-labs/flux-2-dev",
    ]


@pytest.mark.parametrize("name", ["gpt-image-1", "dall-e-3", "chatgpt-image-latest"])
async def test_in_chat_openais_picture_models_are_unknown(world: World, name: str) -> None:
    answer = await world.client.post("/v1/chat/completions", json=chat("a cat", model=name))
    assert (answer.status, answer.json["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("name", ["gpt-4o", "dall-e-4", "gpt-image-", "flux", "@cf/meta/llama", "DALL-E-3"])
@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
async def test_any_other_model_is_unknown(world: World, route: str, name: str) -> None:
    answer = await world.client.post(route, json={"prompt": "a cat", "model": name, "image": data_url(SMALL)})
    error = answer.json["error"]
    assert (answer.status, error["code"], error["param"]) == (404, "model_not_found", "model")


@pytest.mark.parametrize("name", ["flux-2-dev", "@cf/black-forest-labs/flux-2-dev"])
async def test_a_model_is_known_by_both_its_ids(world: World, name: str) -> None:
    answer = await _generate(world, model=name)
    assert answer.json["model"] == "@cf/black-forest-labs/flux-2-dev"


async def test_an_edit_by_a_model_that_takes_no_pictures_is_made_by_one_that_does(world: World) -> None:
    answer = await _edit(world, model="flux-1-schnell", steps=8)
    assert answer.json["model"] == "@cf/black-forest-labs/flux-2-klein-4b"
    assert world.inference.calls[0].files.keys() == {"input_image_0"}


@pytest.mark.parametrize(
    ("fields", "model", "inputs"),
    [
        ({"model": "flux-2-dev"}, "flux-2-dev", {"width": 1024, "height": 1024, "steps": 25, "seed": 3}),
        (
            {"model": "flux-2-dev", "seed": 0, "steps": 10, "guidance": 3, "size": "1536x1024"},
            "flux-2-dev",
            {"width": 1536, "height": 1024, "steps": 10, "guidance": 3.0, "seed": 0},
        ),
        (
            {"model": "flux-2-dev", "seed": 5, "num_steps": 11, "guidance_scale": 2.5, "size": "16:9"},
            "flux-2-dev",
            {"width": 1024, "height": 576, "steps": 11, "guidance": 2.5, "seed": 5},
        ),
        (
            {"model": "flux-2-dev", "seed": 5, "num_inference_steps": 12, "aspect_ratio": "2:3"},
            "flux-2-dev",
            {"width": 512, "height": 768, "steps": 12, "seed": 5},
        ),
        (
            {"model": "flux-2-klein-9b", "seed": 5, "width": 512, "height": 640},
            "flux-2-klein-9b",
            {"width": 512, "height": 640, "seed": 5},
        ),
        (
            {"model": "phoenix-1.0", "seed": 5, "size": "auto", "negative_prompt": "dogs", "num_steps": 30},
            "phoenix-1.0",
            {
                "width": 1024,
                "height": 1024,
                "num_steps": 30,
                "guidance": 2,
                "seed": 5,
                "negative_prompt": "dogs",
            },
        ),
        (
            {"model": "dreamshaper-8-lcm", "seed": 5, "negative_prompt": "dogs", "guidance": 1},
            "dreamshaper-8-lcm",
            {
                "width": 1024,
                "height": 1024,
                "num_steps": 8,
                "guidance": 1.0,
                "seed": 5,
                "negative_prompt": "dogs",
            },
        ),
        (
            {"model": "flux-2-dev", "seed": 5, "negative_prompt": "dogs"},
            "flux-2-dev",
            {"width": 1024, "height": 1024, "steps": 25, "seed": 5},
        ),
        ({"seed": 7, "negative_prompt": "dogs", "guidance": 3}, "flux-1-schnell", {"steps": 4}),
        ({"size": "512x512", "width": 1024, "height": 1024}, "flux-1-schnell", {"steps": 4}),
        (
            {"size": None, "width": None, "steps": None, "n": None, "seed": None},
            "flux-1-schnell",
            {"steps": 4},
        ),
        ({"size": "", "steps": "", "n": "", "stream": ""}, "flux-1-schnell", {"steps": 4}),
    ],
)
async def test_what_the_client_asks_for_is_sent(
    world: World, fields: dict[str, Any], model: str, inputs: dict[str, Any]
) -> None:
    answer = await _generate(world, **fields)
    [call] = world.inference.calls
    assert (call.model, call.inputs) == (find_model(model).id, {"prompt": "a cat"} | inputs)
    assert answer.json["model"] == call.model


async def test_a_form_spells_numbers_and_booleans(world: World) -> None:
    answer = await _post_form(
        world,
        GENERATIONS,
        ("model", "flux-2-dev"),
        ("n", "2"),
        ("size", "512x768"),
        ("steps", "10"),
        ("seed", "0"),
        ("guidance", "3.5"),
        ("stream", "false"),
        ("partial_images", "0"),
        ("response_format", "url"),
    )
    assert (answer.status, [drawn.keys() & {"url", "b64_json"} for drawn in answer.json["data"]]) == (
        200,
        [{"url"}] * 2,
    )
    assert [call.inputs for call in world.inference.calls] == [
        {"prompt": "a cat", "width": 512, "height": 768, "steps": 10, "guidance": 3.5, "seed": seed}
        for seed in (0, 1)
    ]


async def test_a_form_may_ask_for_a_stream(world: World) -> None:
    answer = await _post_form(world, EDITS, ("image", SMALL), ("stream", "true"))
    assert [event if event == "[DONE]" else event["type"] for event in answer.events] == [
        "image_edit.completed",
        "[DONE]",
    ]


@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
@pytest.mark.parametrize(
    "fields",
    [
        # What the apps and SDKs of clients.md send beside what we read.
        {"quality": "high", "background": "opaque", "moderation": "low", "user": "u", "style": "vivid"},
        {"input_fidelity": "high", "output_compression": 80, "safety_identifier": "s"},
        {"complexity": "low", "frame_count": 2, "frame_duration_ms": 10, "svg": {"model": "x"}},
        {"output_format": "png", "partial_images": 3, "quality": "nonsense", "background": 5},
        {"surprise": {"a": [1]}, "": None, "imagery": "x", "image_size": "square"},
    ],
)
async def test_what_is_not_known_or_not_honoured_is_let_pass(
    world: World, route: str, fields: dict[str, Any]
) -> None:
    body = {"prompt": "a cat", **fields} | ({"image": data_url(SMALL)} if route == EDITS else {})
    answer = await world.client.post(route, json=body)
    assert answer.status == 200


BAD: list[tuple[dict[str, Any], str]] = [
    ({"prompt": 5}, "prompt"),
    ({"prompt": ["a cat"]}, "prompt"),
    ({"prompt": {}}, "prompt"),
    ({"prompt": "x" * 32_001}, "prompt"),
    ({"prompt": {"scene": "x" * 32_001}}, "prompt"),
    ({"model": 5}, "model"),
    ({"n": 0}, "n"),
    ({"n": 11}, "n"),
    ({"n": 1.5}, "n"),
    ({"n": True}, "n"),
    ({"n": "two"}, "n"),
    ({"n": []}, "n"),
    ({"size": "big"}, "size"),
    ({"size": "0x0"}, "size"),
    ({"size": "10:1"}, "size"),
    ({"size": 1024}, "size"),
    ({"aspect_ratio": "wide"}, "aspect_ratio"),
    ({"aspect_ratio": {}}, "aspect_ratio"),
    ({"width": 512}, "height"),
    ({"height": 512}, "width"),
    ({"width": 0, "height": 512}, "width"),
    ({"width": 512, "height": -1}, "height"),
    ({"width": 512, "height": "tall"}, "height"),
    ({"size": "9000x9000"}, "size"),
    ({"width": 9000, "height": 9000}, "size"),
    ({"model": "flux-1-schnell", "steps": 9}, "steps"),
    ({"model": "flux-2-dev", "steps": 0}, "steps"),
    ({"model": "flux-2-dev", "num_steps": 51}, "num_steps"),
    ({"model": "flux-2-dev", "num_inference_steps": "many"}, "num_inference_steps"),
    ({"seed": -1}, "seed"),
    ({"seed": 2**32}, "seed"),
    ({"seed": "lucky"}, "seed"),
    ({"model": "flux-2-dev", "guidance": 21}, "guidance"),
    ({"model": "phoenix-1.0", "guidance_scale": 1}, "guidance_scale"),
    ({"negative_prompt": 5}, "negative_prompt"),
    ({"response_format": "png"}, "response_format"),
    ({"response_format": 5}, "response_format"),
    ({"output_format": "bmp"}, "output_format"),
    ({"stream": "maybe"}, "stream"),
    ({"stream": 2}, "stream"),
    ({"partial_images": 4}, "partial_images"),
    ({"partial_images": -1}, "partial_images"),
    ({"mask": data_url(SMALL)}, "mask"),
    ({"mask": {"image_url": data_url(SMALL)}}, "mask"),
]  # fmt: skip


@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("fields", "param"), BAD)
async def test_a_bad_value_is_refused_by_name_before_anything_is_paid_for(  # noqa: PLR0913
    world: World, valid: Validate, route: str, fields: dict[str, Any], param: str, *, stream: bool
) -> None:
    body: dict[str, Any] = {"prompt": "a cat", "stream": stream, **fields}
    if route == EDITS:
        body["image"] = data_url(SMALL)
    answer = await world.client.post(route, json=body)
    assert (answer.status, answer.json["error"]["param"]) == (400, param)
    assert (world.inference.calls, world.inference.written) == ([], [])
    valid("ErrorResponse", answer.json)


@pytest.mark.parametrize("prompt", ["x" * 2049, {"scene": "x" * 2049}], ids=["text", "structured"])
async def test_a_prompt_longer_than_its_model_takes_is_refused(world: World, prompt: object) -> None:
    answer = await _generate(world, prompt=prompt)
    assert (answer.status, answer.json["error"]["param"]) == (400, "prompt")
    assert world.inference.calls == []


@pytest.mark.parametrize(
    ("route", "body", "code", "param"),
    [
        (GENERATIONS, {}, "missing_required_parameter", "prompt"),
        (GENERATIONS, {"prompt": ""}, "missing_required_parameter", "prompt"),
        (GENERATIONS, {"prompt": " \n"}, "missing_required_parameter", "prompt"),
        (GENERATIONS, {"prompt": None}, "missing_required_parameter", "prompt"),
        (GENERATIONS, [], "invalid_body", None),
        (EDITS, {"image": data_url(SMALL)}, "missing_required_parameter", "prompt"),
        (EDITS, {"prompt": "a cat"}, "missing_required_parameter", "image"),
        (EDITS, {"prompt": "a cat", "images": []}, "missing_required_parameter", "image"),
        (EDITS, {"prompt": "a cat", "image": None, "images": ""}, "missing_required_parameter", "image"),
    ],
)
async def test_what_is_required_must_be_there(
    world: World, route: str, body: Any, code: str, param: str | None
) -> None:
    answer = await world.client.post(route, json=body)
    error = answer.json["error"]
    assert (answer.status, error["code"], error["param"]) == (400, code, param)
    assert world.inference.calls == []


@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
async def test_a_mask_in_a_form_is_refused_as_a_file_and_as_a_text(world: World, route: str) -> None:
    masks: list[str | bytes] = [SMALL, "https://pictures.example/mask.png"]
    for mask in masks:
        answer = await _post_form(world, route, ("image", SMALL), ("mask", mask))
        assert (answer.status, answer.json["error"]) == (
            400,
            {
                "message": "'mask' cannot be used: no model here takes one.",
                "type": "invalid_request_error",
                "param": "mask",
                "code": "invalid_value",
            },
        )
    assert world.inference.calls == []


@pytest.mark.parametrize("route", [GENERATIONS, EDITS])
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"", 400),
        ("", b"prompt=a+cat", 400),
        ("application/x-www-form-urlencoded", b"prompt=a+cat", 400),
        ("multipart/form-data", b"no form", 400),
        ("Multipart/Form-Data; boundary=x", b"", 400),
        ("application/json", b" " * (25 * 1024 * 1024 + 1), 413),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    world: World, route: str, content_type: str, body: bytes, status: int
) -> None:
    answer = await world.client.post(route, body=body, headers={"content-type": content_type})
    code = "invalid_body" if status == 400 else "payload_too_large"
    assert (answer.status, answer.json["error"]["code"]) == (status, code)


async def test_a_form_that_is_too_large_is_refused(world: World) -> None:
    big = [("image[]", SMALL + b" " * (9 * 1024 * 1024)) for _ in range(3)]
    answer = await _post_form(world, EDITS, *big)
    assert (answer.status, answer.json["error"]["code"]) == (413, "payload_too_large")


async def test_the_size_follows_the_policy(world: World) -> None:
    answer = await _generate(world, size="16:9")
    assert (answer.json["model"], answer.json["data"][0]["width"]) == (
        "@cf/black-forest-labs/flux-2-klein-4b",
        1024,
    )
    native = await _generate(World(SIZE_POLICY="native"), size="16:9")
    assert native.json["model"] == "@cf/black-forest-labs/flux-1-schnell"
    refused = await _generate(World(SIZE_POLICY="reject"), size="16:9")
    assert (refused.status, refused.json["error"]["code"]) == (400, "size_not_available")


async def test_without_workers_ai_the_answer_says_what_to_do(world: World) -> None:
    answer = await world.client_with(inference=None).post(GENERATIONS, json={"prompt": "a cat"})
    assert (answer.status, answer.json["error"]["code"]) == (503, "not_configured")


async def test_the_stored_picture_names_its_prompt_and_the_callers_key() -> None:
    world = World(API_KEY="", API_KEYS='{"phone": "the-key"}')
    await _generate(world)
    [(_, metadata, _)] = world.images.values.values()
    stored = json.loads(metadata)
    assert (stored["prompt"], stored["label"]) == ("a cat", "phone")


def _generation() -> tuple[World, str, dict[str, Any]]:
    return World(), GENERATIONS, {"model": "flux-2-dev", "seed": 0}


def _edited() -> tuple[World, str, dict[str, Any]]:
    return World(), EDITS, {"image": data_url(DOT)}


def _optimised() -> tuple[World, str, dict[str, Any]]:
    world = World(
        PROMPT_OPTIMIZATION="true",
        EXTERNAL_API_BASE="https://chat.example/v1",
        EXTERNAL_MODEL="writer",
    )
    reply = json.dumps({"choices": [{"message": {"content": "A grey tomcat"}}]})
    world.http.replies = [HttpReply(200, reply)]
    return world, GENERATIONS, {"response_format": "b64_json"}


def _two_with_a_failure() -> tuple[World, str, dict[str, Any]]:
    return World(), GENERATIONS, {"n": 2}


def _failing() -> tuple[World, str, dict[str, Any]]:
    return World(), GENERATIONS, {}


def _not_stored() -> tuple[World, str, dict[str, Any]]:
    world = World()
    world.images.broken = True
    return world, EDITS, {"image": data_url(DOT), "response_format": "url"}


# Each with what its calls come to: a picture of a few bytes.
STREAMS: dict[str, Any] = {
    "generation": (_generation, [DOT]),
    "edit": (_edited, [DOT]),
    "optimised": (_optimised, [DOT]),
    "two_with_a_failure": (_two_with_a_failure, [FLAGGED, DOT]),
    "failing": (_failing, [FLAGGED]),
    "not_stored": (_not_stored, [DOT]),
}


async def _streamed(name: str) -> Answer:
    arrange, outcomes = STREAMS[name]
    world, route, fields = arrange()
    world.inference.outcomes = list(outcomes)
    answer: Answer = await world.client.post(route, json={"prompt": "A cute cat", "stream": True, **fields})
    return answer


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_is_what_its_golden_transcript_says(name: str, golden: Compare) -> None:
    answer = await _streamed(name)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    golden(f"images_{name}.txt", answer.text)


@pytest.mark.parametrize("name", STREAMS)
async def test_every_event_of_a_stream_is_openais(name: str, valid: Validate) -> None:
    *events, done = (await _streamed(name)).events
    schemas = {
        "image_generation.completed": "ImageGenCompletedEvent",
        "image_edit.completed": "ImageEditCompletedEvent",
    }
    for event in events:
        valid(schemas[event["type"]] if "type" in event else "ErrorResponse", event)
    assert done == "[DONE]"


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_has_neither_id_nor_retry_lines(name: str) -> None:
    answer = await _streamed(name)
    lines = {line.partition(":")[0] for line in answer.text.splitlines() if line}
    assert lines - {"event"} == {"", "data"}


async def test_a_stream_tells_its_cost_before_it_is_drawn(world: World) -> None:
    answer = await _generate(world, stream=True, n=2)
    assert answer.headers["x-neurons"] == "115.2"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("size", "told"),
    [("1024x1024", "1024x1024"), ("1536x1024", "1536x1024"), ("1024x576", "auto")],
)
async def test_an_event_says_auto_for_a_size_that_openai_has_not(world: World, size: str, told: str) -> None:
    answer = await _generate(world, stream=True, size=size)
    event = answer.events[0]
    assert (event["size"], f"{event['width']}x{event['height']}") == (told, size)


async def test_a_stream_gives_each_picture_as_soon_as_it_is_there(world: World) -> None:
    late = never()
    world.inference.outcomes = [None, late]
    request = world.client.request(
        "POST", GENERATIONS, json={"prompt": "a cat", "n": 2, "stream": True, "response_format": "url"}
    )
    chunks = (await world.app.handle(request)).content.chunks  # type: ignore[union-attr]
    assert str(await anext(chunks)).startswith(":")
    assert "image_generation.completed" in str(await anext(chunks))
    await settle()
    assert world.inference.under_way == 1
    late.set()
    assert [chunk async for chunk in chunks][-1] == "data: [DONE]\n\n"


@pytest.mark.parametrize("stream", [False, True])
async def test_a_prompt_too_long_after_failed_optimisation_costs_no_picture(*, stream: bool) -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [UpstreamFailure(500)]
    answer = await _generate(world, prompt="x" * 3000, stream=stream)
    error = (answer.events[0] if stream else answer.json)["error"]
    assert (answer.status, error["param"]) == (200 if stream else 400, "prompt")
    assert world.inference.calls == []


async def test_the_last_of_several_fields_of_one_name_counts(world: World) -> None:
    await world.client.post(GENERATIONS, body=[("prompt", "a cat"), ("prompt", "a dog")])
    assert world.inference.calls[0].inputs["prompt"] == "a dog"


async def test_a_file_is_no_prompt(world: World) -> None:
    answer = await world.client.post(GENERATIONS, body=[("prompt", b"a cat")])
    assert (answer.status, answer.json["error"]["param"]) == (400, "prompt")


async def test_reference_pictures_may_be_given_to_a_generation_too(world: World) -> None:
    answer = await _post_form(world, GENERATIONS, ("input_image_0", SMALL), ("model", "flux-2-dev"))
    [call] = world.inference.calls
    assert (answer.json["model"], call.multipart) == ("@cf/black-forest-labs/flux-2-dev", True)
    assert {name: file.blob for name, file in call.files.items()} == {"input_image_0": FakeBlob(SMALL)}
