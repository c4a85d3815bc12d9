"""Programs of ours that run beside us and never outlive us."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Final, Self

ROOT: Final = Path(__file__).resolve().parent.parent

_GRACE_SECONDS: Final = 3


class DidNotStartError(Exception):
    """A program ended, or stayed silent, before it said that it was ready."""


class Child:
    """A program at work, which takes the end of its standard input as the word to end.

    It leads a process group: Ctrl-C at the terminal reaches only us, and what it leaves behind can be ended.
    """

    def __init__(self, name: str, process: subprocess.Popen[str], log: IO[str]) -> None:
        self.name = name
        self._process = process
        self._log = log
        self._first_line = SimpleQueue[str]()
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @classmethod
    @contextmanager
    def start(cls, name: str, command: Sequence[str | Path], *, log: IO[str] | None = None) -> Iterator[Self]:
        """Run *command* in the project's folder until the end of the block.

        *log*, a file, takes its standard error and all but the first line of its standard output.
        """
        log = log or sys.stderr
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )
        child = cls(name, process, log)
        try:
            yield child
        finally:
            child._end()

    def write(self, line: str) -> None:
        """Say *line* on its standard input."""
        with suppress(BrokenPipeError):  # it has ended, which its first line will tell
            _open(self._process.stdin).write(f"{line}\n")
            _open(self._process.stdin).flush()

    def first_line(self, timeout: float) -> str:
        """Wait for the first line of its standard output; ask once."""
        try:
            line = self._first_line.get(timeout=timeout)
        except Empty:
            raise DidNotStartError(
                f"{self.name} did not start: not a word in {timeout:.0f} seconds."
            ) from None
        if not line:
            raise DidNotStartError(f"{self.name} did not start: it ended with status {self._process.wait()}.")
        return line.rstrip("\n")

    def exit_status(self) -> int | None:
        """Return the status it ended with, or ``None`` while it runs."""
        return self._process.poll()

    def _listen(self) -> None:
        with _open(self._process.stdout) as output:
            self._first_line.put(output.readline())
            for line in output:
                self._log.write(line)

    def _end(self) -> None:
        with suppress(BrokenPipeError):
            _open(self._process.stdin).close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE_SECONDS)
        with suppress(ProcessLookupError):  # nothing was left behind, as is usual
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._listener.join()


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None  # noqa: S101 - every pipe was asked for
    return pipe
