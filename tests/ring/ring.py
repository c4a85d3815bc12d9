"""The third ring from Python: the Worker's source in npm's `pyodide` under Node (``serve.mjs``)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Final, Self

from tools.children import ROOT, Child
from tools.stack import NODE, Worker

_PROGRAM: Final = Path(__file__).with_name("serve.mjs")
_START_SECONDS: Final = 90


@dataclass(frozen=True)
class Ring:
    """Workers at work, or about to be: whoever asks for their addresses waits until they are."""

    child: Child

    @classmethod
    @contextmanager
    def start(cls, *workers: Worker, log: IO[str]) -> Iterator[Self]:
        """Start *workers* in one Node, which ends with the block."""
        # Production's V8 has Uint8Array.fromBase64 and toBase64; Node's hides them behind a flag.
        with Child.start("The ring", [NODE, "--js-base-64", _PROGRAM], log=log) as child:
            child.write(json.dumps({"root": str(ROOT), "workers": [asdict(worker) for worker in workers]}))
            yield cls(child)

    @cached_property
    def urls(self) -> Mapping[str, str]:
        """The Workers' addresses by name."""
        urls: dict[str, str] = json.loads(self.child.first_line(_START_SECONDS))["urls"]
        return urls
