"""The service as raw HTTP sees it, on real workerd: who may ask for what, and how no is said."""

import json
import socket
from typing import Final

import httpx
import pytest

from tests.e2e.control import Control
from tests.e2e.service import (
    CHAT,
    DEV,
    DREAMSHAPER,
    KEY,
    KLEIN_4B,
    KLEIN_9B,
    LIGHTNING,
    LUCID,
    ORIGIN,
    PHOENIX,
    SCHNELL,
    SDXL,
    Anywhere,
    Service,
    chat,
    error,
    said,
)
from tools.stack import Stack

MODELS: Final = [SCHNELL, KLEIN_4B, KLEIN_9B, DEV, LUCID, PHOENIX, SDXL, LIGHTNING, DREAMSHAPER]
TOO_MUCH: Final = 30 * 2**20


def test_the_studio_is_answered_at_the_root(main: Service) -> None:
    page = main.get("/", key=None)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "Flux" in page.text


def test_an_unknown_path_is_told_as_json(main: Service) -> None:
    assert error(main.get("/nothing/here", key=None)) == (404, "invalid_request_error", "not_found", None)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/chat/completions", "POST, OPTIONS"),
        ("POST", "/v1/models", "GET, HEAD, OPTIONS"),
        ("DELETE", "/health", "GET, HEAD, OPTIONS"),
        ("PUT", f"/v1/models/{SCHNELL}", "GET, HEAD, OPTIONS"),
        ("PATCH", "/image/00000000000000000000000000000000000000000000.jpg", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(main: Service, method: str, path: str, allowed: str) -> None:
    answer = main.send(method, path)
    assert error(answer) == (405, "invalid_request_error", "method_not_allowed", None)
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/v1/models", "/models", "/v1/v1/models", "/v1/models/", "/models/", "/v1/v1/v1/models/"]
)
def test_a_route_answers_with_v1_without_it_doubled_and_with_a_slash(main: Service, path: str) -> None:
    answer = main.get(path)
    assert answer.status_code == 200
    assert [model["id"] for model in answer.json()["data"]] == MODELS


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/v1/chat/completions", "/v1/chat/completions/"])
def test_chat_answers_at_every_spelling_of_its_path(main: Service, path: str) -> None:
    assert "![Generated Image]" in said(main.post(path, json=chat("A heron")))


@pytest.mark.parametrize(
    "name",
    [
        SCHNELL,
        "%40cf%2Fblack-forest-labs%2Fflux-1-schnell",
        "@cf%2fblack-forest-labs/flux-1-schnell",
        "flux-1-schnell",
        f"{SCHNELL}/",
    ],
)
def test_a_model_is_found_however_its_id_is_encoded(main: Service, name: str) -> None:
    answer = main.get(f"/v1/models/{name}")
    assert (answer.status_code, answer.json()["id"]) == (200, SCHNELL)


def test_head_answers_as_get_does_without_the_body(main: Service) -> None:
    answer = main.send("HEAD", "/v1/models")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("headers", "complaint"),
    [
        ({}, "No key was given."),
        ({"authorization": KEY}, "must read 'Bearer YOUR_KEY'"),
        ({"authorization": f"Basic {KEY}"}, "must read 'Bearer YOUR_KEY'"),
        ({"authorization": "Bearer"}, "must read 'Bearer YOUR_KEY'"),
        ({"authorization": f"Bearer {KEY}x"}, "The key is wrong."),
        ({"authorization": "Bearer ключ".encode()}, "The key is wrong."),
    ],
)
def test_a_key_that_is_missing_malformed_or_wrong_gets_401_that_pages_may_read(
    main: Service, control: Control, headers: dict[str, str], complaint: str
) -> None:
    answer = main.post(CHAT, key=None, headers=headers, json=chat("A heron"))
    assert error(answer) == (401, "invalid_request_error", "invalid_api_key", None)
    assert complaint in answer.json()["error"]["message"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert control.calls() == []


def test_a_scheme_in_small_letters_is_a_bearer_too(main: Service) -> None:
    assert main.get("/v1/models", key=None, headers={"authorization": f"bearer {KEY}"}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/models", CHAT])
def test_without_a_key_the_service_is_closed_and_never_open(anywhere: Anywhere, path: str) -> None:
    closed = anywhere("closed")
    method = "POST" if path == CHAT else "GET"
    for key in (None, "undefined", KEY):
        answer = closed.send(method, path, key=key)
        assert error(answer) == (503, "server_error", "not_configured", None)
        assert "API_KEY" in answer.json()["error"]["message"]
        assert answer.headers["access-control-allow-origin"] == "*"


def test_health_names_everything_that_is_missing(anywhere: Anywhere) -> None:
    health = anywhere("closed").get("/health", key=None)
    report = health.json()
    assert (health.status_code, report["status"]) == (503, "degraded")
    assert (report["inference"], report["storage"], report["api_key"]) == (None, False, False)
    assert [missing["setting"] for missing in report["missing"]] == ["API_KEY", "AI", "FLUX_CF_KV"]


def test_a_setting_that_cannot_be_used_is_named_and_nothing_is_guessed(
    unusable: Service, control: Control
) -> None:
    answer, health = unusable.chat("A heron"), unusable.get("/health", key=None)
    assert error(answer) == (503, "server_error", "not_configured", None)
    assert "IMAGE_EXPIRATION" in answer.json()["error"]["message"]
    assert health.status_code == 503
    assert [missing["setting"] for missing in health.json()["missing"]] == ["IMAGE_EXPIRATION"]
    assert "soon" not in answer.text + health.text
    assert control.calls() == []


@pytest.mark.parametrize(
    "path",
    ["/health", "/v1/models", CHAT, "/image/00000000000000000000000000000000000000000000.jpg", "/nothing"],
)
def test_every_path_answers_a_preflight_without_a_key(main: Service, path: str) -> None:
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type, x-stainless-os",
    }
    answer = main.send("OPTIONS", path, key=None, headers=asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "authorization, content-type, x-stainless-os"
    assert int(answer.headers["access-control-max-age"]) > 0


def test_a_preflight_tells_the_methods_of_its_route(main: Service) -> None:
    told = {
        path: main.send("OPTIONS", path, key=None).headers["access-control-allow-methods"]
        for path in (CHAT, "/v1/models")
    }
    assert told == {CHAT: "POST, OPTIONS", "/v1/models": "GET, HEAD, OPTIONS"}


def test_origins_that_were_not_let_in_cannot_read_an_answer(failing: Service) -> None:
    allowed = {
        origin: failing.get("/v1/models", headers={"origin": origin}).headers.get(
            "access-control-allow-origin"
        )
        for origin in (ORIGIN, "https://other.example", "null")
    }
    assert allowed == {ORIGIN: ORIGIN, "https://other.example": None, "null": None}
    assert failing.get("/v1/models").headers["vary"] == "origin"


def test_every_answer_carries_a_request_id_of_its_own(main: Service) -> None:
    answers = [
        main.get("/health", key=None),
        main.get("/v1/models"),
        main.get("/v1/models", key=None),
        main.get("/nothing"),
        main.send("OPTIONS", CHAT),
    ]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)


def test_a_drawing_tells_its_time_and_its_price(main: Service) -> None:
    answer = main.chat("A heron ---tl")
    names = [mark.partition(";")[0].strip() for mark in answer.headers["server-timing"].split(",")]
    assert (answer.headers["x-neurons"], names) == ("57.6", ["optimize", "draw", "store"])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", (400, "invalid_request_error", "invalid_body", None)),
        (b" \n", (400, "invalid_request_error", "invalid_body", None)),
        (b'{"messages": [', (400, "invalid_request_error", "invalid_body", None)),
        (b"prompt=a+heron", (400, "invalid_request_error", "invalid_body", None)),
        (b'["messages"]', (400, "invalid_request_error", "invalid_body", None)),
        (b"\xff\xfe\x00", (400, "invalid_request_error", "invalid_body", None)),
        (b"{}", (400, "invalid_request_error", "missing_required_parameter", "messages")),
        (b'{"messages": []}', (400, "invalid_request_error", "missing_required_parameter", "messages")),
        (b'{"messages": "a heron"}', (400, "invalid_request_error", "invalid_value", "messages")),
        (b'{"messages": [7]}', (400, "invalid_request_error", "invalid_value", "messages[0]")),
        (
            b'{"messages": [{"role": "system", "content": "You draw."}]}',
            (400, "invalid_request_error", "missing_required_parameter", "messages"),
        ),
        (
            b'{"messages": [{"role": "user", "content": [{"type": "text", "text": " "}]}]}',
            (400, "invalid_request_error", "missing_required_parameter", "messages"),
        ),
    ],
)
def test_a_body_that_asks_for_nothing_is_refused_before_anything_is_paid(
    main: Service, control: Control, body: bytes, told: tuple[int, str, str, str | None]
) -> None:
    answer = main.post(CHAT, content=body)
    assert error(answer) == told
    assert answer.headers["access-control-allow-origin"] == "*"
    assert control.calls() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("n", 0),
        ("n", 5),
        ("n", 1.5),
        ("n", "many"),
        ("seed", -1),
        ("seed", 1e300),
        ("steps", 9),
        ("stream", "perhaps"),
        ("size", "large"),
        ("model", 7),
    ],
)
def test_a_known_field_with_a_bad_value_is_named(
    main: Service, control: Control, field: str, value: object
) -> None:
    body = json.dumps(chat("A heron", **{field: value}))
    assert error(main.post(CHAT, content=body)) == (400, "invalid_request_error", "invalid_value", field)
    assert control.calls() == []


def test_a_size_that_no_model_draws_is_refused(main: Service, control: Control) -> None:
    told = (400, "invalid_request_error", "size_not_available", "size")
    assert error(main.chat("A heron 9000x9000")) == told
    assert control.calls() == []


def test_fields_that_nobody_here_knows_are_ignored(main: Service) -> None:
    more = {"temperature": 0.7, "top_p": 1, "tools": [], "tool_choice": "auto", "reasoning_effort": "low"}
    assert main.chat("A heron", **more, max_tokens=4000, unheard_of={"a": None}).status_code == 200


def test_a_body_of_30_mb_is_too_large(main: Service, control: Control) -> None:
    body = json.dumps(chat("x" * TOO_MUCH))
    assert error(main.post(CHAT, content=body)) == (413, "invalid_request_error", "payload_too_large", None)
    assert control.calls() == []


def test_a_body_of_30_mb_that_does_not_tell_its_length_is_too_large(main: Service, control: Control) -> None:
    pieces = (b"x" * 2**20 for _ in range(TOO_MUCH // 2**20))
    assert error(main.post(CHAT, content=pieces)) == (413, "invalid_request_error", "payload_too_large", None)
    assert control.calls() == []


def test_a_prompt_longer_than_the_model_takes_is_refused(main: Service, control: Control) -> None:
    answer = main.chat("x" * 2049)
    assert error(answer) == (400, "invalid_request_error", "invalid_value", "prompt")
    assert "2048" in answer.json()["error"]["message"]
    assert control.calls() == []


def test_a_request_that_breaks_off_harms_nobody(stack: Stack, main: Service, control: Control) -> None:
    url = httpx.URL(stack.url)
    head = f"POST {CHAT} HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 9999"
    with socket.create_connection((url.host, url.port or 80)) as connection:
        connection.sendall(f"{head}\r\n\r\n{{".encode())
    assert main.get("/v1/models").status_code == 200
    assert control.calls() == []
