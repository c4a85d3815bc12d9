"""The stand-in's controls, as the tests use them."""

import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

_PATIENCE: Final = 30.0
_LOOK_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Control:
    """Orders faults and delays, and tells what the stand-in was asked: what was paid for."""

    http: httpx.Client

    def order(self, fault: str | None = None, **more: Any) -> None:
        """Queue a fault; *more* are the other properties of an order."""
        order = {"fault": fault, **more}
        self.http.post("/control", json={"faults": [order]}).raise_for_status()

    def reset(self) -> None:
        """Let every call succeed again, and forget those that were made."""
        self.http.post("/control", json={"reset": True}).raise_for_status()

    def pending(self) -> list[dict[str, Any]]:
        """Answer the orders that no call has met yet."""
        orders: list[dict[str, Any]] = self.http.get("/control").raise_for_status().json()["pending"]
        return orders

    def calls(self) -> list[dict[str, Any]]:
        """Answer the calls so far, first to last."""
        calls: list[dict[str, Any]] = self._record()["calls"]
        return calls

    def peak(self) -> int:
        """Answer how many pictures were ever drawn at once."""
        return int(self._record()["peak"])

    def wait_for_calls(self, count: int, **having: Any) -> None:
        """Wait until so many calls have begun, each with these values."""
        deadline = time.monotonic() + _PATIENCE
        while sum(having.items() <= call.items() for call in self._hashable()) < count:
            assert time.monotonic() < deadline, f"{count} calls with {having} never came: {self.calls()}"
            time.sleep(_LOOK_SECONDS)

    def _hashable(self) -> list[dict[str, Any]]:
        return [{name: value for name, value in call.items() if _plain(value)} for call in self.calls()]

    def _record(self) -> Any:
        return self.http.get("/calls").raise_for_status().json()


def _plain(value: object) -> bool:
    return not isinstance(value, dict | list)
