"""What every test of the core may ask for."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import settings

from tests.fakes import World, settle

GOLDEN: Final = Path(__file__).parent / "golden"
SCHEMAS: Final = Path(__file__).parent / "schemas"

# A slow machine is no failure.
settings.register_profile("flux", deadline=None, max_examples=60)
settings.load_profile("flux")

Compare = Callable[[str, str], None]
Validate = Callable[[str, Any], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-goldens", action="store_true", help="write the answers into tests/golden; read the diff"
    )


@pytest.fixture
def world() -> World:
    """The service as its owner gets it: a key, and defaults."""
    return World()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Compare:
    """Compare a text with a file of tests/golden, byte for byte."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--rewrite-goldens"):
            file.write_bytes(text.encode())
        assert text == file.read_bytes().decode()

    return compare


@pytest.fixture
def valid() -> Validate:
    """Hold a JSON value against one of OpenAI's own schemas; where they are absent, the test ends there."""

    def validate(name: str, value: Any) -> None:
        if not SCHEMAS.is_dir():
            pytest.skip("OpenAI's schemas are not on this machine")
        schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
        jsonschema.Draft202012Validator(schema).validate(value)

    return validate


class LoopClock:
    """The event loop's own clock, which a test can move: nobody waits for a time limit."""

    def __init__(self, time: Callable[[], float]) -> None:
        self._time = time
        self._ahead = 0.0

    def __call__(self) -> float:
        return self._time() + self._ahead

    async def advance(self, seconds: float) -> None:
        """Let everything run that can, move the clock, and let run what was waiting for that."""
        await settle()
        self._ahead += seconds
        await settle()


@pytest.fixture
async def loop_clock(monkeypatch: pytest.MonkeyPatch) -> LoopClock:
    """Take the place of the event loop's clock."""
    loop = asyncio.get_running_loop()
    clock = LoopClock(loop.time)
    monkeypatch.setattr(loop, "time", clock)
    return clock
