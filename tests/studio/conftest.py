"""The studio in a real browser: one run of all scenarios, against real workerd and the stand-in.

A scenario waits more than it works, and orders the stand-in about: so there are two lanes, each with a
browser, a service and a stand-in of its own, and every other scenario goes to the other one.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tools.children import ROOT
from tools.stack import KV, NODE, Stack, Worker
from tools.stand_in import StandIn

KEY: Final = "studio-test-key"

_CHROMIUM: Final = os.environ.get("CHROMIUM") or shutil.which("chromium")
_SECONDS: Final = 300
_LANES: Final = 2
_SCENARIO_TESTS: Final = Path(__file__).with_name("test_studio.py")


@dataclass(frozen=True)
class Outcome:
    """How a scenario went: *error* is None where it passed."""

    error: str | None
    seconds: float


@contextmanager
def _lane() -> Iterator[dict[str, str]]:
    with (
        StandIn.start() as stand_in,
        Stack.start(Worker("main", {"API_KEY": KEY}, ai=stand_in.base)) as stack,
    ):
        yield {"main": stack.url, "standIn": stand_in.base}


@pytest.fixture(scope="session")
def lanes() -> Iterator[Sequence[Mapping[str, str]]]:
    """Start a service and a stand-in for each lane, and for both a service that lacks everything.

    Only the first Worker of a stack has the studio's files, so each has a stack of its own.
    """
    bare = Worker("bare", {"IMAGE_EXPIRATION": "soon"}, kv=KV.NONE)
    with ExitStack() as running:
        url = running.enter_context(Stack.start(bare)).url
        yield [running.enter_context(_lane()) | {"bare": url} for _ in range(_LANES)]


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Mapping[str, Outcome]:
    """Run every scenario that was asked for, and answer how each went."""
    if _CHROMIUM is None:
        pytest.skip("no Chromium: install Debian's `chromium`, or name one in CHROMIUM")
    wanted = [
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == _SCENARIO_TESTS
    ]
    artefacts = ROOT / "artefacts" / "studio"
    artefacts.mkdir(parents=True, exist_ok=True)
    lanes: Sequence[Mapping[str, str]] = request.getfixturevalue("lanes")
    order = {
        "key": KEY,
        "chromium": _CHROMIUM,
        "artefacts": str(artefacts),
        "lanes": [{**lane, "wanted": wanted[number::_LANES]} for number, lane in enumerate(lanes)],
    }
    run = subprocess.run(
        [NODE, Path(__file__).parent / "run.mjs"],
        input=json.dumps(order),
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=_SECONDS,
    )
    lines: list[dict[str, Any]] = [json.loads(line) for line in run.stdout.splitlines() if line[:1] == "{"]
    assert lines or run.returncode == 0, run.stderr
    return {line["name"]: Outcome(line["error"], line["seconds"]) for line in lines}
