"""The same tests on both rings: real workerd, and production's Python in npm's `pyodide` under Node."""

import base64
import re
import time
from typing import Any, Final

import pytest

from tests.e2e.control import Control
from tests.e2e.service import (
    KLEIN_4B,
    PHOENIX,
    SCHNELL,
    SDXL,
    Anywhere,
    Service,
    address,
    deltas,
    error,
    events,
    picture,
    said,
)

RUNTIMES: Final = {
    "workerd": {"python": "3.12.1", "pyodide": "0.26.0a2"},
    "pyodide": {"python": "3.14.2", "pyodide": "314.0.6"},
}

CUTE_CAT: Final = """\
🎨 Original prompt: A cute cat 3:2
💬 Prompt generation model: Original Prompt
🌐 Optimized prompt: A cute cat
🔁 Drawn by flux-2-klein-4b, because flux-1-schnell cannot draw 768x512.
📐 Image specifications: 768x512
🌟 Image generation successful!
Here's the result:

![Generated Image]({address})"""


def test_health_tells_the_runtime_and_that_all_is_well(anywhere: Anywhere) -> None:
    service = anywhere("main")
    health = service.get("/health", key=None)
    report = health.json()
    assert (health.status_code, report["status"], report["missing"]) == (200, "ok", [])
    assert report["runtime"] == RUNTIMES[service.ring]
    assert (report["inference"], report["storage"], report["api_key"]) == ("binding", True, True)


@pytest.mark.parametrize(("name", "route"), [("main", "binding"), ("rest", "rest")])
def test_a_chat_answer_is_markdown_whose_address_shows_the_picture(
    anywhere: Anywhere, control: Control, name: str, route: str
) -> None:
    service = anywhere(name)
    answer = service.chat("A cute cat 3:2")
    text = said(answer)
    assert text == CUTE_CAT.format(address=address(text))
    assert answer.json()["model"] == KLEIN_4B
    shown = service.get(address(text), key=None)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert picture(shown.content) == ("image/jpeg", 768, 512)
    assert [(call["route"], call["status"]) for call in control.calls()] == [(route, 200)]


def test_the_address_is_absolute_and_unguessable(anywhere: Anywhere) -> None:
    service = anywhere("main")
    found = [address(said(service.chat("A lighthouse"))) for _ in range(2)]
    for one in found:
        assert re.fullmatch(re.escape(service.url) + r"/image/[0-9a-f]{44}\.jpg", one)
    assert found[0] != found[1]


def test_a_streamed_answer_tells_the_same_line_by_line(anywhere: Anywhere) -> None:
    with anywhere("main").stream("A cute cat 3:2", stream_options={"include_usage": True}) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        told = list(events(response.iter_lines()))
    assert told[-1] == "[DONE]"
    *chunks, usage = told[:-1]
    pieces = deltas(chunks)
    text = "".join(piece.get("content", "") for piece in pieces)
    assert pieces[0] == {"role": "assistant", "content": ""}
    assert text == CUTE_CAT.format(address=address(text))
    assert len(pieces) > 4
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    assert [chunk["usage"] for chunk in chunks] == [None] * len(chunks)
    assert usage["choices"] == []
    assert usage["usage"]["total_tokens"] > 0
    assert {(value["id"], value["object"], value["model"]) for value in told[:-1]} == {
        (usage["id"], "chat.completion.chunk", KLEIN_4B)
    }


def test_the_role_chunk_arrives_before_the_picture_is_drawn(anywhere: Anywhere, control: Control) -> None:
    control.order(delay=2)
    with anywhere("main").stream("A tortoise") as response:
        told = events(response.iter_lines())
        first = next(told)
        drawn_by_then = [call for call in control.calls() if call["finished"]]
        rest = list(told)
    assert deltas([first]) == [{"role": "assistant", "content": ""}]
    assert drawn_by_then == []
    assert [call["status"] for call in control.calls()] == [200]
    assert "![Generated Image]" in "".join(delta.get("content", "") for delta in deltas(rest))


def test_a_client_that_leaves_a_stream_does_not_cost_the_picture(
    anywhere: Anywhere, control: Control
) -> None:
    service = anywhere("main")
    prompt = f"A stream that was left {time.time_ns()}"
    control.order(delay=1)
    with service.stream(prompt) as response:
        next(events(response.iter_lines()))
    shown = service.get(service.wait_for_picture(prompt), key=None)
    assert picture(shown.content) == ("image/jpeg", 1024, 1024)


def test_a_picture_is_kept_with_all_that_is_known_of_it(anywhere: Anywhere, control: Control) -> None:
    service = anywhere("main")
    before = int(time.time())
    path = address(said(service.chat("A heron", model="flux-2-dev", seed=0, size="2:3")))
    (call,) = control.calls()
    kept = service.stored()[path.rpartition("/")[2]]
    metadata = kept["metadata"]
    created = metadata["created"]
    assert before <= created <= time.time()
    assert metadata == {
        "model": "@cf/black-forest-labs/flux-2-dev",
        "prompt": "A heron",
        "seed": 0,
        "width": 512,
        "height": 768,
        "mime": "image/jpeg",
        "length": len(service.get(path, key=None).content),
        "created": created,
        "expires": created + 1800,
        "label": "default",
    }
    assert kept["expiration"] - created in {1800, 1801}
    assert call["seed"] == 0


@pytest.mark.parametrize(("name", "route"), [("main", "binding"), ("rest", "rest")])
def test_flux_2_gets_a_form_with_its_boundary(
    anywhere: Anywhere, control: Control, name: str, route: str
) -> None:
    text = said(anywhere(name).chat("A red fox 3:2", model="flux-2-dev", seed=7, steps=3, guidance=2.5))
    (call,) = control.calls()
    assert "📐 Image specifications: 768x512" in text
    assert re.fullmatch(r"multipart/form-data; ?boundary=\S+", call["content_type"])
    assert (call["route"], call["model"], call["inputs"]) == (
        route,
        "@cf/black-forest-labs/flux-2-dev",
        {"prompt": "A red fox", "width": 768, "height": 512, "steps": 3, "guidance": 2.5, "seed": 7},
    )


@pytest.mark.parametrize(("name", "route"), [("main", "binding"), ("rest", "rest")])
def test_schnell_gets_json_with_nothing_its_schema_does_not_have(
    anywhere: Anywhere, control: Control, name: str, route: str
) -> None:
    answer = anywhere(name).chat("A red fox", seed=7)
    (call,) = control.calls()
    assert answer.status_code == 200
    assert call["content_type"] == "application/json"
    assert (call["route"], call["model"], call["inputs"]) == (
        route,
        SCHNELL,
        {"prompt": "A red fox", "steps": 4},
    )


@pytest.mark.parametrize("name", ["main", "rest"])
@pytest.mark.parametrize(("model", "mime"), [(PHOENIX, "image/jpeg"), (SDXL, "image/png")])
def test_a_model_that_answers_bytes_is_served_as_what_it_drew(
    anywhere: Anywhere, name: str, model: str, mime: str
) -> None:
    service = anywhere(name)
    shown = service.get(address(said(service.chat("A harbour 3:2", model=model))), key=None)
    assert shown.headers["content-type"] == mime
    assert picture(shown.content) == (mime, 768, 512)


@pytest.mark.parametrize(("fault", "extension"), [("png", "png"), ("webp", "webp")])
def test_a_picture_of_another_type_than_usual_is_served_as_what_it_is(
    anywhere: Anywhere, control: Control, fault: str, extension: str
) -> None:
    control.order(fault)
    service = anywhere("main")
    shown = service.get(address(said(service.chat("A heron"))), key=None)
    key = str(shown.url).rpartition("/")[2]
    assert key.endswith(f".{extension}")
    assert shown.headers["content-type"] == f"image/{extension}"
    assert shown.headers["content-disposition"] == f'inline; filename="{key}"'
    assert picture(shown.content) == (f"image/{extension}", 1024, 1024)


@pytest.mark.parametrize("streamed", [False, True])
def test_a_picture_that_cannot_be_stored_is_carried_in_the_answer(
    anywhere: Anywhere, control: Control, *, streamed: bool
) -> None:
    service = anywhere("failing")
    if streamed:
        with service.stream("A heron 16:9") as response:
            told = list(events(response.iter_lines()))
        text = "".join(delta.get("content", "") for delta in deltas(told))
    else:
        text = said(service.chat("A heron 16:9"))
    head, _, data = address(text).partition(",")
    assert head == "data:image/jpeg;base64"
    assert picture(base64.b64decode(data, validate=True)) == ("image/jpeg", 1024, 576)
    assert "⚠️ Das Bild ließ sich nicht speichern" in text
    assert len(control.calls()) == 1


def test_a_failure_that_passes_is_never_told(anywhere: Anywhere, control: Control) -> None:
    control.order("500")
    assert "768x512" in said(anywhere("main").chat("A form must be made anew for every try 3:2"))
    assert [call["status"] for call in control.calls()] == [500, 200]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("3030", (400, "invalid_request_error", "content_policy_violation", None)),
        ("4006", (429, "insufficient_quota", "insufficient_quota", None)),
        ("10000", (500, "server_error", "configuration_error", None)),
        ("html-200", (502, "server_error", "upstream_error", None)),
        ("truncated-base64", (502, "server_error", "upstream_error", None)),
    ],
)
@pytest.mark.parametrize("name", ["main", "rest"])
def test_a_failure_of_workers_ai_is_told_in_openais_terms(
    anywhere: Anywhere, control: Control, name: str, fault: str, told: tuple[int, str, str, str | None]
) -> None:
    control.order(fault)
    assert error(anywhere(name).chat("A heron")) == told
    assert len(control.calls()) == 1


def test_a_failure_in_a_stream_is_told_in_words_and_as_an_error(anywhere: Anywhere, control: Control) -> None:
    control.order("3030")
    with anywhere("main").stream("A heron") as response:
        told = list(events(response.iter_lines()))
    *chunks, failure, done = told
    message = failure["error"]["message"]
    assert response.status_code == 200
    assert deltas(chunks)[-1] == {
        "content": "\n\n❌ The picture could not be drawn: the safety filter refused the prompt. "
        "It also refuses harmless ones: say the same in other words."
    }
    assert failure == {
        "error": {
            "message": message,
            "type": "invalid_request_error",
            "param": None,
            "code": "content_policy_violation",
        }
    }
    assert done == "[DONE]"


def test_a_picture_comes_in_parts_or_not_at_all_as_asked(anywhere: Anywhere) -> None:
    service = anywhere("main")
    path = address(said(service.chat("A heron")))
    whole = service.get(path, key=None)
    assert _parts(service, path, whole.headers["etag"]) == {
        "first": (206, whole.content[:10], f"bytes 0-9/{len(whole.content)}"),
        "last": (
            206,
            whole.content[-5:],
            f"bytes {len(whole.content) - 5}-{len(whole.content) - 1}/{len(whole.content)}",
        ),
        "beyond": (416, b"", f"bytes */{len(whole.content)}"),
        "known": (304, b"", None),
        "head": (200, b"", None),
    }


def _parts(service: Service, path: str, etag: str) -> dict[str, tuple[int, bytes, str | None]]:
    asked: dict[str, tuple[str, dict[str, str]]] = {
        "first": ("GET", {"range": "bytes=0-9"}),
        "last": ("GET", {"range": "bytes=-5"}),
        "beyond": ("GET", {"range": "bytes=99999999-"}),
        "known": ("GET", {"if-none-match": etag}),
        "head": ("HEAD", {}),
    }
    answers = {name: service.send(method, path, key=None, headers=it) for name, (method, it) in asked.items()}
    return {
        name: (it.status_code, it.content, it.headers.get("content-range")) for name, it in answers.items()
    }


def test_optimisation_falls_back_to_the_users_words_and_says_so(anywhere: Anywhere, control: Control) -> None:
    control.order("500", target="text")
    text = said(anywhere("main").chat("A heron ---tl"))
    assert "💬 Prompt generation model: Original Prompt (the text model failed: " in text
    assert "🌐 Optimized prompt: A heron\n" in text


@pytest.mark.parametrize(
    ("name", "route", "model"),
    [("main", "binding", "@cf/meta/llama-3.1-8b-instruct-fp8"), ("rest", "chat", "writer")],
)
def test_a_prompt_is_optimised_when_it_asks_for_that(
    anywhere: Anywhere, control: Control, name: str, route: str, model: str
) -> None:
    text = said(anywhere(name).chat("A heron ---tl"))
    written, drawn = control.calls()
    assert (written["target"], written["route"], written["model"]) == ("text", route, model)
    assert f"💬 Prompt generation model: {model}\n" in text
    assert f"🌐 Optimized prompt: {drawn['inputs']['prompt']}\n" in text
    assert drawn["inputs"]["prompt"] != "A heron"


def test_any_text_may_stand_in_a_prompt(anywhere: Anywhere, control: Control) -> None:
    body = b'{"messages":[{"role":"user","content":"half \\ud83d of a \\u0000 fox \\ud83e\\udd8a \xff"}]}'
    text = said(anywhere("main").post("/v1/chat/completions", content=body))
    (call,) = control.calls()
    assert call["inputs"]["prompt"] == "half � of a \0 fox 🦊 �"
    assert "🎨 Original prompt: half � of a \0 fox 🦊 �\n" in text


def history(turns: int) -> list[dict[str, Any]]:
    """Write a long talk in which every answer was a picture of a megabyte."""
    data = base64.b64encode(bytes(750_000)).decode()
    return [
        turn
        for number in range(turns)
        for turn in (
            {"role": "user", "content": f"Picture {number} 16:9"},
            {"role": "assistant", "content": f"![Generated Image](data:image/png;base64,{data})"},
        )
    ]


def test_earlier_pictures_in_a_talk_cost_nothing(anywhere: Anywhere, control: Control) -> None:
    data = base64.b64encode(bytes(750_000)).decode()
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{data}"}},
    ]
    messages = [*history(6), {"role": "user", "content": parts}, {"role": "user", "content": "Now a heron"}]
    answer = anywhere("main").post("/v1/chat/completions", json={"messages": messages})
    (call,) = control.calls()
    assert answer.status_code == 200
    assert (call["model"], call["inputs"], call["files"]) == (
        SCHNELL,
        {"prompt": "Now a heron", "steps": 4},
        [],
    )


def test_deep_nesting_is_refused_and_harms_nobody(anywhere: Anywhere) -> None:
    service = anywhere("main")
    answer = service.post("/v1/chat/completions", content="[" * 100_000)
    assert error(answer) == (400, "invalid_request_error", "invalid_body", None)
    assert service.get("/health", key=None).status_code == 200
