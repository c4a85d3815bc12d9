"""How each wire wraps an answer, and whom it lets in."""

from typing import Any

import pytest

from tests.simulator.callers import DEV, LLAMA, PHOENIX, QWEN, SCHNELL, Caller, parts

TALK = [{"role": "system", "content": "Improve the prompt."}, {"role": "user", "content": "a cat."}]
IMPROVED = "a cat, highly detailed, soft natural light, sharp focus"
USAGE = {"prompt_tokens": 2, "completion_tokens": 14, "total_tokens": 16}


def failure(code: int, message: str) -> dict[str, Any]:
    return {"result": None, "success": False, "errors": [{"code": code, "message": message}], "messages": []}


async def test_the_binding_answers_a_bare_object_of_exactly_that_type(stand_in: Caller) -> None:
    response = await stand_in.binding(SCHNELL, {"prompt": "a cat"})
    call = (await stand_in.calls())[0]
    assert (response.headers["content-type"], list(response.json())) == ("application/json", ["image"])
    assert (response.headers["cf-ai-req-id"], response.headers["cf-ai-neurons"]) == (call["id"], "57.6")


async def test_a_raw_byte_model_answers_bytes_by_both_wires(stand_in: Caller) -> None:
    inputs = {"prompt": "a cat", "seed": 1, "width": 64, "height": 64}
    binding = await stand_in.binding(PHOENIX, inputs)
    rest = await stand_in.rest(PHOENIX, json=inputs)
    assert binding.headers["content-type"] == rest.headers["content-type"] == "image/jpeg"
    assert binding.content == rest.content


async def test_rest_wraps_a_result_in_an_envelope(stand_in: Caller) -> None:
    response = await stand_in.rest(DEV, files=parts({"prompt": "a cat", "width": "256", "height": "256"}, {}))
    body = response.json()
    image = body["result"].pop("image")
    assert image.startswith("/9j/")
    assert body == {"result": {}, "success": True, "errors": [], "messages": []}


@pytest.mark.parametrize(
    ("where", "status", "code"),
    [
        ({"headers": {"authorization": "Bearer wrong"}}, 401, 10000),
        ({"headers": {"authorization": "stand-in-token"}}, 401, 10000),
        ({"headers": {}}, 403, 9106),
        ({"account": "f" * 32}, 404, 7003),
    ],
)
async def test_rest_checks_token_and_account(
    stand_in: Caller, where: dict[str, Any], status: int, code: int
) -> None:
    response = await stand_in.rest(SCHNELL, **where, json={"prompt": "a cat"})
    assert (response.status_code, response.json()["errors"][0]["code"]) == (status, code)


async def test_rest_refuses_as_the_binding_does_with_the_id_of_the_call(stand_in: Caller) -> None:
    response = await stand_in.rest(DEV, json={"prompt": "a cat"})
    message = "AiError: Error: required properties at '/' are 'multipart' ({})".format(
        response.headers["cf-ai-req-id"]
    )
    assert (response.status_code, response.json()) == (400, failure(5006, message))


async def test_rest_knows_no_unknown_model(stand_in: Caller) -> None:
    response = await stand_in.rest("@cf/nobody/nothing", json={"prompt": "a cat"})
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, 5007)


async def test_a_text_model_writes_by_both_wires(stand_in: Caller) -> None:
    inputs = {"messages": TALK, "max_tokens": 256, "temperature": 0.2, "stream": False}
    binding = await stand_in.binding(LLAMA, inputs)
    rest = await stand_in.rest(LLAMA, json=inputs)
    assert binding.json() == rest.json()["result"] == {"response": IMPROVED, "usage": USAGE}


async def test_some_text_models_answer_in_the_form_of_openai(stand_in: Caller) -> None:
    body = (await stand_in.binding(QWEN, {"messages": TALK})).json()
    choice = {"index": 0, "message": {"role": "assistant", "content": IMPROVED}, "finish_reason": "stop"}
    del body["id"], body["created"]
    assert body == {"object": "chat.completion", "model": QWEN, "choices": [choice], "usage": USAGE}


async def test_the_chat_api_takes_parts_and_plays_any_model(stand_in: Caller) -> None:
    content = [{"type": "text", "text": "一只猫"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    response = await stand_in.chat(
        {"model": "anything", "messages": [{"role": "user", "content": content}], "temperature": 1}
    )
    message = response.json()["choices"][0]["message"]["content"]
    assert message == "一只猫, highly detailed, soft natural light, sharp focus"


async def test_the_chat_api_wants_its_key(stand_in: Caller) -> None:
    response = await stand_in.chat({"model": "m", "messages": TALK}, key="wrong")
    error = {
        "message": "Incorrect API key provided.",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
    assert (response.status_code, response.json()) == (401, {"error": error})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"messages": TALK}, "required properties at '/' are 'model'"),
        ({"model": 1, "messages": TALK}, "Type mismatch of '/model', 'string' not in 'integer'"),
        ({"model": "m", "temperature": 1}, "required properties at '/' are 'messages'"),
        ({"model": "m", "messages": "a"}, "Type mismatch of '/messages', 'array' not in 'string'"),
        ({"model": "m", "messages": ["a"]}, "Type mismatch of '/messages/0', 'object' not in 'string'"),
        ({"model": "m", "messages": TALK[:1]}, "'/messages' must have a message of the role 'user'"),
        (
            {"model": "m", "messages": [{"role": "user"}]},
            "required properties at '/messages/0' are 'role,content'",
        ),
        (
            {"model": "m", "messages": [{"role": "bot", "content": "a"}]},
            "enum bot not in system,developer,user,assistant,tool at '/messages/0/role'",
        ),
        (
            {"model": "m", "messages": [{"role": "user", "content": [{"type": "input_text"}]}]},
            "enum input_text not in text,image_url at '/messages/0/content/0/type'",
        ),
        (
            {"model": "m", "messages": TALK, "stream": True},
            "'/stream' must be false: the stand-in does not stream",
        ),
        (
            {"model": "m", "messages": TALK, "steps": 4},
            "Additional or unevaluated properties '/steps' at '/' not allowed",
        ),
    ],
)
async def test_the_chat_api_is_strict(stand_in: Caller, body: dict[str, Any], text: str) -> None:
    response = await stand_in.chat(body)
    error = {"message": f"Error: {text}", "type": "invalid_request_error", "param": None, "code": None}
    assert (response.status_code, response.json()) == (400, {"error": error})


async def test_the_chat_api_lists_models_to_those_with_a_key(stand_in: Caller) -> None:
    closed = await stand_in.http.get("/v1/models")
    opened = await stand_in.http.get("/v1/models", headers={"authorization": "Bearer stand-in-key"})
    names = [model["id"] for model in opened.json()["data"]]
    assert (closed.status_code, names) == (401, ["stand-in-writer", "gpt-4o-mini"])


async def test_the_front_page_says_what_this_is(stand_in: Caller) -> None:
    body = (await stand_in.http.get("/")).json()
    assert (body["name"], len(body["models"])) == ("Workers AI stand-in", 12)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("GET", "/run", 405)])
async def test_what_is_not_there_is_said_in_json(
    stand_in: Caller, method: str, path: str, status: int
) -> None:
    response = await stand_in.http.request(method, path)
    expected = {"error": f"{method} {path}: nothing here"}
    assert (response.status_code, response.json()) == (status, expected)
