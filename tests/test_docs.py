"""What the documentation says is true: commands run, answers are those shown, tables are current."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from PIL import Image

from flux import errors
from flux.catalog import find_model
from flux.grammar import parse_prompt
from flux.routes import match
from flux.settings import LANGUAGES, NAMES, SETTINGS
from tools import docs
from tools.children import ROOT
from tools.dev import announce
from tools.stack import NODE, Stack, Worker
from tools.stand_in import StandIn

ADDRESS: Final = "http://127.0.0.1:8787"
KEY: Final = "flux-development-key"
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
TRANSLATIONS: Final = sorted(ROOT.glob("docs/README.*.md"))
PICTURES: Final = ("cat.png", "hat.png")
"""What the reader has in his folder where a command sends files."""


@dataclass(frozen=True)
class Block:
    """A fenced block, and the one that comes next in its document: what a command answers."""

    place: str
    language: str
    text: str
    answer: "Block | None" = None


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = list(re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    assert text.count("\n```") == 2 * len(found), f"{path} has a fence without a language"
    listed: list[Block] = []
    for fence in reversed(found):
        line = text.count("\n", 0, fence.start()) + 1
        answer = listed[-1] if listed else None
        listed.append(Block(f"{path.relative_to(ROOT)}:{line}", fence[1], fence[2], answer))
    return listed[::-1]


# A translation has the README's own blocks, which need not run eight times.
BLOCKS: Final = [block for path in DOCUMENTS if path not in TRANSLATIONS for block in blocks(path)]


def every(*languages: str) -> list[Any]:
    return [pytest.param(block, id=block.place) for block in BLOCKS if block.language in languages]


def prose(path: Path) -> str:
    """Answer a document without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def code_spans() -> set[str]:
    return {span for path in DOCUMENTS for span in re.findall(r"`([^`\n]+)`", prose(path))}


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The Worker as ``make dev`` serves it, at any free address."""
    with (
        StandIn.start() as stand_in,
        Stack.start(Worker("docs", {"API_KEY": KEY}, ai=stand_in.base)) as stack,
    ):
        # Two pictures to list and to delete, whichever tests run.
        drawn = httpx.post(
            f"{stack.url}/v1/images/generations",
            headers={"authorization": f"Bearer {KEY}"},
            json={"prompt": "A cute cat", "n": 2, "response_format": "url"},
            trust_env=False,
            timeout=60,
        )
        assert len(drawn.json()["data"]) == 2
        yield stack.url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the reader's pictures in it."""
    for name in PICTURES:
        Image.new("RGB", (300, 200), "orange").save(tmp_path / name)
    return tmp_path


TARGETS: Final = set(
    re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
CHECKED: Final = (
    # What a reader types that no test may do, by its form.
    re.compile(r"make (?P<target>\w+)"),
    re.compile(r"npx wrangler secret put (?P<setting>\w+)"),
    re.compile(r"python -m (?P<module>[\w.]+)"),
    re.compile(r'export PATH="\$PWD/\.venv/bin:\$PATH"'),
)


@pytest.mark.parametrize("block", every("bash"))
def test_a_command_does_what_its_document_shows(block: Block, service: str, folder: Path) -> None:
    if "curl" not in block.text:
        for command in block.text.splitlines():
            assert_command_exists(command)
        return
    if shutil.which("curl") is None:
        pytest.skip("curl is not on this machine, and the document's command is curl's")
    answered = run(["bash", "-euc", block.text.replace(ADDRESS, service)], folder).replace(service, ADDRESS)
    assert block.answer is not None
    if block.answer.language == "json":
        assert likeness(json.loads(answered)) == likeness(json.loads(block.answer.text))
    else:
        assert_lines_match(block.answer.text, written_out(answered))


def assert_command_exists(command: str) -> None:
    form = next((found for known in CHECKED if (found := known.fullmatch(command))), None)
    assert form is not None, f"`{command}` is neither run nor checked"
    parts = form.groupdict()
    assert parts.get("target", "dev") in TARGETS
    assert parts.get("setting", "API_KEY") in NAMES
    assert (ROOT / (parts.get("module", "tools.docs").replace(".", "/") + ".py")).is_file()


@pytest.mark.parametrize("block", every("python"))
def test_a_python_program_runs(block: Block, service: str, folder: Path) -> None:
    answered = run([sys.executable, "-c", block.text.replace(ADDRESS, service)], folder)
    assert re.fullmatch(rf"{service}/image/[0-9a-f]{{44}}\.jpg\n", answered)
    for written in re.findall(r'"(\S+\.jpg)"', block.text):
        Image.open(folder / written).verify()


@pytest.mark.parametrize("block", every("javascript"))
def test_a_javascript_program_is_well_formed(block: Block, tmp_path: Path) -> None:
    # The end-to-end tests run these packages; here the program is read and not run.
    (tmp_path / "program.mjs").write_text(block.text, encoding="utf-8")
    run([str(NODE), "--check", "program.mjs"], tmp_path)


def test_every_block_is_run_or_known_not_to_be() -> None:
    shown = {"json", "text", "yaml", "markdown", "toml"}
    assert {block.language for block in BLOCKS} <= {"bash", "python", "javascript"} | shown


def test_the_first_lines_of_make_dev_are_those_shown(capsys: pytest.CaptureFixture[str]) -> None:
    announce("http://127.0.0.1:40000", ADDRESS, KEY)
    shown = next(block.answer for block in BLOCKS if block.text == "make dev\n")
    assert shown is not None
    assert_lines_match(shown.text, capsys.readouterr().out)


def run(command: list[str], folder: Path) -> str:
    # A proxy that the machine uses knows nothing of this machine's own address.
    environment = {**os.environ, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def likeness(value: object) -> object:
    """Answer *value* without what differs from one answer to the next: numbers, ids, keys and versions."""
    if isinstance(value, dict):
        return {name: likeness(item) for name, item in value.items()}
    if isinstance(value, list):
        return [likeness(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"[0-9a-f]{24,}|\d+\.\d+\.\w+", "…", value)
    return value if value is None or isinstance(value, bool) else type(value)


def written_out(stream: str) -> str:
    """Write the escapes of a stream's JSON as the characters they stand for."""

    def unescaped(data: re.Match[str]) -> str:
        value = json.loads(data[1])
        return "data: " + json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    return re.sub(r"^data: (\{.*\})$", unescaped, stream, flags=re.MULTILINE)


def assert_lines_match(shown: str, real: str) -> None:
    """Compare the lines that are not empty; ``…`` in *shown* stands for anything."""
    shown_lines, real_lines = ([line for line in text.splitlines() if line.strip()] for text in (shown, real))
    assert len(shown_lines) == len(real_lines), real
    for expected, line in zip(shown_lines, real_lines, strict=True):
        assert re.fullmatch(".*".join(map(re.escape, expected.split("…"))), line), line


@pytest.mark.parametrize("name", docs.DOCUMENTS)
def test_the_tables_are_what_the_code_says(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert docs.rewritten(text, ROOT / name) == text, f"{name} is out of date; run: make docs"


def test_every_table_stands_in_some_document() -> None:
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in docs.DOCUMENTS]
    assert set(docs.TABLES) == {name for text in texts for name in re.findall(r"<!-- begin (\w+)", text)}


def test_every_make_target_named_exists() -> None:
    named = {name for span in code_spans() for name in re.findall(r"\bmake ([a-z]+)", span)}
    assert named == named & TARGETS
    assert {"dev", "test"} <= named


OF_OTHERS: Final = {"IMAGE_GEN_OAI_BASEURL"}
"""Names of the apps' settings, which the README tells how to fill in."""
OF_OURS: Final = {"FLUX_CF_KV", "AT_ONCE", "LANGUAGES", "LAYERS", "READMES"}
"""Bindings and constants that are written like settings."""


def test_every_setting_named_exists() -> None:
    named = {
        name
        for span in code_spans()
        for name in re.findall(r"(?<![\w.])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)", span)
    }
    assert named <= set(NAMES) | OF_OTHERS | OF_OURS


def test_wrangler_toml_has_every_setting_and_no_other() -> None:
    text = (ROOT / "wrangler.toml").read_text(encoding="utf-8")
    offered = set(re.findall(r"^# +([A-Z][A-Z_]+)\b", text, re.MULTILINE))
    assert offered == {row.names[0] for row in SETTINGS}


def test_every_model_named_exists() -> None:
    named = set(re.findall(r"(?:@cf/[\w-]+/)?flux-[12]-[\w-]+", README))
    assert {"flux-1-schnell", "flux-2-klein-4b"} <= {find_model(name).short_id for name in named}


def test_every_error_of_the_troubleshooting_table_exists_and_none_is_missing() -> None:
    rows = re.findall(r"^\| (\d{3}) (`.*?) \|", section("When something goes wrong"), re.MULTILINE)
    explained = {(int(status), code) for status, codes in rows for code in re.findall(r"`(\w+)`", codes)}
    # These say all there is to say in their message, or are nobody's to mend.
    plain = {"method_not_allowed", "internal_error"}
    assert explained == {
        (error.status, error.code) for error in tree(errors.ApiError) if error.code not in plain
    }


def tree(error: type[errors.ApiError]) -> set[type[errors.ApiError]]:
    return {error}.union(*(tree(child) for child in error.__subclasses__()))


def test_every_prompt_of_the_grammar_table_is_taken_apart_as_it_says() -> None:
    rows = re.findall(r"^\| `(.+)` \| (.+) \| `(.+)`(.*) \|$", section("Write a prompt"), re.MULTILINE)
    assert rows
    for written, size, drawn, also in rows:
        prompt = parse_prompt(written)
        said = (str(prompt.size or "the model's own"), prompt.text, prompt.optimize)
        assert said == (size, drawn, True if also == ", rewritten" else None)


def test_what_is_said_not_to_be_there_is_not_there() -> None:
    paths = re.findall(r"`(/\S+)`", section("Not there yet"))
    assert "/openapi.json" in paths
    assert [path for path in paths if match(path).routes] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_local_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        linked = path.parent / name if name else path
        assert linked.exists(), f"{path.name}: {target}"
        assert not anchor or anchor in anchors(linked), f"{path.name}: {target}"


def anchors(path: Path) -> set[str]:
    """Answer the anchors that a document's headings get."""
    return {re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for _, text in headings(path)}


def headings(path: Path) -> list[tuple[str, str]]:
    """Answer a document's headings: their marks, which tell the level, and their texts."""
    return re.findall(r"^(#+) (.+)$", prose(path), re.MULTILINE)


def test_every_translation_is_in_a_language_of_the_service() -> None:
    assert tuple(docs.LANGUAGES) == LANGUAGES
    assert {ROOT / "README.md", *TRANSLATIONS} == set(docs.READMES.values())


@pytest.mark.parametrize("path", TRANSLATIONS, ids=lambda path: path.name)
def test_a_translation_says_what_the_readme_says(path: Path) -> None:
    readme = ROOT / "README.md"
    of_readme, of_translation = ([(b.language, b.text) for b in blocks(p)] for p in (readme, path))
    assert of_translation == of_readme
    assert [marks for marks, _ in headings(path)] == [marks for marks, _ in headings(readme)]
    # The tables that the code writes stand in the README alone, and a translation links to them.
    marked = re.findall(r"<!-- begin (\w+)", path.read_text(encoding="utf-8"))
    assert marked == ["languages"]
    for table in ("routes", "models", "settings"):
        assert f"](../README.md#{table})" in prose(path)


def test_every_decision_is_listed() -> None:
    listed = re.findall(
        r"^\* \[.*\]\((docs/decisions/.*)\)$", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.MULTILINE
    )
    assert listed == [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("docs/decisions/*.md"))]
