"""The stand-in as a program: what only a real connection shows."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.callers import SCHNELL

ROOT = Path(__file__).parents[2]
CALL = {"inputs": {"prompt": "a cat"}, "options": {}}
MODEL = {"cf-consn-model-id": SCHNELL}


def latest(client: httpx.Client) -> dict[str, Any] | None:
    calls: list[dict[str, Any]] = client.get("/calls").json()["calls"]
    return calls[-1] if calls else None


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "simulator", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


@pytest.fixture
def client(program: subprocess.Popen[str]) -> Iterator[httpx.Client]:
    assert program.stdout is not None
    announced = program.stdout.readline().split()
    assert announced[:-1] == ["Workers", "AI", "stand-in", "on"]
    with httpx.Client(base_url=announced[-1]) as client:
        yield client


def test_a_connection_can_break_and_the_next_call_succeeds(client: httpx.Client) -> None:
    client.post("/control", json={"faults": [{"fault": "cut"}, {"fault": "cut-early"}]})
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        client.post("/run", headers=MODEL, json=CALL)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        client.post("/run", headers=MODEL, json=CALL)
    assert list(client.post("/run", headers=MODEL, json=CALL).json()) == ["image"]
    calls = client.get("/calls").json()["calls"]
    assert [(call["fault"], call["status"], call["neurons"]) for call in calls] == [
        ("cut", 200, 57.6),
        ("cut-early", None, 0.0),
        (None, 200, 57.6),
    ]


def test_a_hanging_call_ends_when_its_client_leaves(client: httpx.Client) -> None:
    client.post("/control", json={"faults": [{"fault": "hang"}]})
    with pytest.raises(httpx.ReadTimeout):
        client.post("/run", headers=MODEL, json=CALL, timeout=0.2)
    wait_until(lambda: (latest(client) or {})["finished"] is not None)
    call = latest(client) or {}
    assert (call["fault"], call["status"]) == ("hang", None)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_even_while_a_call_hangs(
    program: subprocess.Popen[str], client: httpx.Client, stop: signal.Signals
) -> None:
    client.post("/control", json={"faults": [{"fault": "hang"}]})
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(client.post, "/run", headers=MODEL, json=CALL)
        wait_until(lambda: latest(client) is not None)
        program.send_signal(stop)
        assert program.communicate(timeout=5) == ("", "")
    assert (program.returncode, type(hanging.exception())) == (0, httpx.RemoteProtocolError)
