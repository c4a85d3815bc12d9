"""One stand-in, one workerd and one Node for all tests; see ``tests/ring`` for the last."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import IO, Final

import httpx
import pytest
from openai import OpenAI

from simulator.wire import Credentials
from tests.e2e import pictures
from tests.e2e.control import Control
from tests.e2e.service import KEY, ORIGIN, Anywhere, Service, stored_in_ring, stored_on_disk
from tests.ring.ring import Ring
from tools.stack import KV, Stack, Worker
from tools.stand_in import StandIn

_TIMEOUT: Final = 60

Services = Callable[[str, str], Service]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the logs and of KV."""
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="session")
def log(folder: Path) -> Iterator[IO[str]]:
    """The file that takes what every program prints: at the end, no surprise of ours and no secret."""
    path = folder / "log.txt"
    with path.open("w", encoding="utf-8") as file:
        yield file
    printed = path.read_text(encoding="utf-8", errors="replace")
    for sign in ("Traceback", KEY, Credentials().token, Credentials().key):
        _, found, after = printed.partition(sign)
        assert not found, f"{path} has {sign}{after[:2000]}"


@pytest.fixture(scope="session")
def stand_in(log: IO[str]) -> Iterator[StandIn]:
    with StandIn.start(log=log) as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def hosts() -> Iterator[Mapping[str, str]]:
    """The host that has pictures to fetch."""
    with pictures.serve() as address:
        yield {pictures.HOST: address}


@pytest.fixture(scope="session")
def workers(stand_in: StandIn, hosts: Mapping[str, str]) -> Mapping[str, Worker]:
    """The Worker under several settings; each takes seconds to start, so each has several of them."""
    found = (
        Worker("main", {"API_KEY": KEY}, ai=stand_in.base, images=stand_in.base, hosts=hosts),
        Worker(
            "rest",
            {
                "API_KEYS": json.dumps({"phone": KEY}),
                **stand_in.rest,
                **stand_in.chat,
                "EXTERNAL_MODEL": "writer",
            },
            hosts=hosts,
        ),
        Worker(
            "failing",
            {
                "API_MASTER_KEY": KEY,
                "CORS_ORIGINS": ORIGIN,
                "DRAW_TIMEOUT": "2",
                "LANGUAGE": "de",
                "SAFETY_REWRITE": "true",
            },
            kv=KV.FAILING,
            ai=stand_in.base,
        ),
        Worker("closed", kv=KV.NONE),
        Worker("unusable", {"API_KEY": KEY, "IMAGE_EXPIRATION": "soon"}, ai=stand_in.base),
    )
    return {worker.name: worker for worker in found}


@pytest.fixture(scope="session")
def ring(workers: Mapping[str, Worker], log: IO[str]) -> Iterator[Ring]:
    with Ring.start(*workers.values(), log=log) as ring:
        yield ring


@pytest.fixture(scope="session")
def stack(
    workers: Mapping[str, Worker],
    ring: Ring,  # noqa: ARG001 - it starts meanwhile
    folder: Path,
    log: IO[str],
) -> Iterator[Stack]:
    served = [worker for name, worker in workers.items() if name != "unusable"]
    with Stack.start(*served, state=folder, log=log) as stack:
        yield stack


@pytest.fixture(scope="session")
def services(stack: Stack, ring: Ring, folder: Path) -> Iterator[Services]:
    """Answer the Worker of a name on ``workerd`` or on ``pyodide``."""
    urls = {"workerd": stack.urls, "pyodide": ring.urls}
    with ExitStack() as clients:

        @cache
        def service(on: str, name: str) -> Service:
            client = httpx.Client(base_url=urls[on][name], timeout=_TIMEOUT, trust_env=False)
            http = clients.enter_context(client)
            if on == "pyodide":
                return Service(on, http, partial(stored_in_ring, http))
            return Service(on, http, partial(stored_on_disk, folder))

        yield service


@pytest.fixture(scope="session")
def main(services: Services) -> Service:
    return services("workerd", "main")


@pytest.fixture(scope="session")
def rest(services: Services) -> Service:
    return services("workerd", "rest")


@pytest.fixture(scope="session")
def failing(services: Services) -> Service:
    return services("workerd", "failing")


@pytest.fixture(scope="session")
def unusable(services: Services) -> Service:
    """On the ring alone, where a Worker costs next to nothing."""
    return services("pyodide", "unusable")


@pytest.fixture(scope="session", params=["workerd", "pyodide"])
def anywhere(request: pytest.FixtureRequest, services: Services) -> Anywhere:
    """Answer the Worker of a name, once on each ring."""
    return partial(services, request.param)


@pytest.fixture(scope="session")
def stand_in_control(stand_in: StandIn) -> Iterator[Control]:
    with httpx.Client(base_url=stand_in.base, timeout=_TIMEOUT, trust_env=False) as http:
        yield Control(http)


@pytest.fixture
def control(stand_in_control: Control) -> Iterator[Control]:
    """The stand-in's controls, at rest before the test; whatever it orders must be met by a call."""
    stand_in_control.reset()
    yield stand_in_control
    missed = stand_in_control.pending()
    stand_in_control.reset()
    assert missed == []


@pytest.fixture
def client(main: Service, control: Control) -> Iterator[OpenAI]:  # noqa: ARG001 - no fault is left over
    """OpenAI's own client, as strict as it can be, and with no retries of its own."""
    with OpenAI(
        base_url=f"{main.url}/v1", api_key=KEY, max_retries=0, _strict_response_validation=True
    ) as client:
        yield client
