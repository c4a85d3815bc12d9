"""Write the tables of the documentation out of the code: ``make docs``.

A table stands between the lines ``<!-- begin NAME … -->`` and ``<!-- end NAME -->``, and is written anew;
all other words are left alone. ``tests/test_docs.py`` fails while a table is not what the code says.
"""

import ast
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "src"
sys.path.insert(0, str(SOURCE))  # the Worker's package is deployed as files and never installed

from flux.catalog import CATALOG, ModelSpec, Steps  # noqa: E402 - it is found by the line above
from flux.routes import ROUTES, Route  # noqa: E402 - as above
from flux.settings import SETTINGS, Setting  # noqa: E402 - as above
from flux.sizes import RATIOS  # noqa: E402 - as above

LANGUAGES: Final = {
    "en": "English",
    "zh-cn": "简体中文",
    "zh-hant": "繁體中文",
    "ja": "日本語",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "de": "Deutsch",
}
"""The languages that the README may be written in, by their own names."""
READMES: Final = {
    language: path
    for language in LANGUAGES
    if (path := ROOT / ("README.md" if language == "en" else f"docs/README.{language}.md")).is_file()
}
"""The README in every language there is. The translations link to its tables and have none of their own."""
DOCUMENTS: Final = (
    "ARCHITECTURE.md",
    "docs/chat-api.md",
    *(str(path.relative_to(ROOT)) for path in READMES.values()),
)
"""The files with tables in them."""

LAYERS: Final[Mapping[str, tuple[str, ...]]] = {
    "Entry": ("entry",),
    "Interop, `flux.cloudflare`": (
        "flux.cloudflare.worker",
        "flux.cloudflare.requests",
        "flux.cloudflare.responses",
        "flux.cloudflare.inference",
        "flux.cloudflare.storage",
        "flux.cloudflare.client",
        "flux.cloudflare.shrinking",
        "flux.cloudflare.border",
    ),
    "Application": ("flux.app", "flux.cors", "flux.authentication"),
    "Routes": ("flux.routes",),
    "Handlers, `flux.api`": (
        "flux.api.chat",
        "flux.api.side_calls",
        "flux.api.images",
        "flux.api.image_fields",
        "flux.api.stored",
        "flux.api.files",
        "flux.api.health",
        "flux.api.models",
    ),
    "Use cases": (
        "flux.chat_answer",
        "flux.wire_images",
        "flux.wire",
        "flux.generation_job",
        "flux.generation",
        "flux.optimization",
        "flux.text_model",
        "flux.side_call_recognition",
        "flux.side_calls",
        "flux.references",
        "flux.remote",
        "flux.languages",
        "flux.calls",
        "flux.expired",
    ),
    "Ports": ("flux.ports",),
    "Nouns": ("flux.planning", "flux.images"),
    "Tables and readers": (
        "flux.settings",
        "flux.variables",
        "flux.catalog",
        "flux.texts",
        "flux.reasons",
        "flux.grammar",
        "flux.structured",
        "flux.messages",
        "flux.side_call_phrases",
        "flux.side_call_rules",
        "flux.quoted_history",
        "flux.schema_examples",
        "flux.replies",
        "flux.storage",
        "flux.pictures",
        "flux.fields",
        "flux.parsing",
        "flux.sizes",
    ),
    "Foundations": ("flux.upstream", "flux.sse", "flux.http", "flux.errors", "flux.blobs"),
}
"""Every module by layer, from the top down: a layer imports from itself and from those below it."""


def main() -> None:
    """Rewrite the tables of every document that is out of date, and name those."""
    for name in DOCUMENTS:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        if (after := rewritten(before, path)) != before:
            path.write_text(after, encoding="utf-8")
            print("Rewrote the tables of", name)


_TABLE: Final = re.compile(
    r"(?P<begin><!-- begin (?P<name>\w+)[^\n]*-->\n).*?(?P<end><!-- end (?P=name) -->)", re.DOTALL
)


def rewritten(text: str, path: Path) -> str:
    """Answer *text*, which is that of *path*, with every table as the code has it."""
    return _TABLE.sub(lambda found: found["begin"] + TABLES[found["name"]](path) + found["end"], text)


def languages(path: Path) -> str:
    """Write the line that leads from the README at *path* to its other languages, if there are any."""
    if len(READMES) == 1:
        return ""
    names = (
        f"**{LANGUAGES[language]}**"
        if readme == path
        else f"[{LANGUAGES[language]}]({os.path.relpath(readme, path.parent)})"
        for language, readme in READMES.items()
    )
    return " · ".join(names) + "\n"


def routes(_: Path) -> str:
    """Write the table of the routes."""
    return _table(("Method", "Path", "Key", "What it does"), map(_route, ROUTES))


def _route(route: Route) -> tuple[str, ...]:
    methods = "`GET`, `HEAD`" if route.method == "GET" else f"`{route.method}`"
    about = (route.handler.__doc__ or "").partition(" Raises ")[0]
    return methods, f"`{route.path}`", "no" if route.public else "yes", _first_line(about)


def ratios(_: Path) -> str:
    """Write the known ratios, with their sizes."""
    return _table(
        ("Ratio", "Size"), ((f"{width}:{height}", str(size)) for (width, height), size in RATIOS.items())
    )


def models(_: Path) -> str:
    """Write the table of the models."""
    heading = (
        "Model",
        "Sizes",
        "Steps",
        "Seed",
        "Negative prompt",
        "Prompt, characters",
        "Neurons a picture",
    )
    return _table(heading, map(_model, CATALOG))


def _model(spec: ModelSpec) -> tuple[str, ...]:
    neurons = spec.neurons(spec.sizes.default, spec.steps.default)
    return (
        f"`{spec.short_id}`",
        str(spec.sizes),
        _steps(spec.steps),
        _yes(said=spec.seed),
        _yes(said=spec.negative_prompt),
        f"{spec.prompt_limit:,}",
        "not published" if neurons is None else f"{neurons:,.1f}",
    )


def _steps(steps: Steps) -> str:
    return f"{steps.default}" if steps.low == steps.high else f"{steps.default} ({steps.low} to {steps.high})"


def _yes(*, said: bool) -> str:
    return "yes" if said else "no"


def settings(_: Path) -> str:
    """Write the table of the settings."""
    return _table(("Setting", "Default", "What it is"), map(_setting, SETTINGS))


def _setting(row: Setting) -> tuple[str, ...]:
    first, *others = (f"`{name}`" for name in row.names)
    older = f" (older name: {', '.join(others)})" if others else ""
    secret = " A secret." if row.secret else ""
    quoted = row.shown_default not in {"", "all", "built in"}
    default = f"`{row.shown_default}`" if quoted else row.shown_default or "none"
    return first + older, default, row.meaning + secret


def modules(_: Path) -> str:
    """Write the table of the modules, layer by layer, each with the first line of its docstring."""
    unplaced = set(module_paths()) - {module for layer in LAYERS.values() for module in layer}
    if unplaced:
        raise LookupError(f"tools/docs.py: LAYERS has no place for {', '.join(sorted(unplaced))}.")
    rows = []
    for layer, names in LAYERS.items():
        rows += [(layer if name == names[0] else "", f"`{name}`", _about_module(name)) for name in names]
    return _table(("Layer", "Module", "What it is"), rows)


def module_paths() -> dict[str, Path]:
    """Find every module of the Worker, by its dotted name; a package's ``__init__`` has nothing to place."""
    paths = (path for path in SOURCE.rglob("*.py") if path.stem != "__init__")
    return {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in paths}


def _about_module(name: str) -> str:
    tree = ast.parse(module_paths()[name].read_text(encoding="utf-8"))
    return _first_line(ast.get_docstring(tree) or "").replace("``", "`")


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table in Markdown."""
    heading = tuple(heading)
    lines = (heading, ("---",) * len(heading), *rows)
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


TABLES: Final[Mapping[str, Callable[[Path], str]]] = {
    table.__name__: table for table in (languages, routes, ratios, models, settings, modules)
}
"""What writes each table, by the name in its marks."""


if __name__ == "__main__":
    main()
