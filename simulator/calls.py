"""The record of what was asked of the stand-in, so that a test can say what was paid for."""

import hashlib
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.schema import Upload
from simulator.sketch import Reference

MOST_CALLS: Final = 10_000


@dataclass(slots=True)
class Call:
    """One call: filled in as it goes on, so that even one that failed early shows what is known of it."""

    route: str
    content_type: str
    query: dict[str, str]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    target: str | None = None
    model: str | None = None
    inputs: dict[str, object] = field(default_factory=dict)
    files: list[dict[str, object]] = field(default_factory=list)
    options: dict[str, object] = field(default_factory=dict)
    fault: str | None = None
    delay: float = 0.0
    status: int | None = None
    neurons: float = 0.0
    seed: int | None = None
    started: float = field(default_factory=time.monotonic)
    finished: float | None = None

    def received(self, values: Mapping[str, object]) -> None:
        """Keep the inputs as they came: scalars as they are, files by their description."""
        self.inputs = {name: value for name, value in values.items() if not isinstance(value, Upload)}
        self.files = [
            {
                "name": name,
                "filename": upload.filename,
                "content_type": upload.content_type,
                "bytes": len(upload.data),
                "sha256": hashlib.sha256(upload.data).hexdigest(),
                "width": None,
                "height": None,
            }
            for name, upload in values.items()
            if isinstance(upload, Upload)
        ]

    def accepted(self, values: Mapping[str, object]) -> None:
        """Keep what the schema made of the inputs: numbers out of form fields, the sizes of pictures."""
        for name, value in values.items():
            if name in self.inputs and isinstance(value, str | int | float):
                self.inputs[name] = value
        for file in self.files:
            picture = values[str(file["name"])]
            if isinstance(picture, Reference):
                file["width"], file["height"] = picture.size


class CallLog:
    """The latest calls, and the most image calls that were ever under way at once."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=MOST_CALLS)
        self._under_way = 0
        self._peak = 0

    @contextmanager
    def under_way(self, call: Call) -> Iterator[None]:
        """Record *call* from here to the end of the block."""
        self._calls.append(call)
        try:
            yield
        finally:
            call.finished = time.monotonic()

    @contextmanager
    def drawing(self) -> Iterator[None]:
        """Count one image call as under way."""
        self._under_way += 1
        self._peak = max(self._peak, self._under_way)
        try:
            yield
        finally:
            self._under_way -= 1

    def clear(self) -> None:
        """Forget every call; the peak starts again from what is under way."""
        self._calls.clear()
        self._peak = self._under_way

    def as_json(self) -> dict[str, object]:
        """Return the whole record."""
        return {"calls": [asdict(call) for call in self._calls], "peak": self._peak}


async def index(request: Request) -> Response:
    """Answer `GET /calls`."""
    log: CallLog = request.app.state.calls
    return JSONResponse(log.as_json())


async def clear(request: Request) -> Response:
    """Answer `DELETE /calls`."""
    log: CallLog = request.app.state.calls
    log.clear()
    return JSONResponse(log.as_json())
