"""The stand-in for Workers AI (``simulator/``) as a program beside us."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final, Self

from simulator.wire import Credentials
from tools.children import Child

_START_SECONDS: Final = 30
_CREDENTIALS: Final = Credentials()


@dataclass(frozen=True)
class StandIn:
    """A running stand-in: *base* is the address of the binding's wire, of ``/control`` and of ``/calls``."""

    base: str
    child: Child

    @classmethod
    @contextmanager
    def start(cls, *, log: IO[str] | None = None) -> Iterator[Self]:
        """Start one on a free port; it ends with the block."""
        command = [sys.executable, "-m", "tools.leash", "simulator", "--port", "0"]
        with Child.start("The stand-in for Workers AI", command, log=log) as child:
            yield cls(base=child.first_line(_START_SECONDS).split()[-1], child=child)

    @property
    def rest(self) -> dict[str, str]:
        """The settings that reach it as Cloudflare's REST API."""
        return {
            "CF_API_BASE": f"{self.base}/client/v4",
            "CF_ACCOUNT_ID": _CREDENTIALS.account,
            "CF_API_TOKEN": _CREDENTIALS.token,
        }

    @property
    def chat(self) -> dict[str, str]:
        """The settings that reach it as an OpenAI-compatible chat API."""
        return {"EXTERNAL_API_BASE": f"{self.base}/v1", "EXTERNAL_API_KEY": _CREDENTIALS.key}
