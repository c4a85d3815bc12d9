"""What ``make deploy`` would send to Cloudflare, as the pinned wrangler puts it together."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tools.children import ROOT
from tools.stack import NODE

WRANGLER: Final = ROOT / "node_modules" / "wrangler"
SOURCE: Final = ROOT / "src"


@dataclass(frozen=True)
class Rehearsal:
    """A deployment that sends nothing: what wrangler said, and the folder of what it would send."""

    status: int
    printed: str
    bundle: Path


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    folder = tmp_path_factory.mktemp("deploy")
    command: list[str | Path] = [
        NODE,
        WRANGLER / "bin" / "wrangler.js",
        "deploy",
        "--dry-run",
        "--outdir",
        folder / "bundle",
    ]
    environment = {
        **os.environ,
        "CI": "true",
        "NO_COLOR": "1",
        "WRANGLER_SEND_METRICS": "false",
        "WRANGLER_LOG_PATH": str(folder / "logs"),
        "XDG_CONFIG_HOME": str(folder),
    }
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return Rehearsal(done.returncode, done.stdout, folder / "bundle")


def test_wrangler_takes_the_worker_and_warns_of_nothing(rehearsal: Rehearsal) -> None:
    assert rehearsal.status == 0, rehearsal.printed
    assert "--dry-run: exiting now." in rehearsal.printed
    for sign in ("warning", "deprecated", "unexpected", "error"):
        assert sign not in rehearsal.printed.lower().replace("flux/errors.py", "")


def test_every_module_and_every_text_is_sent_and_nothing_else(rehearsal: Rehearsal) -> None:
    sent = {str(file.relative_to(rehearsal.bundle)) for file in rehearsal.bundle.rglob("*") if file.is_file()}
    written = {
        str(file.relative_to(SOURCE)) for file in SOURCE.rglob("*") if file.suffix in {".py", ".txt", ".html"}
    }
    assert "entry.py" in written
    assert sent - {"README.md"} == written, "README.md is wrangler's own"
    for name in written:
        assert (rehearsal.bundle / name).read_bytes() == (SOURCE / name).read_bytes()


def test_every_file_of_the_source_is_of_a_kind_that_is_sent() -> None:
    files = {
        file.suffix for file in SOURCE.rglob("*") if file.is_file() and file.parent.name != "__pycache__"
    }
    assert files <= {".py", ".txt", ".html"}


@pytest.mark.parametrize("binding", ["env.FLUX_CF_KV", "env.AI"])
def test_the_worker_gets_its_bindings(rehearsal: Rehearsal, binding: str) -> None:
    assert binding in rehearsal.printed


def test_the_rehearsal_is_by_the_wrangler_that_is_pinned(rehearsal: Rehearsal) -> None:
    pinned = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]["wrangler"]
    assert f"wrangler {pinned}" in rehearsal.printed
