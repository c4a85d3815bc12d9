"""What the core needs of the outside, as protocols, and the one value that carries it all.

The Worker's adapters are in ``flux.cloudflare``; working fakes for tests are in ``tests/fakes.py``.
"""

import asyncio
import os
import platform
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from flux.blobs import Blob
from flux.http import Passthrough
from flux.settings import Settings

Scalar = str | int | float


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A picture that goes to a model, with its mime type."""

    blob: Blob
    mime: str


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of an image model: its scalar inputs and its files by field name."""

    model: str
    inputs: Mapping[str, Scalar]
    multipart: bool = False
    files: Mapping[str, ModelFile] = field(default_factory=dict)


class Inference(Protocol):
    """Workers AI, by the binding or by REST."""

    @property
    def kind(self) -> str:
        """``binding`` or ``rest``."""

    async def draw(self, call: ModelCall) -> Blob:
        """Run an image model and answer its picture's bytes. Raises `flux.upstream.UpstreamFailure`."""

    async def write(self, model: str, messages: Sequence[Mapping[str, str]], limit: int) -> object:
        """Run a text model for at most *limit* tokens and answer its JSON. Raises UpstreamFailure."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """The status and text of an HTTP answer."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: *blob* where it was 200 and short enough, *location* where it redirects."""

    status: int
    location: str | None = None
    blob: Blob | None = None


class HttpClient(Protocol):
    """Outgoing HTTP."""

    async def get(self, url: str, limit: int) -> Fetched:
        """Fetch at most *limit* bytes, following no redirect. Raises OSError when there is no answer."""

    async def post(self, url: str, *, headers: Mapping[str, str], text: str) -> HttpReply:
        """Send *text*. Raises OSError when there is no answer."""


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A stored picture: its bytes on their way, and the metadata kept with it."""

    body: Passthrough
    metadata: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page of stored pictures: their keys and metadata, and the cursor of the next page."""

    items: Sequence[tuple[str, Mapping[str, object]]]
    cursor: str | None = None


class ImageStore(Protocol):
    """Where pictures are kept for a while: a key-value store with expiry."""

    async def put(self, key: str, blob: Blob, metadata: Mapping[str, object], seconds: int) -> None:
        """Keep *blob* under *key* for *seconds*. Raises StorageFailed."""

    async def get(self, key: str) -> StoredValue | None:
        """Answer what is kept under *key*, None where there is nothing. Raises StorageFailed."""

    async def read(self, key: str) -> Blob | None:
        """Answer the bytes kept under *key*, None where there is nothing. Raises StorageFailed."""

    async def list(self, limit: int, cursor: str | None) -> StoredPage:
        """Answer up to *limit* keys in alphabetical order from *cursor* on. Raises StorageFailed."""

    async def delete(self, key: str) -> None:
        """Forget *key*, whether it is there or not. Raises StorageFailed."""


class Shrinker(Protocol):
    """Cloudflare Images."""

    async def shrink(self, blob: Blob, side: int) -> Blob:
        """Make a picture fit into *side* x *side* pixels, in its shape. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The versions `/health` reports."""

    python: str = platform.python_version()
    pyodide: str | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """All that is impure, and the settings, in one value that every use case is given."""

    settings: Settings
    inference: Inference | None
    images: ImageStore | None
    http: HttpClient
    shrinker: Shrinker | None = None
    runtime: Runtime = Runtime()
    now: Callable[[], float] = time.time
    entropy: Callable[[int], bytes] = os.urandom
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
