"""Working fakes of the ports, and a client that talks to the whole service on them.

`World` is the service with its settings; what a test wants to arrange or look at is an attribute of it::

    world = World(SIZE_POLICY="native")
    world.inference.outcomes = [UpstreamFailure(429, 3040)]
    answer = await world.client.post("/v1/chat/completions", json=chat("a cat"))
    assert world.inference.calls == [...]
"""

import asyncio
import base64
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qsl

from PIL import Image

from flux.app import App
from flux.blobs import Base64, Blob, Spliced, Text, parts_of
from flux.errors import InvalidBody, PayloadTooLarge, StorageFailed
from flux.http import (
    MAX_BODY,
    BlobPart,
    BodyText,
    DataUrl,
    FormEntry,
    Request,
    Response,
    Static,
    Stream,
    Upload,
)
from flux.ports import Fetched, HttpReply, ModelCall, Runtime, Services, StoredPage, StoredValue
from flux.settings import load

KEY: Final = "the-key"
ORIGIN: Final = "https://flux.example"
NOW: Final = 1_800_000_000.0
"""15 January 2027, 08:00 UTC: sixteen hours before the neurons of the next day."""

DOT: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel whose bytes no release of Pillow changes, for goldens."""


def stored_key(number: int, extension: str = "jpg", now: float = NOW) -> str:
    """Answer the key of a picture stored at *now* with the fake entropy's *number*."""
    return f"{2**48 - 1 - int(now * 1000):012x}{number:032x}.{extension}"


@dataclass(frozen=True, slots=True)
class FakeBlob:
    """A blob on Python's own bytes."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]


def bytes_of(blob: Blob) -> bytes:
    return blob.read(0, blob.size)


@cache
def picture(width: int = 1024, height: int = 1024, kind: str = "JPEG", **options: Any) -> bytes:
    """Draw a real picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind, **options)
    return file.getvalue()


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is told otherwise."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class FakeEntropy:
    """Counts instead of rolling dice, so that keys, ids and seeds are foreseeable, and no two alike."""

    count: int = 0

    def __call__(self, length: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(length, "big")


@dataclass(slots=True)
class FakeSleep:
    """Notes how long it was to sleep, and lets the others run."""

    slept: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


Outcome = Exception | bytes | asyncio.Event | None
"""What becomes of a call: a failure, these very bytes, nothing before the event is set, or the usual."""


async def _happen(outcome: Outcome) -> None:
    await asyncio.sleep(0)
    if isinstance(outcome, asyncio.Event):
        await outcome.wait()
    if isinstance(outcome, Exception):
        raise outcome


async def settle() -> None:
    """Let everything run that waits for nothing but its turn."""
    for _ in range(50):
        await asyncio.sleep(0)


def never() -> asyncio.Event:
    """Make an outcome that does not come."""
    return asyncio.Event()


@dataclass(slots=True)
class FakeInference:
    """Draws a plain picture of the asked size; *outcomes* says what else the next calls come to.

    *seconds* is how far one picture moves the clock.
    """

    clock: FakeClock
    kind: str = "binding"
    outcomes: list[Outcome] = field(default_factory=list)
    seconds: float = 0
    calls: list[ModelCall] = field(default_factory=list)
    replies: list[object] = field(default_factory=list)
    written: list[tuple[str, Sequence[Mapping[str, str]], int]] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    async def draw(self, call: ModelCall) -> Blob:
        outcome = self.outcomes.pop(0) if self.outcomes else None
        self.calls.append(call)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await _happen(outcome)
        finally:
            self.under_way -= 1
        self.clock.now += self.seconds
        return FakeBlob(outcome if isinstance(outcome, bytes) else _drawn(call))

    async def write(self, model: str, messages: Sequence[Mapping[str, str]], limit: int) -> object:
        self.written.append((model, messages, limit))
        reply = self.replies.pop(0) if self.replies else {"response": "A fine picture"}
        await _happen(reply if isinstance(reply, Exception | asyncio.Event) else None)
        return reply


def _drawn(call: ModelCall) -> bytes:
    width, height = (int(call.inputs.get(side, 1024)) for side in ("width", "height"))
    return picture(width, height, "PNG" if "stable-diffusion" in call.model else "JPEG")


@dataclass(slots=True)
class FakeStream:
    """A value on its way out of the store."""

    data: bytes
    discarded: bool = False

    def discard(self) -> None:
        self.discarded = True


@dataclass(slots=True)
class MemoryImageStore:
    """A store with KV's limits, whose values expire by the clock; *broken* makes it fail."""

    clock: FakeClock
    broken: bool = False
    values: dict[str, tuple[bytes, str, float]] = field(default_factory=dict)
    streams: list[FakeStream] = field(default_factory=list)

    async def put(self, key: str, blob: Blob, metadata: Mapping[str, object], seconds: int) -> None:
        written = json.dumps(metadata, ensure_ascii=False)
        if self.broken or len(written.encode()) > 1024 or seconds < 60:
            raise StorageFailed("KV put: refused")
        self.values[key] = bytes_of(blob), written, self.clock() + seconds

    async def get(self, key: str) -> StoredValue | None:
        found = self._living(key)
        if found is None:
            return None
        stream = FakeStream(found[0])
        self.streams.append(stream)
        return StoredValue(stream, json.loads(found[1]))

    async def read(self, key: str) -> Blob | None:
        found = self._living(key)
        return FakeBlob(found[0]) if found else None

    async def list(self, limit: int, cursor: str | None) -> StoredPage:
        self._answer()
        assert 1 <= limit <= 1000
        keys = [key for key in sorted(self.values) if self._living(key) and key > (cursor or "")]
        items = [(key, json.loads(self.values[key][1])) for key in keys[:limit]]
        return StoredPage(items, keys[limit - 1] if len(keys) > limit else None)

    async def delete(self, key: str) -> None:
        self._living(key)
        self.values.pop(key, None)

    def _living(self, key: str) -> tuple[bytes, str, float] | None:
        self._answer()
        found = self.values.get(key)
        return found if found and found[2] > self.clock() else None

    def _answer(self) -> None:
        if self.broken:
            raise StorageFailed("KV: refused")


@dataclass(frozen=True, slots=True)
class Post:
    """One outgoing request."""

    url: str
    headers: Mapping[str, str]
    text: str


@dataclass(slots=True)
class FakeHttpClient:
    """Answers with the queue of *replies*, and with the *pages* that are there; else nobody answers.

    A page is its bytes, the place it redirects to, another status than 200, or what keeps it from coming.
    """

    replies: list[HttpReply | OSError | asyncio.Event] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    pages: dict[str, bytes | str | int | OSError | asyncio.Event] = field(default_factory=dict)
    gets: list[str] = field(default_factory=list)

    async def get(self, url: str, limit: int) -> Fetched:
        self.gets.append(url)
        match self.pages.get(url, OSError("nobody answers")):
            case bytes(data):
                return Fetched(200, blob=FakeBlob(data) if len(data) <= limit else None)
            case str(location):
                return Fetched(302, location)
            case int(status):
                return Fetched(status)
            case outcome:
                await _happen(outcome)
        return Fetched(204)

    async def post(self, url: str, *, headers: Mapping[str, str], text: str) -> HttpReply:
        self.posts.append(Post(url, headers, text))
        reply = self.replies.pop(0) if self.replies else OSError("nobody answers")
        await _happen(None if isinstance(reply, HttpReply) else reply)
        assert isinstance(reply, HttpReply)
        return reply


@dataclass(slots=True)
class FakeShrinker:
    """Shrinks with Pillow; *broken* makes it fail."""

    broken: bool = False
    sides: list[int] = field(default_factory=list)

    async def shrink(self, blob: Blob, side: int) -> Blob:
        self.sides.append(side)
        if self.broken:
            raise OSError("Images: refused")
        shrunk, file = Image.open(io.BytesIO(bytes_of(blob))).convert("RGB"), io.BytesIO()
        shrunk.thumbnail((side, side))
        shrunk.save(file, "JPEG")
        return FakeBlob(file.getvalue())


@dataclass(frozen=True, slots=True)
class FakeHeaders:
    """Headers with names in any case."""

    values: Mapping[str, str]

    def get(self, name: str) -> str | None:
        return {known.lower(): value for known, value in self.values.items()}.get(name.lower())


_DATA_URL: Final = re.compile(
    r"data:(?:[\w.+-]|\\?/)*(?:;[\w.+=-]+)*;base64,(?:[\w+/=]|\\/|\\u00[0-9a-fA-F]{2})*", re.ASCII
)


@dataclass(frozen=True, slots=True)
class FakeDataUrl:
    """A data URL that was taken out of a body, as it stood in the JSON."""

    url: str

    def decode(self) -> Blob:
        url: str = json.loads(f'"{self.url}"')
        try:
            return FakeBlob(base64.b64decode(url.partition(",")[2], validate=True))
        except ValueError:
            raise ValueError("the data URL is not base64") from None


@dataclass(frozen=True, slots=True)
class FakeBody:
    """A body of bytes, or of the *entries* of a form."""

    data: bytes = b""
    entries: Sequence[FormEntry] = ()

    async def text(self) -> BodyText:
        _check_length(len(self.data))
        taken: dict[str, DataUrl] = {}

        def take(found: re.Match[str]) -> str:
            place = f"data:,{len(taken)}"
            taken[place] = FakeDataUrl(found[0])
            return place

        return BodyText(_DATA_URL.sub(take, self.data.decode(errors="replace")), taken)

    async def form(self) -> Sequence[FormEntry]:
        _check_length(sum(len(v) if isinstance(v, str) else v.blob.size for _, v in self.entries))
        if not self.entries:
            raise InvalidBody("The body is not the multipart form that its Content-Type says.")
        return self.entries


def _check_length(length: int) -> None:
    if length > MAX_BODY:
        raise PayloadTooLarge(f"The body has {length} bytes; {MAX_BODY} are taken.")


Form = Sequence[tuple[str, str | bytes]]
"""The fields of a form; bytes are a file."""


def _body(content: bytes | Form) -> FakeBody:
    if isinstance(content, bytes):
        return FakeBody(content)
    return FakeBody(
        entries=[
            (name, value if isinstance(value, str) else Upload(FakeBlob(value), "upload"))
            for name, value in content
        ]
    )


def data_url(data: bytes, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client got: all of it."""

    status: int
    headers: dict[str, str]
    content: bytes
    chunks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def events(self) -> list[Any]:
        """The values of a stream's events; its end is the string ``[DONE]``."""
        lines = [line.removeprefix("data: ") for line in self.text.splitlines() if line.startswith("data: ")]
        return [line if line == "[DONE]" else json.loads(line) for line in lines]

    @property
    def said(self) -> str:
        """The text of a chat answer, whole or streamed."""
        if not self.chunks:
            return str(self.json["choices"][0]["message"]["content"])
        choices = [choice for event in self.events if "choices" in event for choice in event["choices"]]
        return "".join(choice["delta"].get("content", "") for choice in choices)


@dataclass(frozen=True, slots=True)
class Client:
    """Sends requests to an application, with a key unless told otherwise."""

    handle: Callable[[Request], Any]
    key: str | None = KEY

    async def get(self, target: str, **options: Any) -> Answer:
        return await self.send("GET", target, **options)

    async def post(self, target: str, **options: Any) -> Answer:
        return await self.send("POST", target, **options)

    async def send(self, method: str, target: str, **options: Any) -> Answer:
        response: Response = await self.handle(self.request(method, target, **options))
        content, chunks = await received(response)
        headers: dict[str, str] = {}
        for name, value in response.headers:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return Answer(response.status, headers, content, chunks)

    def request(
        self,
        method: str,
        target: str,
        *,
        json: object = None,
        body: bytes | Form = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Request:
        path, _, query = target.partition("?")
        known = {} if self.key is None else {"authorization": f"Bearer {self.key}"}
        if not isinstance(body, bytes):
            known["content-type"] = "multipart/form-data; boundary=boundary"
        return Request(
            method=method,
            path=path,
            origin=ORIGIN,
            headers=FakeHeaders({**known, **(headers or {})}),
            body=_body(body if json is None else _encoded(json)),
            query=dict(parse_qsl(query)),
        )


def _encoded(value: object) -> bytes:
    return json.dumps(value).encode()


async def received(response: Response) -> tuple[bytes, tuple[str, ...]]:
    """Read a response as the platform sends it: its bytes, and a stream's chunks."""
    match response.content:
        case None:
            return b"", ()
        case str() | Spliced() as text:
            return filled(text).encode(), ()
        case Static(text):
            return text.encode(), ()
        case BlobPart(blob, start, stop):
            return blob.read(start, stop), ()
        case Stream(chunks):
            texts = tuple([filled(chunk) async for chunk in chunks])
            return "".join(texts).encode(), texts
        case FakeStream(data, discarded=False):
            return data, ()
    raise TypeError(f"{response.content} cannot be sent")


def filled(text: Text) -> str:
    """Put the base64 into a text's holes."""
    return "".join(
        base64.b64encode(bytes_of(part.blob)).decode() if isinstance(part, Base64) else part
        for part in parts_of(text)
    )


class World:
    """The service on fakes, with *variables* as its environment."""

    def __init__(self, **variables: str) -> None:
        self.clock = FakeClock()
        self.entropy = FakeEntropy()
        self.sleep = FakeSleep()
        self.inference = FakeInference(self.clock)
        self.images = MemoryImageStore(self.clock)
        self.http = FakeHttpClient()
        self.shrinker = FakeShrinker()
        self.services = Services(
            settings=load({"API_KEY": KEY} | variables),
            inference=self.inference,
            images=self.images,
            http=self.http,
            runtime=Runtime("3.12.1", "0.26.0a2"),
            now=self.clock,
            entropy=self.entropy,
            sleep=self.sleep,
        )
        self.app = App(self.services)

    @property
    def client(self) -> Client:
        return Client(self.app.handle)

    def client_with(self, **services: Any) -> Client:
        """Answer a client of the same service with other *services*, such as ``inference=None``."""
        return Client(App(replace(self.services, **services)).handle)


def chat(prompt: str, **more: object) -> dict[str, object]:
    """Write the body of a chat request."""
    return {"messages": [{"role": "user", "content": prompt}], **more}
