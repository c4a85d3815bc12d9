import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.upstream import TIMED_OUT, Retry, UpstreamFailure, judge, read_failure, read_message
from tests.fakes import NOW

TO_MIDNIGHT = 16 * 3600
NO_SDK_RETRY = {"x-should-retry": "false"}
NEVER, ONCE, SHORT, CAPACITY, FAILED = Retry(1, 0), Retry(2, 0.5), Retry(2, 1), Retry(3, 1), Retry(3, 0.5)

Expected = tuple[int, str, dict[str, str], Retry]

REFUSED: Expected = (400, "content_policy_violation", {}, NEVER)
USED_UP: Expected = (429, "insufficient_quota", {"retry-after": str(TO_MIDNIGHT)} | NO_SDK_RETRY, NEVER)
NO_CAPACITY: Expected = (429, "capacity_exceeded", {"retry-after": "5"}, CAPACITY)
TOO_MANY: Expected = (429, "rate_limit_exceeded", {"retry-after": "10"}, SHORT)
TOO_SLOW: Expected = (504, "upstream_timeout", NO_SDK_RETRY, ONCE)
TOO_LARGE: Expected = (413, "payload_too_large", {}, NEVER)
BAD_CALL: Expected = (500, "internal_error", NO_SDK_RETRY, NEVER)
NO_MODEL: Expected = (404, "model_not_found", {}, NEVER)
FORBIDDEN: Expected = (403, "permission_denied", {}, NEVER)
CREDENTIALS: Expected = (500, "configuration_error", NO_SDK_RETRY, NEVER)
UNUSABLE: Expected = (502, "upstream_error", NO_SDK_RETRY, NEVER)
BROKEN: Expected = (502, "upstream_error", NO_SDK_RETRY, FAILED)

ROWS: list[tuple[int, int, str, Expected]] = [
    (400, 3030, "Input was refused", REFUSED),
    (400, 8007, "Input was refused", REFUSED),
    (200, 3030, "Output was refused", REFUSED),
    (429, 3036, "No more neurons", USED_UP),
    (429, 4006, "No more neurons", USED_UP),
    (429, 3040, "Too busy", NO_CAPACITY),
    (408, 3007, "Timeout", TOO_SLOW),
    (408, 3008, "Aborted", TOO_SLOW),
    (413, 3006, "Request is too large", TOO_LARGE),
    (400, 5004, "Invalid data", BAD_CALL),
    (400, 5006, "required properties at '/' are 'multipart'", BAD_CALL),
    (400, 3003, "Invalid data", BAD_CALL),
    (400, 5007, "No such model", NO_MODEL),
    (404, 3042, "No such model", NO_MODEL),
    (403, 5016, "Agree to the licence first", FORBIDDEN),
    (403, 5018, "Not in this plan", FORBIDDEN),
    (403, 5035, "Not in this plan", FORBIDDEN),
    (403, 3023, "Not in this plan", FORBIDDEN),
    (403, 3041, "Not in this plan", FORBIDDEN),
    (401, 10000, "Authentication error", CREDENTIALS),
    (403, 9106, "Missing header", CREDENTIALS),
    (404, 7003, "No route for that account", CREDENTIALS),
    (429, 1015, "Rate limited", TOO_MANY),
    (500, 1031, "Internal error", BROKEN),
    (503, 1031, "Unavailable", BROKEN),
]


def _judged(failure: UpstreamFailure) -> Expected:
    verdict = judge(failure, NOW)
    error = verdict.error
    return error.status, error.code, dict(error.headers), verdict.retry


@pytest.mark.parametrize(("status", "code", "message", "expected"), ROWS)
def test_the_bindings_body_tells_what_failed(
    status: int, code: int, message: str, expected: Expected
) -> None:
    body = json.dumps(
        {"internalCode": code, "message": "", "name": "AiError", "description": message, "requestId": "r"}
    )
    assert _judged(read_failure(status, body)) == expected


@pytest.mark.parametrize(("status", "code", "message", "expected"), ROWS)
def test_the_body_of_the_rest_api_tells_what_failed(
    status: int, code: int, message: str, expected: Expected
) -> None:
    errors = [{"code": code, "message": f"AiError: {message}"}, {"code": 1, "message": "another"}]
    body = json.dumps({"result": None, "success": False, "errors": errors, "messages": []})
    assert _judged(read_failure(status, body)) == expected


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"), [row for row in ROWS if row[1] not in {1015, 1031}]
)
def test_the_message_of_a_thrown_error_tells_what_failed(
    status: int, code: int, message: str, expected: Expected
) -> None:
    del status
    assert _judged(read_message(f"{code}: {message}")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Input prompt was flagged, try another", REFUSED),
        ("AiError: NSFW content", REFUSED),
        ("you have used up your daily free allocation of 10,000 neurons", USED_UP),
        ("Capacity temporarily exceeded, please try again.", NO_CAPACITY),
        ("AiError: 3040: Capacity temporarily exceeded", NO_CAPACITY),
        ("Network connection lost.", BROKEN),
        ("", BROKEN),
    ],
)
def test_a_thrown_error_without_a_code_is_told_by_its_text(text: str, expected: Expected) -> None:
    assert _judged(read_message(text)) == expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, "", TOO_MANY),
        (408, "", TOO_SLOW),
        (413, "<html>", TOO_LARGE),
        (401, "", CREDENTIALS),
        (403, "", FORBIDDEN),
        (500, "<html>Internal error</html>", BROKEN),
        (520, "", BROKEN),
        (400, "error code: 1003", BAD_CALL),
        (200, "<html>", UNUSABLE),
        (200, '{"result": {}, "success": true, "errors": []}', UNUSABLE),
        (200, '{"errors": [{"code": 3030, "message": "flagged"}], "success": false}', REFUSED),
        (400, '{"errors": [{"message": "3030: flagged"}]}', REFUSED),
        (400, "3030: refused", REFUSED),
        (500, "[]", BROKEN),
        (500, '{"errors": "none"}', BROKEN),
        (500, '{"errors": [null]}', BROKEN),
        (500, '{"code": "soon", "message": 5}', BROKEN),
    ],
)
def test_any_other_answer_is_told_by_its_status_or_its_text(
    status: int, body: str, expected: Expected
) -> None:
    assert _judged(read_failure(status, body)) == expected


def test_a_picture_that_is_late_is_a_timeout() -> None:
    assert _judged(TIMED_OUT) == TOO_SLOW


@pytest.mark.parametrize(
    ("text", "param"),
    [
        ("Error: Length of '/prompt' must be <= 2048", "prompt"),
        ("'width' must be a multiple of 8", "width"),
        ("'/num_steps' must be <= 20", "num_steps"),
    ],
)
def test_an_input_that_the_model_refuses_is_named(text: str, param: str) -> None:
    error = judge(UpstreamFailure(400, 5006, text), NOW).error
    assert (error.status, error.code, error.param) == (400, "invalid_value", param)
    assert error.message == f"The model refused '{param}': {text}"


@pytest.mark.parametrize(
    "text",
    [
        "required properties at '/' are 'prompt'",
        "Additional properties '/seed' are not allowed",
        "Type mismatch of '/num_steps', 'number' not in 'integer'",
        "oneOf at '/' not met",
    ],
)
def test_a_call_that_was_built_wrongly_is_no_fault_of_the_client(text: str) -> None:
    assert _judged(UpstreamFailure(400, 5006, text)) == BAD_CALL


@pytest.mark.parametrize(
    ("now", "seconds"),
    [(1_800_000_000.0, TO_MIDNIGHT), (1_800_057_599.9, 1), (1_800_057_600.0, 86_400)],
)
def test_the_neurons_come_back_at_midnight(now: float, seconds: int) -> None:
    error = judge(UpstreamFailure(429, 3036), now).error
    assert dict(error.headers)["retry-after"] == str(seconds)


@pytest.mark.parametrize("code", [10000, 9106, 7003])
def test_what_cloudflare_says_of_the_credentials_is_not_passed_on(code: int) -> None:
    error = judge(UpstreamFailure(403, code, "token s3cret is invalid"), NOW).error
    assert "s3cret" not in error.message


def test_the_advice_about_a_licence_is_passed_on() -> None:
    error = judge(UpstreamFailure(403, 5016, "Send the prompt 'agree' first."), NOW).error
    assert error.message.endswith("Send the prompt 'agree' first.")


_bodies = st.text() | st.recursive(
    st.none() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["errors", "code", "message"]), inner),
).map(json.dumps)


@given(st.none() | st.integers(100, 599), _bodies)
def test_any_failure_comes_to_a_verdict(status: int | None, body: Any) -> None:
    failure = read_message(body) if status is None else read_failure(status, body)
    assert 400 <= judge(failure, NOW).error.status <= 504
