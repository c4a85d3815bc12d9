"""What must never be: imports that point up, JavaScript outside the interop, a second error boundary."""

import ast
import re
import sys
from pathlib import Path
from typing import Final

import pytest

SOURCE: Final = Path(__file__).parents[1] / "src"

# From top to bottom. A module may import what stands below it, and its neighbours as long as no circle forms.
LAYERS: Final = (
    {"entry"},
    {"flux.cloudflare"},
    {"flux.app"},
    {"flux.routes"},
    {"flux.api"},
    {"flux.chat_answer", "flux.wire", "flux.wire_images"},
    {"flux.generation_job", "flux.references"},
    {"flux.generation", "flux.optimization", "flux.remote"},
    {"flux.text_model"},
    {"flux.authentication", "flux.cors", "flux.calls", "flux.ports", "flux.expired"},
    {"flux.side_call_recognition"},
    {"flux.side_calls"},
    {"flux.side_call_phrases", "flux.side_call_rules", "flux.quoted_history", "flux.schema_examples"},
    {"flux.replies"},
    {"flux.planning", "flux.storage", "flux.languages", "flux.messages", "flux.grammar", "flux.upstream"},
    {"flux.images", "flux.structured"},
    {"flux.settings", "flux.texts", "flux.pictures"},
    {"flux.variables"},
    {"flux.catalog"},
    {"flux.fields", "flux.sizes", "flux.reasons"},
    {"flux.http", "flux.sse"},
    {"flux.errors", "flux.blobs", "flux.parsing"},
    {"flux"},
)

# A top-level import runs at deploy and is kept in the snapshot; each one still costs memory and start-up.
BUDGET: Final = {
    "asyncio", "collections", "dataclasses", "enum", "functools", "hmac", "itertools", "json",
    "logging", "math", "os", "pathlib", "platform", "re", "time", "typing", "unicodedata", "urllib",
}  # fmt: skip
INTEROP_BUDGET: Final = {
    "asyncio", "collections", "contextlib", "dataclasses", "functools", "json", "logging", "sys", "typing",
    "urllib", "weakref",
}  # fmt: skip
JAVASCRIPT: Final = {"js", "pyodide"}


class Module:
    """One file of the source."""

    def __init__(self, file: Path) -> None:
        path = file.relative_to(SOURCE).with_suffix("")
        self.name = ".".join(path.parts).removesuffix(".__init__")
        self.text = file.read_text("utf-8")
        self.tree = ast.parse(self.text)

    @property
    def interop(self) -> bool:
        return self.name == "entry" or self.name.startswith("flux.cloudflare")

    def imports(self) -> set[str]:
        """The full names of the modules that are imported, wherever in the file."""
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, "imports are absolute"
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= (inner & NAMES) or {str(node.module)}
        return found


FILES: Final = sorted(SOURCE.rglob("*.py"))
NAMES: Final = {".".join(file.relative_to(SOURCE).with_suffix("").parts) for file in FILES}
MODULES: Final = {module.name: module for module in map(Module, FILES)}


def _layer(name: str) -> int:
    """Count the layer from the top; the most particular name decides."""
    ranked = [
        (len(prefix), number)
        for number, layer in enumerate(LAYERS)
        for prefix in layer
        if name == prefix or name.startswith(f"{prefix}.")
    ]
    return max(ranked)[1]


def test_every_module_has_a_place() -> None:
    strays = {name for name in MODULES if name != "flux" and _layer(name) == len(LAYERS) - 1}
    assert strays == set()


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name: str) -> None:
    upward = {other for other in MODULES[name].imports() & set(MODULES) if _layer(other) < _layer(name)}
    assert upward == set()


def test_no_imports_form_a_circle() -> None:
    waiting = {name: module.imports() & set(MODULES) - {name} for name, module in MODULES.items()}
    while free := [name for name, needs in waiting.items() if not needs & set(waiting)]:
        for name in free:
            del waiting[name]
    assert waiting == {}


def _outside(modules: list[Module]) -> set[str]:
    return {name.split(".")[0] for module in modules for name in module.imports()} - {"flux"}


def test_the_core_imports_these_modules_and_no_others() -> None:
    assert _outside([module for module in MODULES.values() if not module.interop]) == BUDGET


def test_the_interop_imports_these_modules_and_no_others() -> None:
    interop = [module for module in MODULES.values() if module.interop]
    assert _outside(interop) == INTEROP_BUDGET | JAVASCRIPT


def test_the_budget_is_of_the_standard_library() -> None:
    assert (BUDGET | INTEROP_BUDGET) - sys.stdlib_module_names == set()


@pytest.mark.parametrize("name", MODULES)
def test_no_import_hides_from_the_running_program(name: str) -> None:
    assert "TYPE_CHECKING" not in MODULES[name].text


def test_everything_is_caught_only_at_the_two_boundaries() -> None:
    catching = {
        name
        for name, module in MODULES.items()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    }
    assert catching == {"flux.app", "flux.cloudflare.worker"}


def test_nothing_reads_the_processes_environment() -> None:
    reading = {name for name, module in MODULES.items() if re.search(r"\bos\.(environ|getenv)", module.text)}
    assert reading == set()


@pytest.mark.parametrize("name", MODULES)
def test_no_function_is_longer_than_45_lines(name: str) -> None:
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(MODULES[name].tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 45
    }
    assert long == {}


def test_no_module_is_longer_than_320_lines() -> None:
    lengths = {name: len(module.text.splitlines()) for name, module in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 320} == {}
