"""Every scenario of ``scenarios/*.mjs``, as the run of ``run.mjs`` found it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.studio.conftest import Outcome

_HERE: Final = Path(__file__).parent
_NAME: Final = re.compile(r'^scenario\("(.+?)"', re.MULTILINE)

SCENARIOS: Final = [
    name
    for file in sorted((_HERE / "scenarios").glob("*.mjs"))
    for name in _NAME.findall(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("name", SCENARIOS)
def test_in_the_browser(name: str, outcomes: Mapping[str, Outcome]) -> None:
    outcome = outcomes.get(name)
    assert outcome is not None, "the browser run ended before this scenario"
    assert outcome.error is None, outcome.error
