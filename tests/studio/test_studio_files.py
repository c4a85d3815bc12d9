"""The studio's files as they stand: its languages, its policy, its size."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from flux.settings import LANGUAGES
from flux.sizes import RATIOS
from tools.children import ROOT

PUBLIC: Final = ROOT / "public"
STUDIO: Final = PUBLIC / "studio"
MODULES: Final = sorted(STUDIO.glob("*.js"))

# Names put together at run time, by what they start with.
_COMPOSED: Final = ("error.", "form.", "key.", "setup.", "connect.", "state.", "prompt.problem.", "size.")
_LARGEST_MODULE: Final = 250
_EXPORTED: Final = re.compile(r"^export (?:async )?(?:function\*?|const|class) (\w+)", re.MULTILINE)


def table(language: str) -> dict[str, str]:
    path = STUDIO / "languages" / f"{language}.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts


ENGLISH: Final = table("en")


def test_there_is_one_table_for_each_language_of_the_service() -> None:
    assert {path.stem for path in (STUDIO / "languages").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_text_with_the_same_fields(language: str) -> None:
    def fields(texts: dict[str, str]) -> dict[str, list[str]]:
        return {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in texts.items()}

    assert fields(table(language)) == fields(ENGLISH)
    assert all(text.strip() for text in table(language).values())


class _Texts(HTMLParser):
    """Collects the name and the English of every translated element of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._name: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        values = dict(attrs)
        self._name = values.get("data-t")
        if label := values.get("data-t-label"):
            self.found[label] = values.get("aria-label") or ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self.found[self._name] = data
            self._name = None


def test_the_page_says_in_english_what_the_english_table_says() -> None:
    texts = _Texts()
    texts.feed((PUBLIC / "index.html").read_text(encoding="utf-8"))
    assert texts.found == {name: ENGLISH[name] for name in texts.found}


def test_every_text_is_used_and_every_text_used_is_there() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (*MODULES, PUBLIC / "index.html"))
    used = set(re.findall(r'(?:\bt\(|data-t(?:-label)?=)"([\w.-]+)"', source))
    assert used <= set(ENGLISH)
    unused = {name for name in set(ENGLISH) - used if f'"{name}"' not in source}
    assert {name for name in unused if not name.startswith(_COMPOSED)} == set()


def test_every_error_has_a_title_and_what_to_do() -> None:
    errors = (ROOT / "src" / "flux" / "errors.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'code(?:: ClassVar\[str\])? = "(\w+)"', errors))
    # A studio that works does not cause these; should it, the general text stands.
    codes -= {"missing_required_parameter", "invalid_body", "method_not_allowed"}
    assert codes <= {name.removeprefix("error.") for name in ENGLISH}
    titles = {name for name in ENGLISH if re.fullmatch(r"error\.(?!detail)\w+", name)}
    assert {f"{name}.do" for name in titles} <= set(ENGLISH)


def test_the_presets_are_the_service_s_own_ratios() -> None:
    source = (STUDIO / "sizes.js").read_text(encoding="utf-8")
    presets = re.findall(r'\["(\d+):(\d+)", (\d+), (\d+)\]', source)
    assert presets
    for across, down, width, height in presets:
        assert RATIOS[int(across), int(down)] == (int(width), int(height))


def test_the_page_and_the_headers_state_the_same_policy() -> None:
    page = (PUBLIC / "index.html").read_text(encoding="utf-8")
    headers = (PUBLIC / "_headers").read_text(encoding="utf-8")
    in_page = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    in_headers = re.search(r"^  Content-Security-Policy: (.+)$", headers, re.MULTILINE)
    assert in_page is not None
    assert in_headers is not None
    # A page cannot forbid its own framing; only a header can.
    assert in_page[1] == in_headers[1].replace("frame-ancestors 'none'; ", "")
    assert "unsafe" not in in_headers[1]
    assert "frame-ancestors 'none'" in in_headers[1]
    assert "X-Content-Type-Options: nosniff" in headers


def test_the_page_asks_for_every_module_at_once() -> None:
    page = (PUBLIC / "index.html").read_text(encoding="utf-8")
    asked = re.findall(r'(?:modulepreload" href|module" src)="/studio/([\w.]+)"', page)
    assert sorted(asked) == [path.name for path in MODULES]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_is_short_and_parses_no_html(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.startswith("/** ")
    assert len(source.splitlines()) <= _LARGEST_MODULE
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(", source)
    assert not re.search(r"https?://(?!www\.w3\.org|html\.spec\.whatwg\.org)", source)
    for exported in _EXPORTED.finditer(source):
        before = source[: exported.start()].rstrip()
        assert before.endswith("*/"), f"{exported[1]} has no sentence"
