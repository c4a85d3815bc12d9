"""Driving real clients in programs of their own: one JSON line for an order, one for its answer."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, Self

from tests.e2e.service import KEY
from tools.stack import NODE

_HERE: Final = Path(__file__).parent
_PROGRAMS: Final[Mapping[str, list[str | Path]]] = {
    "node": [NODE, _HERE / "node.mjs"],
    "python": [sys.executable, _HERE / "python.py"],
}


class Failed(Exception):
    """What a client raised: the name of its class, the status and the code it carries."""

    def __init__(self, name: str, status: int | None = None, code: str | None = None) -> None:
        super().__init__(name, status, code)
        self.name = name
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Programs:
    """The programs, one a language, which start while the Workers do."""

    running: Mapping[str, "subprocess.Popen[str]"]

    @classmethod
    @contextmanager
    def start(cls, log: IO[str]) -> Iterator[Self]:
        """Start every program; they end with the block."""
        running = {
            language: subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, encoding="utf-8"
            )
            for language, command in _PROGRAMS.items()
        }
        try:
            yield cls(running)
        finally:
            for process in running.values():
                process.communicate()

    def ask(self, language: str, order: Mapping[str, Any]) -> Any:
        """Have an order carried out, and answer what came of it. Raises Failed."""
        process = self.running[language]
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(order), file=process.stdin, flush=True)
        answer = json.loads(process.stdout.readline())
        if "error" in answer:
            raise Failed(**answer["error"])
        return answer["ok"]


@dataclass(frozen=True)
class Client:
    """One client, which asks the service at *url*."""

    language: str
    name: str
    url: str
    programs: Programs

    def ask(self, act: str, *, key: str = KEY, **args: Any) -> Any:
        """Have the client do something. Raises Failed."""
        order = {"client": self.name, "act": act, "url": f"{self.url}/v1", "key": key, "args": args}
        return self.programs.ask(self.language, order)
