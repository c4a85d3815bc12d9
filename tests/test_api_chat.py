import base64
import json
from typing import Any

import pytest

from flux.catalog import find_model
from flux.ports import HttpReply
from flux.upstream import UpstreamFailure
from tests.conftest import Compare, Validate
from tests.fakes import DOT, World, chat, data_url, picture, stored_key

CHAT = "/v1/chat/completions"
FLAGGED = UpstreamFailure(400, 3030, "flagged")
CAPACITY = UpstreamFailure(429, 3040, "Capacity temporarily exceeded")
PICTURE = "https://flux.example/image/"


async def test_the_answer_tells_what_was_drawn_line_by_line(world: World) -> None:
    answer = await world.client.post(CHAT, json=chat("A cute cat 3:2"))
    assert answer.said == (
        "🎨 Original prompt: A cute cat 3:2\n"
        "💬 Prompt generation model: Original Prompt\n"
        "🌐 Optimized prompt: A cute cat\n"
        "🔁 Drawn by flux-2-klein-4b, because flux-1-schnell cannot draw 768x512.\n"
        "📐 Image specifications: 768x512\n"
        "🌟 Image generation successful!\n"
        "Here's the result:\n"
        "\n"
        f"![Generated Image]({PICTURE}{stored_key(4)})"
    )


async def test_a_model_that_draws_the_size_itself_gives_the_answer_of_the_contract() -> None:
    answer = await World(FLUX_MODEL="flux-2-klein-4b").client.post(CHAT, json=chat("A cute cat 3:2"))
    assert answer.said == (
        "🎨 Original prompt: A cute cat 3:2\n"
        "💬 Prompt generation model: Original Prompt\n"
        "🌐 Optimized prompt: A cute cat\n"
        "📐 Image specifications: 768x512\n"
        "🌟 Image generation successful!\n"
        "Here's the result:\n"
        "\n"
        f"![Generated Image]({PICTURE}{stored_key(4)})"
    )


async def test_a_whole_answer_is_openais(world: World, valid: Validate) -> None:
    answer = await world.client.post(CHAT, json=chat("a cat"))
    said = answer.said
    assert answer.json == {
        "id": "chatcmpl-000000000000000000000002",
        "object": "chat.completion",
        "created": 1_800_000_000,
        "model": "@cf/black-forest-labs/flux-1-schnell",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": said, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": 2,
            "completion_tokens": -(-len(said.encode()) // 4),
            "total_tokens": 2 + -(-len(said.encode()) // 4),
        },
    }
    valid("CreateChatCompletionResponse", answer.json)


async def test_a_whole_answer_tells_its_cost_and_its_times() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.seconds = 2
    answer = await world.client.post(CHAT, json=chat("a cat"))
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-neurons"] == "57.6"
    assert answer.headers["server-timing"] == "optimize;dur=0, draw;dur=2000, store;dur=0"
    assert answer.headers["x-request-id"].startswith("req_")


async def test_a_stream_is_not_held_back_on_its_way(world: World) -> None:
    answer = await world.client.post(CHAT, json=chat("a cat", stream=True))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.headers["x-neurons"] == "57.6"


async def test_a_stream_says_what_a_whole_answer_says() -> None:
    streamed = await World().client.post(CHAT, json=chat("a cat 16:9", stream=True))
    whole = await World().client.post(CHAT, json=chat("a cat 16:9"))
    assert streamed.said == whole.said


def _plain() -> tuple[World, dict[str, Any]]:
    return World(), {}


def _optimised() -> tuple[World, dict[str, Any]]:
    world = World(
        PROMPT_OPTIMIZATION="true",
        EXTERNAL_API_BASE="https://chat.example/v1",
        EXTERNAL_MODEL="writer",
    )
    content = "A cute cat, soft morning light."
    world.http.replies = [HttpReply(200, json.dumps({"choices": [{"message": {"content": content}}]}))]
    return world, {}


def _unoptimised() -> tuple[World, dict[str, Any]]:
    return World(
        PROMPT_OPTIMIZATION="true",
        EXTERNAL_API_BASE="https://chat.example/v1",
        EXTERNAL_MODEL="writer",
    ), {}


def _failing() -> tuple[World, dict[str, Any]]:
    world = World()
    world.inference.outcomes = [FLAGGED]
    return world, {}


def _with_usage() -> tuple[World, dict[str, Any]]:
    return World(), {"stream_options": {"include_usage": True}}


def _two_with_a_failure() -> tuple[World, dict[str, Any]]:
    world = World()
    world.inference.outcomes = [FLAGGED, None]
    return world, {"n": 2}


def _not_stored() -> tuple[World, dict[str, Any]]:
    world = World()
    world.images.broken = True
    world.inference.outcomes = [DOT]
    return world, {}


def _apart() -> tuple[World, dict[str, Any]]:
    world = World()
    world.inference.outcomes = [DOT, DOT]
    return world, {"n": 2, "modalities": ["text", "image"]}


def _apart_not_stored() -> tuple[World, dict[str, Any]]:
    world, more = _not_stored()
    return world, more | {"modalities": ["image"]}


def _with_a_picture() -> tuple[World, dict[str, Any]]:
    world = World()
    world.inference.outcomes = [DOT]
    parts = [
        {"type": "text", "text": "Make it blue"},
        {"type": "image_url", "image_url": {"url": data_url(DOT)}},
    ]
    return world, {"messages": [{"role": "user", "content": parts}]}


STREAMS = {
    "plain": _plain,
    "optimised": _optimised,
    "unoptimised": _unoptimised,
    "failing": _failing,
    "usage": _with_usage,
    "two_with_a_failure": _two_with_a_failure,
    "not_stored": _not_stored,
    "apart": _apart,
    "apart_not_stored": _apart_not_stored,
    "with_a_picture": _with_a_picture,
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_is_what_its_golden_transcript_says(name: str, golden: Compare) -> None:
    world, more = STREAMS[name]()
    answer = await world.client.post(CHAT, json=chat("A cute cat", stream=True) | more)
    golden(f"chat_{name}.txt", answer.text)


@pytest.mark.parametrize("name", STREAMS)
async def test_every_event_of_a_stream_is_openais(name: str, valid: Validate) -> None:
    world, more = STREAMS[name]()
    answer = await world.client.post(CHAT, json=chat("A cute cat", stream=True) | more)
    *events, done = answer.events
    for event in events:
        valid("ErrorResponse" if "error" in event else "CreateChatCompletionStreamResponse", event)
    assert done == "[DONE]"


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_has_neither_id_nor_retry_lines_and_one_id_for_all(name: str) -> None:
    world, more = STREAMS[name]()
    answer = await world.client.post(CHAT, json=chat("A cute cat", stream=True) | more)
    assert {line.partition(":")[0] for line in answer.text.splitlines() if line} == {"data"}
    assert len({event["id"] for event in answer.events if "id" in event}) == 1


@pytest.mark.parametrize("include", [False, None, "true", 1])
async def test_without_being_asked_for_usage_no_chunk_has_any(world: World, include: object) -> None:
    body = chat("a cat", stream=True, stream_options={"include_usage": include})
    answer = await world.client.post(CHAT, json=body)
    assert not [event for event in answer.events if "usage" in event]


async def test_the_optimised_prompt_is_what_is_drawn() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [{"response": "A grey tomcat"}]
    answer = await world.client.post(CHAT, json=chat("ein Kater 16:9"))
    [call] = world.inference.calls
    [(_, messages, _)] = world.inference.written
    assert (call.inputs["prompt"], messages[1]["content"]) == ("A grey tomcat", "ein Kater")
    assert "🎨 Original prompt: ein Kater 16:9\n" in answer.said
    assert "💬 Prompt generation model: @cf/meta/llama-3.1-8b-instruct-fp8\n" in answer.said
    assert "🌐 Optimized prompt: A grey tomcat\n" in answer.said


@pytest.mark.parametrize(
    ("setting", "prompt", "optimised"),
    [
        ("true", "a cat", True),
        ("false", "a cat", False),
        ("true", "a cat ---ntl", False),
        ("false", "a cat ---tl", True),
    ],
)
async def test_the_prompt_overrides_whether_it_is_optimised(
    setting: str, prompt: str, *, optimised: bool
) -> None:
    world = World(PROMPT_OPTIMIZATION=setting)
    await world.client.post(CHAT, json=chat(prompt))
    [call] = world.inference.calls
    assert len(world.inference.written) == optimised
    assert call.inputs["prompt"] == ("A fine picture" if optimised else "a cat")


async def test_a_text_model_that_fails_does_not_cost_the_picture() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [UpstreamFailure(500)]
    answer = await world.client.post(CHAT, json=chat("a cat"))
    assert (
        "💬 Prompt generation model: Original Prompt (the text model failed: it answered with an error)\n"
        in (answer.said)
    )
    assert world.inference.calls[0].inputs["prompt"] == "a cat"


async def test_an_optimised_prompt_that_is_too_long_is_cut_and_that_is_said() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [{"response": "word " * 1000}]
    answer = await world.client.post(CHAT, json=chat("a cat"))
    assert "✂️ The optimized prompt was cut to the 2048 characters that flux-1-schnell takes.\n" in answer.said
    assert len(str(world.inference.calls[0].inputs["prompt"])) == 2044


async def test_the_last_user_message_is_drawn_and_the_apps_instructions_are_not(world: World) -> None:
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "a dog 16:9"},
        {"role": "assistant", "content": "![](https://…)"},
        {"role": "user", "content": [{"type": "text", "text": "a cat"}]},
    ]
    await world.client.post(CHAT, json={"messages": messages, "temperature": 0.5, "tools": []})
    [call] = world.inference.calls
    assert (call.model, call.inputs) == (
        "@cf/black-forest-labs/flux-1-schnell",
        {"prompt": "a cat", "steps": 4},
    )


@pytest.mark.parametrize(
    ("body", "model", "inputs"),
    [
        (
            {"model": "flux-2-dev", "seed": 0, "steps": 10, "guidance": 3},
            "flux-2-dev",
            {"width": 1024, "height": 1024, "steps": 10, "guidance": 3.0, "seed": 0},
        ),
        (
            {"model": "@cf/leonardo/phoenix-1.0", "size": "512x768", "seed": 7, "negative_prompt": "dogs"},
            "phoenix-1.0",
            {
                "width": 512,
                "height": 768,
                "num_steps": 25,
                "guidance": 2,
                "seed": 7,
                "negative_prompt": "dogs",
            },
        ),
        ({"size": "auto", "model": None}, "flux-1-schnell", {"steps": 4}),
        ({"steps": 8}, "flux-1-schnell", {"steps": 8}),
    ],
)
async def test_what_the_client_asks_for_is_sent(
    world: World, body: dict[str, Any], model: str, inputs: dict[str, Any]
) -> None:
    await world.client.post(CHAT, json=chat("a cat", **body))
    [call] = world.inference.calls
    assert (call.model, call.inputs) == (find_model(model).id, {"prompt": "a cat"} | inputs)


async def test_the_size_in_the_prompt_comes_before_the_one_in_the_body(world: World) -> None:
    await world.client.post(CHAT, json=chat("a cat 16:9", model="flux-2-dev", size="512x512"))
    [call] = world.inference.calls
    assert (call.inputs["width"], call.inputs["height"]) == (1024, 576)


@pytest.mark.parametrize(
    ("policy", "model", "notice"),
    [
        (
            "substitute",
            "flux-2-klein-4b",
            "🔁 Drawn by flux-2-klein-4b, because flux-1-schnell cannot draw 1024x576.\n",
        ),
        (
            "native",
            "flux-1-schnell",
            "🔁 flux-1-schnell cannot draw 1024x576; it draws 1024x1024.\n",
        ),
    ],
)
async def test_a_size_the_model_cannot_draw_is_handled_by_policy_and_that_is_said(
    policy: str, model: str, notice: str
) -> None:
    world = World(SIZE_POLICY=policy)
    answer = await world.client.post(CHAT, json=chat("a cat 16:9"))
    assert notice + "📐" in answer.said
    assert answer.json["model"] == find_model(model).id
    assert world.inference.calls[0].model == find_model(model).id


async def test_the_size_line_states_what_was_really_drawn(world: World) -> None:
    world.inference.outcomes = [picture(640, 480, "PNG")]
    answer = await world.client.post(CHAT, json=chat("a cat", model="flux-2-dev"))
    assert "📐 Image specifications: 640x480\n" in answer.said
    assert answer.said.endswith(f"{stored_key(4, 'png')})")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (chat("a cat", model="gpt-4o-mini"), (404, "model_not_found", "model")),
        (chat("a cat", model=5), (400, "invalid_value", "model")),
        (chat("a cat", n=5), (400, "invalid_value", "n")),
        (chat("a cat", n=0), (400, "invalid_value", "n")),
        (chat("a cat", stream="maybe"), (400, "invalid_value", "stream")),
        (chat("a cat", size="big"), (400, "invalid_value", "size")),
        (chat("a cat", size="0x0"), (400, "invalid_value", "size")),
        (chat("a cat", size="9000x9000"), (400, "size_not_available", "size")),
        (chat("a cat", steps=9), (400, "invalid_value", "steps")),
        (chat("a cat", seed=-1), (400, "invalid_value", "seed")),
        (chat("x" * 2049), (400, "invalid_value", "prompt")),
        (chat("x" * 32_001, model="flux-2-dev"), (400, "invalid_value", "prompt")),
        (chat(""), (400, "missing_required_parameter", "messages")),
        (chat("16:9"), (400, "missing_required_parameter", "messages")),
        (chat("---tl"), (400, "missing_required_parameter", "messages")),
        ({"messages": []}, (400, "missing_required_parameter", "messages")),
        ({"messages": "a cat"}, (400, "invalid_value", "messages")),
        ({}, (400, "missing_required_parameter", "messages")),
        ([], (400, "invalid_body", None)),
        ("a cat", (400, "invalid_body", None)),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_a_mistake_of_the_clients_is_told_before_anything_is_paid_for(
    world: World, valid: Validate, body: Any, expected: tuple[int, str, str | None], *, stream: bool
) -> None:
    if stream and isinstance(body, dict):
        body = {"stream": True} | body
    answer = await world.client.post(CHAT, json=body)
    error = answer.json["error"]
    assert (answer.status, error["code"], error["param"]) == expected
    assert (world.inference.calls, world.inference.written) == ([], [])
    valid("ErrorResponse", answer.json)


async def test_a_prompt_beyond_32000_characters_is_not_optimised_either() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    answer = await world.client.post(CHAT, json=chat("x" * 32_001))
    assert (answer.status, answer.json["error"]["param"]) == (400, "prompt")
    assert (world.inference.calls, world.inference.written) == ([], [])


async def test_a_prompt_that_is_too_long_for_the_model_may_be_optimised_to_fit() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    await world.client.post(CHAT, json=chat("x" * 3000))
    assert [call.inputs["prompt"] for call in world.inference.calls] == ["A fine picture"]


async def test_the_size_is_refused_by_the_reject_policy() -> None:
    world = World(SIZE_POLICY="reject")
    answer = await world.client.post(CHAT, json=chat("a cat 16:9"))
    assert (answer.status, answer.json["error"]["code"]) == (400, "size_not_available")
    assert world.inference.calls == []


async def test_a_prompt_that_is_too_long_and_could_not_be_optimised_is_refused() -> None:
    world = World(PROMPT_OPTIMIZATION="true")
    world.inference.replies = [UpstreamFailure(500)]
    answer = await world.client.post(CHAT, json=chat("x" * 3000))
    assert (answer.status, answer.json["error"]["param"]) == (400, "prompt")
    assert world.inference.calls == []


@pytest.mark.parametrize("size", ["0x0", "0x512"])
async def test_a_size_of_nothing_is_refused_by_every_policy(size: str) -> None:
    answer = await World(SIZE_POLICY="native").client.post(CHAT, json=chat("a cat", size=size))
    assert (answer.status, answer.json["error"]["param"]) == (400, "size")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is empty; send a JSON object."),
        (b"  ", "The body is empty; send a JSON object."),
        (b"[]", "The body must be a JSON object."),
        (b"[" * 100_000, "The body cannot be read as JSON: it is nested too deeply."),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(world: World, body: bytes, message: str) -> None:
    answer = await world.client.post(CHAT, body=body)
    assert (answer.status, answer.json["error"]["message"]) == (400, message)
    assert answer.json["error"]["code"] == "invalid_body"


@pytest.mark.parametrize("body", [b"{", b"prompt=a+cat", b"\xff\xfe", b'{"n": ' + b"9" * 5000 + b"}"])
async def test_a_body_that_is_no_json_is_refused_with_the_reason(world: World, body: bytes) -> None:
    answer = await world.client.post(CHAT, body=body)
    assert (answer.status, answer.json["error"]["code"]) == (400, "invalid_body")
    assert answer.json["error"]["message"].startswith("The body cannot be read as JSON: ")


async def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    answer = await world.client.post(CHAT, body=b" " * (25 * 1024 * 1024 + 1))
    assert (answer.status, answer.json["error"]["code"]) == (413, "payload_too_large")


async def test_several_pictures_are_drawn_at_once_and_shown_in_order(world: World) -> None:
    answer = await world.client.post(CHAT, json=chat("a cat", n=4))
    assert world.inference.most_under_way == 4
    assert [line for line in answer.said.splitlines() if line.startswith("![")] == [
        f"![Generated Image]({PICTURE}{stored_key(number)})" for number in (3, 4, 5, 6)
    ]
    assert answer.said.count("📐") == 1
    assert answer.headers["x-neurons"] == "230.4"


async def test_a_failure_among_several_is_said_below_those_that_were_drawn(world: World) -> None:
    world.inference.outcomes = [None, FLAGGED, None]
    answer = await world.client.post(CHAT, json=chat("a cat", n=3))
    assert answer.status == 200
    assert answer.said.count("![Generated Image](") == 2
    assert answer.said.endswith(
        "\n\n⚠️ 1 of 3 pictures could not be drawn: the safety filter refused the prompt. "
        "It also refuses harmless ones: say the same in other words."
    )
    assert answer.headers["x-neurons"] == "115.2"


@pytest.mark.parametrize(
    ("outcomes", "status", "code", "headers"),
    [
        ([FLAGGED], 400, "content_policy_violation", {}),
        ([CAPACITY] * 3, 429, "capacity_exceeded", {"retry-after": "5"}),
        (
            [UpstreamFailure(429, 3036)],
            429,
            "insufficient_quota",
            {"retry-after": "57600", "x-should-retry": "false"},
        ),
        ([b"<html>"], 502, "upstream_error", {"x-should-retry": "false"}),
        ([UpstreamFailure(408, 3007)] * 2, 504, "upstream_timeout", {"x-should-retry": "false"}),
    ],
)
async def test_a_failure_of_the_only_picture_is_the_answers(
    valid: Validate, outcomes: list[Any], status: int, code: str, headers: dict[str, str]
) -> None:
    world = World()
    world.inference.outcomes = outcomes
    answer = await world.client.post(CHAT, json=chat("a cat"))
    told = {
        name: answer.headers[name] for name in ("retry-after", "x-should-retry") if name in answer.headers
    }
    assert (answer.status, answer.json["error"]["code"], told) == (status, code, headers)
    valid("ErrorResponse", answer.json)


async def test_a_picture_that_could_not_be_stored_is_in_the_answer_itself(world: World) -> None:
    world.images.broken = True
    world.inference.outcomes = [DOT]
    answer = await world.client.post(CHAT, json=chat("a cat"))
    inline = base64.b64encode(DOT).decode()
    assert answer.said.endswith(
        "Here's the result:\n\n"
        "⚠️ The picture could not be stored, so this message itself carries it. Save it if you like it.\n\n"
        f"![Generated Image](data:image/png;base64,{inline})"
    )


async def test_without_a_store_every_picture_is_in_its_answer(world: World) -> None:
    answer = await world.client_with(images=None).post(CHAT, json=chat("a cat"))
    assert "![Generated Image](data:image/jpeg;base64,/9j/" in answer.said


@pytest.mark.parametrize(
    "prompt", ["a cat \ufdd0", "a cat \\ufdd0", "a \ud83d cat", 'say "hi" {prompt} \\', "{0} {} {size}"]
)
async def test_any_prompt_comes_back_as_it_was_written(world: World, prompt: str) -> None:
    world.images.broken = True
    answer = await world.client.post(CHAT, json=chat(prompt))
    well_formed = prompt.replace("\ud83d", "\ufffd")
    assert answer.said.startswith(f"🎨 Original prompt: {well_formed}\n")
    assert world.inference.calls[0].inputs["prompt"] == well_formed


async def test_without_workers_ai_the_answer_says_what_to_do(world: World) -> None:
    answer = await world.client_with(inference=None).post(CHAT, json=chat("a cat", stream=True))
    assert (answer.status, answer.json["error"]["code"]) == (503, "not_configured")
    assert "CF_API_TOKEN" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("variables", "headers", "prompt", "success"),
    [
        ({}, {}, "a cat", "🌟 Image generation successful!"),
        ({}, {}, "一只猫", "🌟 图像生成成功！"),
        ({}, {}, "這個紅色的龍在飛", "🌟 圖像生成成功！"),
        ({}, {}, "かわいい猫", "🌟 画像の生成に成功しました！"),
        ({}, {}, "кот", "🌟 Изображение создано!"),
        (
            {},
            {"user-agent": "Mozilla/5.0", "accept-language": "de"},
            "кот",
            "🌟 Das Bild ist fertig!",
        ),
        (
            {},
            {"user-agent": "OpenAI/JS", "accept-language": "de"},
            "a cat",
            "🌟 Image generation successful!",
        ),
        ({"LANGUAGE": "fr"}, {}, "a cat", "🌟 Image générée avec succès !"),
        ({"LANGUAGE": "es"}, {}, "a cat", "🌟 ¡Imagen generada con éxito!"),
    ],
)
async def test_the_answer_is_in_the_readers_language(
    variables: dict[str, str], headers: dict[str, str], prompt: str, success: str
) -> None:
    answer = await World(**variables).client.post(CHAT, json=chat(prompt), headers=headers)
    assert success in answer.said


async def test_the_stored_picture_names_the_callers_key() -> None:
    world = World(API_KEY="", API_KEYS='{"phone": "the-key"}')
    await world.client.post(CHAT, json=chat("a cat"))
    [(_, metadata, _)] = world.images.values.values()
    assert json.loads(metadata)["label"] == "phone"


async def test_a_stored_picture_lives_as_long_as_the_owner_says() -> None:
    world = World(IMAGE_EXPIRATION="60")
    await world.client.post(CHAT, json=chat("a cat"))
    [(_, _, expires)] = world.images.values.values()
    assert expires == world.clock() + 60


async def test_pictures_beside_the_text_come_where_openrouters_clients_look(valid: Validate) -> None:
    world = World()
    answer = await world.client.post(CHAT, json=chat("a cat", n=2, modalities=["image", "text"]))
    assert answer.json["choices"][0]["message"] == {
        "role": "assistant",
        "content": (
            "🎨 Original prompt: a cat\n"
            "💬 Prompt generation model: Original Prompt\n"
            "🌐 Optimized prompt: a cat\n"
            "📐 Image specifications: 1024x1024\n"
            "🌟 Image generation successful!\n"
            "Here's the result:"
        ),
        "refusal": None,
        "images": [
            {"type": "image_url", "image_url": {"url": PICTURE + stored_key(3)}, "index": 0},
            {"type": "image_url", "image_url": {"url": PICTURE + stored_key(4)}, "index": 1},
        ],
    }
    valid("CreateChatCompletionResponse", answer.json)


async def test_a_picture_beside_the_text_that_could_not_be_stored_is_a_data_url(world: World) -> None:
    world.images.broken = True
    world.inference.outcomes = [DOT]
    answer = await world.client.post(CHAT, json=chat("a cat", modalities=["image"]))
    [image] = answer.json["choices"][0]["message"]["images"]
    assert image == {"type": "image_url", "image_url": {"url": data_url(DOT)}, "index": 0}
    assert answer.json["usage"]["completion_tokens"] < 100


async def test_pictures_beside_the_text_are_streamed_in_order(world: World) -> None:
    body = chat("a cat", n=2, stream=True, modalities=["image", "text"])
    answer = await world.client.post(CHAT, json=body)
    deltas = [choice["delta"] for event in answer.events[:-1] for choice in event["choices"]]
    assert [image for delta in deltas for image in delta.get("images", [])] == [
        {"type": "image_url", "image_url": {"url": PICTURE + stored_key(3)}, "index": 0},
        {"type": "image_url", "image_url": {"url": PICTURE + stored_key(4)}, "index": 1},
    ]
    assert "![" not in answer.said


@pytest.mark.parametrize("modalities", [None, [], ["text"], "image", {"image": True}, [["image"]], 5])
async def test_without_being_asked_for_pictures_apart_they_are_in_the_text_alone(
    world: World, modalities: object
) -> None:
    answer = await world.client.post(CHAT, json=chat("a cat", modalities=modalities))
    assert "images" not in answer.json["choices"][0]["message"]
    assert f"![Generated Image]({PICTURE}{stored_key(3)})" in answer.said


async def test_a_structured_prompt_is_drawn_as_it_is() -> None:
    world = World(PROMPT_OPTIMIZATION="true", FLUX_MODEL="flux-2-dev")
    prompt = '{"scene": "a clock showing 16:9"}'
    await world.client.post(CHAT, json=chat(prompt))
    [call] = world.inference.calls
    assert (call.inputs["prompt"], call.inputs["width"], world.inference.written) == (prompt, 1024, [])
