"""Every failure of Workers AI on its way to the client, by the binding and by REST, on real workerd.

What has to be waited for is met at the same time, each failure on a model of its own.
"""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from tests.e2e.control import Control
from tests.e2e.service import (
    DEV,
    DREAMSHAPER,
    KLEIN_4B,
    KLEIN_9B,
    LIGHTNING,
    LUCID,
    PHOENIX,
    SCHNELL,
    SDXL,
    Service,
    error,
    events,
)

PING: Final = ": keep-alive"
PING_EVERY: Final = 10
_SLOW: Final = PING_EVERY + 1.5

REFUSED: Final = (400, "invalid_request_error", "content_policy_violation", None)
USED_UP: Final = (429, "insufficient_quota", "insufficient_quota", None)
NO_CAPACITY: Final = (429, "rate_limit_error", "capacity_exceeded", None)
TOO_MANY: Final = (429, "rate_limit_error", "rate_limit_exceeded", None)
TOO_SLOW: Final = (504, "server_error", "upstream_timeout", None)
TOO_LARGE: Final = (413, "invalid_request_error", "payload_too_large", None)
BAD_STEPS: Final = (400, "invalid_request_error", "invalid_value", "steps")
OUR_FAULT: Final = (500, "server_error", "internal_error", None)
NO_MODEL: Final = (404, "invalid_request_error", "model_not_found", "model")
FORBIDDEN: Final = (403, "invalid_request_error", "permission_denied", None)
CREDENTIALS: Final = (500, "server_error", "configuration_error", None)
FAILED: Final = (502, "server_error", "upstream_error", None)


@dataclass(frozen=True)
class Row:
    """What a fault comes to: the error, how often it was tried, and whether a client should try again."""

    fault: str
    told: tuple[int, str, str, str | None]
    tries: int = 1
    retry: str | None = None
    model: str = SCHNELL


ROWS: Final = (
    Row("3030", REFUSED),
    Row("3030-200", REFUSED),
    Row("8007", REFUSED),
    Row("nsfw", REFUSED),
    Row("3036", USED_UP, retry="false"),
    Row("4006", USED_UP, retry="false"),
    Row("daily-allocation", USED_UP, retry="false"),
    Row("3040", NO_CAPACITY, tries=3, model=DEV),
    Row("capacity-text", NO_CAPACITY, tries=3, model=LUCID),
    Row("429", TOO_MANY, tries=2, model=KLEIN_9B),
    Row("3007", TOO_SLOW, tries=2, retry="false", model=PHOENIX),
    Row("3008", TOO_SLOW, tries=2, retry="false", model=SDXL),
    Row("3006", TOO_LARGE),
    Row("5006", BAD_STEPS),
    Row("5004", OUR_FAULT, retry="false"),
    Row("3003", OUR_FAULT, retry="false"),
    Row("5007", NO_MODEL),
    Row("3042", NO_MODEL),
    Row("5016", FORBIDDEN),
    Row("5018", FORBIDDEN),
    Row("5035", FORBIDDEN),
    Row("3023", FORBIDDEN),
    Row("3041", FORBIDDEN),
    Row("10000", CREDENTIALS, retry="false"),
    Row("9106", CREDENTIALS, retry="false"),
    Row("7003", CREDENTIALS, retry="false"),
    Row("500", FAILED, tries=3, retry="false", model=DREAMSHAPER),
    Row("html", FAILED, tries=3, retry="false", model=LIGHTNING),
    Row("cut", FAILED, tries=3, retry="false"),
    Row("cut-early", FAILED, tries=3, retry="false", model=KLEIN_4B),
    # These answers came whole, so they may have been paid for: none is asked for again.
    Row("html-200", FAILED, retry="false"),
    Row("not-json", FAILED, retry="false"),
    Row("empty", FAILED, retry="false"),
    Row("no-image", FAILED, retry="false"),
    Row("missing-image", FAILED, retry="false"),
    Row("truncated-base64", FAILED, retry="false"),
    Row("text-as-image", FAILED, retry="false"),
    Row("text-as-image", FAILED, retry="false", model=PHOENIX),
    Row("truncated-base64", FAILED, retry="false", model=SDXL),
)


@dataclass(frozen=True)
class Met:
    """How a fault went: the answer, the calls it took, and the time it came."""

    answer: httpx.Response
    calls: int
    time: float


@pytest.fixture(scope="module")
def pinged(main: Service, stand_in_control: Control) -> Iterator["Future[list[Any]]"]:
    """What a stream says while its picture takes longer than a ping may be away; met beside all else."""
    stand_in_control.reset()
    stand_in_control.order(delay=_SLOW, model=LUCID)

    def read() -> list[Any]:
        with main.stream("A snail", model=LUCID) as response:
            return list(events(response.iter_lines()))

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(read)
        stand_in_control.wait_for_calls(1, delay=_SLOW)
        yield future


@pytest.fixture(scope="module", params=["main", "rest"])
def met(
    request: pytest.FixtureRequest,
    stand_in_control: Control,
    pinged: "Future[list[Any]]",  # noqa: ARG001 - it goes on meanwhile
) -> Mapping[Row, Met]:
    service: Service = request.getfixturevalue(request.param)
    patient = [row for row in ROWS if row.tries > 1]
    assert len({row.model for row in patient}) == len(patient)
    quick = {row: _meet(service, stand_in_control, row) for row in ROWS if row.tries == 1}
    return quick | _meet_at_once(service, stand_in_control, patient)


def _meet(service: Service, control: Control, row: Row) -> Met:
    control.reset()
    control.order(row.fault)
    answer = _ask(service, row)
    return Met(answer, len(control.calls()), time.time())


def _meet_at_once(service: Service, control: Control, rows: list[Row]) -> dict[Row, Met]:
    control.reset()
    for row in rows:
        control.order(row.fault, model=row.model, times=None)
    with ThreadPoolExecutor(len(rows)) as pool:
        answers = list(pool.map(lambda row: _ask(service, row), rows))
    called = [call["model"] for call in control.calls()]
    control.reset()
    return {
        row: Met(answer, called.count(row.model), time.time())
        for row, answer in zip(rows, answers, strict=True)
    }


def _ask(service: Service, row: Row) -> httpx.Response:
    return service.chat("A heron", model=row.model)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.fault}-{row.model.rpartition('/')[2]}")
def test_each_failure_is_told_apart_and_tried_again_only_where_that_may_help(
    met: Mapping[Row, Met], row: Row
) -> None:
    answer, calls = met[row].answer, met[row].calls
    assert error(answer) == row.told
    assert answer.headers.get("x-should-retry") == row.retry
    assert calls == row.tries
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-request-id"].startswith("req_")
    assert ("retry-after" in answer.headers) == (answer.status_code == 429)


@pytest.mark.parametrize("fault", ["3036", "4006", "daily-allocation"])
def test_neurons_that_are_used_up_come_back_at_midnight(met: Mapping[Row, Met], fault: str) -> None:
    row = next(row for row in ROWS if row.fault == fault)
    midnight = met[row].time // 86_400 * 86_400 + 86_400
    told = met[row].time + int(met[row].answer.headers["retry-after"])
    assert told == pytest.approx(midnight, abs=5)


@pytest.mark.parametrize("fault", ["3040", "capacity-text", "429"])
def test_what_passes_soon_may_be_tried_again_soon(met: Mapping[Row, Met], fault: str) -> None:
    row = next(row for row in ROWS if row.fault == fault)
    assert 0 < int(met[row].answer.headers["retry-after"]) <= 60


def test_no_answer_shows_a_secret_or_the_inside(met: Mapping[Row, Met]) -> None:
    told = "".join(one.answer.text for one in met.values())
    for hidden in ("stand-in-token", "stand-in-key", "0123456789abcdef", "Traceback", "127.0.0.1", "<html>"):
        assert hidden not in told


def test_pings_flow_while_a_picture_is_slow(pinged: "Future[list[Any]]") -> None:
    told = pinged.result()
    assert told.count(PING) >= _SLOW // PING_EVERY
    assert told.index(PING) < len(told) - 3
    assert "![Generated Image]" in str(told[-3])
    assert told[-1] == "[DONE]"
