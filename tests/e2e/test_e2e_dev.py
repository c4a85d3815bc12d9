"""``make dev``, as somebody new to it would try it."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Final

import httpx
import pytest

from tests.e2e.service import CHAT, address, chat, picture, said
from tools.children import ROOT

KEY: Final = "a-key-of-my-own"
_START_SECONDS: Final = 90
_END_SECONDS: Final = 20


@dataclass(frozen=True)
class Running:
    """``make dev`` at work: its process, and what it printed until it was ready."""

    process: "subprocess.Popen[str]"
    port: int
    printed: list[str]
    state: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    state = tmp_path_factory.mktemp("state")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with (
        subprocess.Popen(
            [sys.executable, "-m", "tools.dev"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "STATE": str(state), "API_KEY": KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process,
        _mortal(process),
    ):
        assert process.stdout is not None
        printed = []
        for line in process.stdout:
            printed.append(line.rstrip("\n"))
            if line.startswith("Ready on"):
                break
        yield Running(process, port, printed, state)


class _mortal(Timer):  # noqa: N801 - it is used as a function is
    """See to it that *process* ends: after a while, and in any case at the end of the block."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        super().__init__(_START_SECONDS, process.kill)
        self._process = process

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self.cancel()
        self._process.terminate()


def test_it_says_where_it_is_once_it_answers(running: Running) -> None:
    assert running.printed[-1] == f"Ready on {running.url}"
    assert httpx.get(f"{running.url}/health", trust_env=False).json()["status"] == "ok"


def test_the_command_it_prints_draws_a_picture(running: Running) -> None:
    (line,) = [line for line in running.printed if "curl" in line]
    answer = _curl(shlex.split(line[line.index("curl") :]))
    assert answer.status_code == 200, answer.text


def test_the_first_request_of_the_readme_draws_a_picture_that_is_kept_in_state(running: Running) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    answer = httpx.post(
        running.url + CHAT, headers=headers, json=chat("A cute cat 3:2"), timeout=60, trust_env=False
    )
    shown = httpx.get(address(said(answer)), trust_env=False)
    assert picture(shown.content) == ("image/jpeg", 768, 512)
    kept = [file.read_bytes() for file in running.state.rglob("blobs/*")]
    assert shown.content in kept


def _curl(arguments: list[str]) -> httpx.Response:
    """Send what curl would send."""
    program, url, *options = arguments
    assert program == "curl"
    pairs = list(zip(options[::2], options[1::2], strict=True))
    headers = dict(value.split(": ", 1) for name, value in pairs if name in {"-H", "--header"})
    (data,) = [value for name, value in pairs if name in {"-d", "--data"}]
    return httpx.post(url, headers=headers, content=data, timeout=60, trust_env=False)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
def test_nothing_of_it_is_left_once_it_is_told_to_end(running: Running) -> None:
    tree = _tree(running.process.pid)
    assert len(tree) >= 4, "it, the stand-in, Node and workerd"
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(_END_SECONDS) == 0
    assert {pid: command for pid, command in tree.items() if _command(pid) == command} == {}


def _tree(root: int) -> dict[int, str]:
    """Answer the process *root* and all below it, with their commands."""
    parents = {int(folder.name): _parent(int(folder.name)) for folder in Path("/proc").glob("[0-9]*")}
    tree, grown = {root}, True
    while grown:
        found = {pid for pid, parent in parents.items() if parent in tree} - tree
        tree, grown = tree | found, bool(found)
    return {pid: _command(pid) for pid in tree}


def _parent(pid: int) -> int | None:
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        return int(stat.rpartition(")")[2].split()[1])
    return None


def _command(pid: int) -> str:
    """Answer what process *pid* runs; nothing where it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    return ""
