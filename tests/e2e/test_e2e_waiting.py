"""What takes its time, on both rings, met all at once: slow pictures, and a host that never answers."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import pytest

from tests.e2e.control import Control
from tests.e2e.pictures import HOST, data_url, noise
from tests.e2e.service import EDITS, GENERATIONS, KLEIN_4B, LUCID, Service, error

PING: Final = ": keep-alive"
PING_EVERY: Final = 10
_SLOW: Final = PING_EVERY + 0.5
_MODELS: Final = (LUCID, KLEIN_4B)

ON_BOTH: Final = pytest.mark.parametrize("ring_name", ["workerd", "pyodide"])

Met = Mapping[tuple[str, str], "Future[Any]"]


def generate(service: Service) -> list[Any]:
    return service.events(GENERATIONS, {"prompt": "A snail", "model": LUCID})


def edit(service: Service) -> list[Any]:
    images = [{"image_url": data_url(noise(60, 60))}]
    return service.events(EDITS, {"prompt": "A snail", "model": KLEIN_4B, "images": images})


def fetch(service: Service) -> Any:
    images = [{"image_url": f"https://{HOST}/slow"}]
    return service.post(EDITS, json={"prompt": "A snail", "images": images})


_ASKED: Final[Mapping[str, Callable[[Service], Any]]] = {"generate": generate, "edit": edit, "fetch": fetch}


@pytest.fixture(scope="module")
def met(services: Callable[[str, str], Service], stand_in_control: Control) -> Iterator[Met]:
    stand_in_control.reset()
    for model in _MODELS:
        stand_in_control.order(delay=_SLOW, model=model, times=2)
    with ThreadPoolExecutor(2 * len(_ASKED)) as pool:
        yield {
            (ring, name): pool.submit(ask, services(ring, "main"))
            for ring in ("workerd", "pyodide")
            for name, ask in _ASKED.items()
        }
    stand_in_control.reset()


@ON_BOTH
@pytest.mark.parametrize("name", ["generate", "edit"])
def test_pings_flow_while_a_picture_is_slow(met: Met, ring_name: str, name: str) -> None:
    told = met[ring_name, name].result()
    first, *pings, event, done = told
    assert set(pings) == {first} == {PING}
    assert len(pings) >= _SLOW // PING_EVERY
    assert event["type"].endswith(".completed")
    assert done == "[DONE]"


@ON_BOTH
def test_a_host_that_does_not_answer_is_given_up(met: Met, ring_name: str) -> None:
    answer = met[ring_name, "fetch"].result()
    assert error(answer) == (400, "invalid_request_error", "invalid_value", "images[0]")
    assert "did not answer within 10 seconds" in answer.json()["error"]["message"]
