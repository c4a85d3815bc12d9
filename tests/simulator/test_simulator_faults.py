"""What can be made to go wrong, and when it does."""

from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.simulator.callers import LLAMA, PHOENIX, QWEN, SCHNELL, Caller

CAT = {"prompt": "a cat"}
TALK = {"messages": [{"role": "user", "content": "a cat"}]}
IMPROVED = "a cat, highly detailed, soft natural light, sharp focus"
ALLOCATION = (
    "you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's "
    "Workers Paid plan if you would like to continue usage."
)

# Pinned by hand from Cloudflare's list, not from the table it checks.
CODES = [
    (3030, 400),
    (8007, 400),
    (3036, 429),
    (4006, 429),
    (3040, 429),
    (3007, 408),
    (3008, 408),
    (3006, 413),
    (5004, 400),
    (5006, 400),
    (3003, 400),
    (5007, 400),
    (3042, 404),
    (5016, 403),
    (5018, 403),
    (5035, 403),
    (3023, 403),
    (3041, 403),
    (10000, 401),
    (9106, 403),
    (7003, 404),
]


@pytest.mark.parametrize(("code", "status"), CODES)
async def test_an_upstream_error_comes_by_every_wire(stand_in: Caller, code: int, status: int) -> None:
    await stand_in.order({"fault": str(code), "times": 2}, {"fault": str(code), "target": "text"})
    binding = await stand_in.binding(SCHNELL, CAT)
    rest = await stand_in.rest(SCHNELL, json=CAT)
    chat = await stand_in.chat({"model": "m", **TALK})
    assert [binding.status_code, rest.status_code, chat.status_code] == [status] * 3
    assert binding.json()["internalCode"] == rest.json()["errors"][0]["code"] == code
    assert chat.json()["error"]["message"] == binding.json()["description"]


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        ("nsfw", 400, "The output was flagged as NSFW. Please choose another prompt."),
        ("daily-allocation", 429, ALLOCATION),
        ("capacity-text", 429, "Capacity temporarily exceeded, please try again."),
        ("429", 429, "Too many requests: slow down."),
        ("500", 500, "Internal server error"),
    ],
)
async def test_some_errors_are_a_text_without_a_code(
    stand_in: Caller, fault: str, status: int, text: str
) -> None:
    await stand_in.order({"fault": fault, "times": 2})
    binding = await stand_in.binding(SCHNELL, CAT)
    rest = await stand_in.rest(SCHNELL, json=CAT)
    message = f"AiError: {text} ({rest.headers['cf-ai-req-id']})"
    assert (binding.status_code, binding.text) == (status, text)
    assert (rest.status_code, rest.json()["errors"]) == (status, [{"message": message}])


async def test_the_safety_filter_may_answer_with_a_200(stand_in: Caller) -> None:
    await stand_in.order({"fault": "3030-200", "times": 2})
    binding = await stand_in.binding(SCHNELL, CAT)
    rest = await stand_in.rest(SCHNELL, json=CAT)
    error = {"code": 3030, "message": "Input prompt contains NSFW content."}
    assert (binding.status_code, binding.json()) == (200, {"errors": [error], "success": False})
    assert (rest.status_code, rest.json()["success"]) == (200, False)


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "body"),
    [
        ("502", 502, "text/plain", "error code: 502"),
        ("503", 503, "text/plain", "error code: 503"),
        ("not-json", 200, "application/json", '{"image": "iVBOR'),
        ("empty", 200, "application/json", ""),
        ("no-image", 200, "application/json", '{"image":""}'),
        ("missing-image", 200, "application/json", "{}"),
    ],
)
async def test_an_answer_may_be_of_no_use(
    stand_in: Caller, fault: str, status: int, content_type: str, body: str
) -> None:
    await stand_in.order({"fault": fault})
    response = await stand_in.binding(SCHNELL, CAT)
    assert (response.status_code, response.headers["content-type"], response.text) == (
        status,
        content_type,
        body,
    )


@pytest.mark.parametrize(("fault", "status"), [("html", 502), ("html-200", 200)])
async def test_an_answer_may_be_a_page(stand_in: Caller, fault: str, status: int) -> None:
    await stand_in.order({"fault": fault})
    response = await stand_in.rest(SCHNELL, json=CAT)
    assert (response.status_code, response.text[:15]) == (status, "<!DOCTYPE html>")


@pytest.mark.parametrize(("fault", "expected"), [("png", "PNG"), ("webp", "WEBP")])
async def test_a_model_may_change_its_format(stand_in: Caller, fault: str, expected: str) -> None:
    await stand_in.order({"fault": fault, "times": 2})
    base64 = await stand_in.binding(SCHNELL, CAT)
    raw = await stand_in.binding(PHOENIX, {"prompt": "a cat", "width": 64, "height": 64})
    formats = [Image.open(BytesIO(data)).format for data in (b64decode(base64.json()["image"]), raw.content)]
    assert (formats, raw.headers["content-type"]) == ([expected] * 2, f"image/{fault}")


async def test_a_truncated_picture_still_decodes_as_base64(stand_in: Caller) -> None:
    await stand_in.order({"fault": "truncated-base64"})
    data = b64decode((await stand_in.binding(SCHNELL, CAT)).json()["image"], validate=True)
    picture = Image.open(BytesIO(data))
    with pytest.raises(OSError, match="truncated"):
        picture.load()
    assert picture.size == (1024, 1024)


async def test_a_text_may_come_in_place_of_the_picture(stand_in: Caller) -> None:
    await stand_in.order({"fault": "text-as-image"})
    image = (await stand_in.binding(SCHNELL, CAT)).json()["image"]
    assert b64decode(image) == b"This is no picture."


@pytest.mark.parametrize(
    ("fault", "content"),
    [
        ("reasoning", f"<think>\nThe picture needs light and detail.\n</think>\n\n{IMPROVED}"),
        ("other-language", "一只可爱的猫坐在窗台上，柔和的自然光，细节丰富，焦点清晰"),
        ("fenced", f"```\n{IMPROVED}\n```"),
        ("quoted", f'"{IMPROVED}"'),
        ("prefixed", f"Optimized prompt: {IMPROVED}"),
        ("null-content", None),
    ],
)
async def test_a_reply_may_not_be_what_was_wanted(stand_in: Caller, fault: str, content: str | None) -> None:
    await stand_in.order({"fault": fault, "target": "text", "times": 3})
    chat = await stand_in.chat({"model": "m", **TALK})
    qwen = await stand_in.binding(QWEN, TALK)
    llama = await stand_in.binding(LLAMA, TALK)
    contents = [response.json()["choices"][0]["message"]["content"] for response in (chat, qwen)]
    assert [*contents, llama.json()["response"]] == [content] * 3


async def test_a_reply_may_be_very_long(stand_in: Caller) -> None:
    await stand_in.order({"fault": "long", "target": "text"})
    response = (await stand_in.binding(LLAMA, TALK)).json()["response"]
    assert (len(response), response.startswith(IMPROVED)) == (10_000, True)


async def test_an_answer_may_have_no_reply_in_it(stand_in: Caller) -> None:
    await stand_in.order({"fault": "empty-choices", "target": "text", "times": 2})
    chat = (await stand_in.chat({"model": "m", **TALK})).json()
    llama = (await stand_in.binding(LLAMA, TALK)).json()
    assert (chat["choices"], list(llama)) == ([], ["usage"])


@pytest.mark.parametrize(("fault", "status"), [("401", 401), ("404", 404), ("429", 429), ("500", 500)])
async def test_the_chat_api_fails_in_the_shape_of_openai(stand_in: Caller, fault: str, status: int) -> None:
    await stand_in.order({"fault": fault, "target": "text"})
    response = await stand_in.chat({"model": "m", **TALK})
    assert (response.status_code, list(response.json()["error"])) == (
        status,
        ["message", "type", "param", "code"],
    )


async def statuses(stand_in: Caller, *models: str) -> list[int]:
    small = {"prompt": "a", "width": 64, "height": 64}
    answers = [await stand_in.binding(model, small if model == PHOENIX else CAT) for model in models]
    return [answer.status_code for answer in answers]


async def test_faults_are_used_up_in_their_order(stand_in: Caller) -> None:
    await stand_in.order({"fault": "3040", "times": 2}, {"fault": "502"})
    assert await statuses(stand_in, *[SCHNELL] * 4) == [429, 429, 502, 200]


async def test_a_fault_may_let_some_calls_through_first(stand_in: Caller) -> None:
    await stand_in.order({"fault": "502", "after": 2})
    assert await statuses(stand_in, *[SCHNELL] * 4) == [200, 200, 502, 200]


async def test_a_fault_may_wait_for_one_model(stand_in: Caller) -> None:
    await stand_in.order({"fault": "502", "model": PHOENIX})
    assert await statuses(stand_in, SCHNELL, PHOENIX, PHOENIX) == [200, 502, 200]


async def test_a_fault_may_last_until_it_is_cleared(stand_in: Caller) -> None:
    await stand_in.order({"fault": "502", "times": None})
    before = await statuses(stand_in, *[SCHNELL] * 3)
    cleared = await stand_in.http.delete("/control")
    assert (before, cleared.json()) == ([502] * 3, {"pending": []})
    assert await statuses(stand_in, SCHNELL) == [200]


async def test_a_fault_for_text_spares_pictures(stand_in: Caller) -> None:
    await stand_in.order({"fault": "502", "target": "text"})
    assert await statuses(stand_in, SCHNELL) == [200]
    assert (await stand_in.binding(LLAMA, TALK)).status_code == 502


async def test_a_call_that_is_wrong_in_itself_uses_up_no_fault(stand_in: Caller) -> None:
    await stand_in.order({"fault": "502"})
    wrong = await stand_in.binding(SCHNELL, {})
    assert (wrong.status_code, await statuses(stand_in, SCHNELL)) == (400, [502])


async def test_what_waits_is_shown_with_every_fault_there_is(stand_in: Caller) -> None:
    await stand_in.order({"fault": "3040", "times": 2, "delay": 0.5})
    body = (await stand_in.http.get("/control")).json()
    order = {"fault": "3040", "times": 2, "delay": 0.5, "target": "image", "model": None, "after": 0}
    assert body["pending"] == [order]
    assert body["faults"]["image"]["hang"] == "No answer until the client leaves."
    assert set(body["faults"]["text"]) - set(body["faults"]["image"]) == {
        "401",
        "404",
        "long",
        "reasoning",
        "other-language",
        "fenced",
        "quoted",
        "prefixed",
        "null-content",
        "empty-choices",
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "the body must be an object of `faults` and `reset`"),
        ({"fault": "502"}, "the body must be an object of `faults` and `reset`"),
        ({"faults": {}}, "`faults` must be a list and `reset` a boolean"),
        (
            {"faults": [{"name": "502"}]},
            "a fault must be an object of fault, times, delay, target, model, after",
        ),
        ({"faults": [{"times": True}]}, "`times` has the wrong type"),
        ({"faults": [{"target": "sound"}]}, "`target` must be one of image, text"),
        (
            {"faults": [{"times": 0}]},
            "`delay` and `after` must not be negative, and `times` must be at least 1",
        ),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(stand_in: Caller, body: Any, message: str) -> None:
    response = await stand_in.http.post("/control", json=body)
    assert (response.status_code, response.json()) == (400, {"error": message})


async def test_an_unknown_fault_is_refused_with_the_known_ones(stand_in: Caller) -> None:
    response = await stand_in.order({"fault": "fenced"})
    assert response.status_code == 400
    assert response.json()["error"].startswith("no fault 'fenced' for image: 3030, 3030-200, 8007, nsfw, ")
