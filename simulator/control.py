"""The faults that wait for a call, and the endpoint that queues them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from json import JSONDecodeError
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.calls import CallLog
from simulator.faults import FAULTS, Act
from simulator.models import Target


class Unusable(Exception):
    """Say why an order cannot be taken."""


@dataclass(slots=True)
class Order:
    """A fault that waits: for the next `times` matching calls, once `after` of them have passed unharmed.

    A `fault` of None is a delay alone; `times` of None is until further notice.
    """

    fault: str | None = None
    times: int | None = 1
    delay: float = 0.0
    target: Target = "image"
    model: str | None = None
    after: int = 0

    def matches(self, target: Target, model: str) -> bool:
        """Say whether a call is one of those waited for."""
        return self.target == target and self.model in {None, model}

    @property
    def act(self) -> Act | None:
        """What goes wrong."""
        return None if self.fault is None else FAULTS[self.target][self.fault].act


class FaultQueue:
    """The orders, first come first served: the first that matches a call decides what becomes of it."""

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def take(self, target: Target, model: str) -> Order:
        """Return what is to happen to a call, and count it."""
        order = next((order for order in self._orders if order.matches(target, model)), None)
        if order is None:
            return Order()
        if order.after:
            order.after -= 1
            return Order()
        if order.times is not None:
            order.times -= 1
            if not order.times:
                self._orders.remove(order)
        return order

    def add(self, orders: list[Order]) -> None:
        """Queue more."""
        self._orders += orders

    def clear(self) -> None:
        """Let every call succeed again."""
        self._orders.clear()

    def as_json(self) -> dict[str, object]:
        """Return what still waits."""
        return {"pending": [asdict(order) for order in self._orders]}


# What each property of an order may be: JSON's true is Python's int, so types are compared, not asked.
TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "fault": (str, type(None)),
    "times": (int, type(None)),
    "delay": (int, float),
    "target": (str,),
    "model": (str, type(None)),
    "after": (int,),
}


async def queue(request: Request) -> Response:
    """Answer `POST /control`: queue faults, after a reset if one is asked for."""
    faults: FaultQueue = request.app.state.faults
    calls: CallLog = request.app.state.calls
    try:
        orders, reset = _parse(await request.json())
    except (JSONDecodeError, UnicodeDecodeError):
        return JSONResponse({"error": "the body is not JSON"}, 400)
    except Unusable as error:
        return JSONResponse({"error": str(error)}, 400)
    if reset:
        faults.clear()
        calls.clear()
    faults.add(orders)
    return JSONResponse(faults.as_json())


async def show(request: Request) -> Response:
    """Answer `GET /control`: what waits, and every fault there is."""
    faults: FaultQueue = request.app.state.faults
    known = {target: {row.name: row.about for row in rows.values()} for target, rows in FAULTS.items()}
    return JSONResponse({**faults.as_json(), "faults": known})


async def clear(request: Request) -> Response:
    """Answer `DELETE /control`."""
    faults: FaultQueue = request.app.state.faults
    faults.clear()
    return JSONResponse(faults.as_json())


def _parse(body: object) -> tuple[list[Order], bool]:
    if not isinstance(body, dict) or body.keys() - {"faults", "reset"}:
        raise Unusable("the body must be an object of `faults` and `reset`")
    faults, reset = body.get("faults", []), body.get("reset", False)
    if not isinstance(faults, list) or not isinstance(reset, bool):
        raise Unusable("`faults` must be a list and `reset` a boolean")
    return [_order(fault) for fault in faults], reset


def _order(fault: object) -> Order:
    if not isinstance(fault, dict) or fault.keys() - TYPES.keys():
        raise Unusable(f"a fault must be an object of {', '.join(TYPES)}")
    for name, value in fault.items():
        if type(value) not in TYPES[name]:
            raise Unusable(f"`{name}` has the wrong type")
    order = Order(**fault)
    if order.target not in FAULTS:
        raise Unusable(f"`target` must be one of {', '.join(FAULTS)}")
    if order.fault is not None and order.fault not in FAULTS[order.target]:
        raise Unusable(f"no fault {order.fault!r} for {order.target}: {', '.join(FAULTS[order.target])}")
    if order.delay < 0 or order.after < 0 or order.times == 0 or (order.times or 1) < 0:
        raise Unusable("`delay` and `after` must not be negative, and `times` must be at least 1")
    return order
