"""Requests and responses as plain values; what the platform's are turned into and made from."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from flux.blobs import Blob, Text
from flux.errors import ApiError, Headers

MAX_BODY: Final = 25 * 1024 * 1024
"""Bytes of the largest request body that is read."""


class HeaderReader(Protocol):
    """The headers of a request; names in any case."""

    def get(self, name: str) -> str | None:
        """Answer the value of the header *name*, or None."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart form."""

    blob: Blob
    filename: str = ""


FormEntry = tuple[str, str | Upload]


class DataUrl(Protocol):
    """A base64 data URL that was taken out of a body."""

    def decode(self) -> Blob:
        """Answer its bytes. Raises ValueError where it is not base64."""


@dataclass(frozen=True, slots=True)
class BodyText:
    """The text of a body whose base64 data URLs were taken out.

    ``data_urls`` maps each placeholder that stands in ``text`` to the data URL it replaces.
    """

    text: str
    data_urls: Mapping[str, DataUrl] = field(default_factory=dict)


class Body(Protocol):
    """The body of a request, read at most once."""

    async def text(self) -> BodyText:
        """Read it as text. Bytes that are not UTF-8 are replaced. Raises PayloadTooLarge over `MAX_BODY`."""

    async def form(self) -> Sequence[FormEntry]:
        """Read it as a multipart form. Raises PayloadTooLarge, or InvalidBody where it is none."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for. *path* is still percent-encoded; *origin* is ``scheme://host``."""

    method: str
    path: str
    origin: str
    headers: HeaderReader
    body: Body
    query: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Passthrough(Protocol):
    """A body that the platform holds and sends as it is, such as a value streamed out of KV."""

    def discard(self) -> None:
        """Give it up unsent."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Static:
    """A text that never changes: the platform converts it once and keeps the bytes."""

    text: str


@dataclass(frozen=True, slots=True)
class BlobPart:
    """The bytes of *blob* from *start* up to *stop*."""

    blob: Blob
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A body sent as it comes. Whoever sends it reads *chunks* to the end even when the client has left.

    *tell* writes the failure that ends *chunks* early, for a client that already has its 200.
    """

    chunks: AsyncIterator[Text]
    tell: Callable[[ApiError], Iterable[Text]]


Content = Text | Static | BlobPart | Stream | Passthrough | None


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back to the client."""

    content: Content
    status: int = 200
    headers: Headers = ()


JSON: Final = ("content-type", "application/json")
UNCACHED_JSON: Final[Headers] = (JSON, ("cache-control", "no-store"))
EVENT_STREAM: Final[Headers] = (
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-cache"),
    # nginx and its kin hold streams back unless told not to.
    ("x-accel-buffering", "no"),
)
