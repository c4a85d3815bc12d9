"""Measure the Worker's requests a second in real workerd: ``make bench``.

Workers AI is a socket that answers one picture at once, and KV is in memory, so that what is measured is
the Worker. With a revision as argument (``make bench AGAINST=main``) that revision's source runs beside the
present one, and rounds of the two alternate: on a shared machine only such ratios mean anything.
"""

import asyncio
import base64
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Final

from PIL import Image

from tools.children import ROOT
from tools.stack import KV, Stack, Worker

_KEY: Final = "bench"
_ROUNDS: Final = 5
_SECONDS: Final = 1.0
_CONNECTIONS: Final = (1, 8)
_PICTURE_BYTES: Final = 750_000
_BUFFER: Final = 16 * 2**20
_ARGUMENTS: Final = 2


def main() -> None:
    """Measure, and print a table in Markdown."""
    with ExitStack() as stack:
        sources = {"now": ROOT}
        if len(sys.argv) == _ARGUMENTS:
            sources = {sys.argv[1]: stack.enter_context(_revision(sys.argv[1])), **sources}
        log = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        ai = stack.enter_context(_upstream())
        # The first Worker of a stack has Miniflare's own entry before it, which would be measured with it.
        workers = (Worker("front", {"API_KEY": _KEY}), Worker("bench", {"API_KEY": _KEY}, KV.MEMORY, ai))
        urls = {
            name: stack.enter_context(Stack.start(*workers, root=root, log=log)).urls["bench"]
            for name, root in sources.items()
        }
        _print_table({name: int(url.rpartition(":")[2]) for name, url in urls.items()})


@contextmanager
def _revision(name: str) -> Iterator[Path]:
    """Lay out the source and the page of a revision in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["git", "archive", name, "src", "public"]
        archive = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)  # noqa: S607 - any tar
        yield Path(folder)


def _print_table(ports: dict[str, int]) -> None:
    names = list(ports)
    ratio = ["ratio"] if len(names) > 1 else []
    print("| request | connections |", " | ".join([f"{name}, requests/s" for name in names] + ratio), "|")
    print("|" + "---|" * (2 + len(names) + len(ratio)))
    for kind, request in _requests(ports).items():
        for connections in _CONNECTIONS:
            rates = _rates(request, connections)
            shown = [f"{rates[name]:.0f}" for name in names]
            shown += [f"{rates[names[1]] / rates[names[0]]:.2f}"] if ratio else []
            print(f"| {kind} | {connections} | {' | '.join(shown)} |", flush=True)


def _requests(ports: dict[str, int]) -> dict[str, dict[str, tuple[int, bytes]]]:
    """Answer, for each kind of request, the port and the bytes to send to each source."""
    chat = json.dumps({"messages": [{"role": "user", "content": "A cute cat"}]}).encode()
    streamed = json.dumps({"messages": [{"role": "user", "content": "A cute cat"}], "stream": True}).encode()
    simple = {
        "GET /health": _request("GET", "/health"),
        "GET /v1/models": _request("GET", "/v1/models"),
        "401": _request("GET", "/v1/models", key="wrong"),
        "chat, 750 KB picture": _request("POST", "/v1/chat/completions", chat),
        "chat, streamed": _request("POST", "/v1/chat/completions", streamed),
        "images, b64_json": _request("POST", "/v1/images/generations", _images("b64_json")),
        "images, url": _request("POST", "/v1/images/generations", _images("url")),
    }
    kinds = {kind: {name: (port, data) for name, port in ports.items()} for kind, data in simple.items()}
    pictures = {name: (port, _picture_request(port, chat)) for name, port in ports.items()}
    return kinds | {"GET /image/{key}, 750 KB": pictures}


def _images(response_format: str) -> bytes:
    return json.dumps({"prompt": "A cute cat", "response_format": response_format}).encode()


def _request(method: str, path: str, body: bytes = b"", key: str = _KEY) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _picture_request(port: int, chat: bytes) -> bytes:
    answer = asyncio.run(_ask_once(port, _request("POST", "/v1/chat/completions", chat)))
    content: str = json.loads(answer)["choices"][0]["message"]["content"]
    return _request("GET", "/image/" + content.rpartition("/image/")[2].rstrip(")"))


async def _ask_once(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_BUFFER)
    try:
        return await _ask(reader, writer, request)
    finally:
        writer.close()


def _rates(request: dict[str, tuple[int, bytes]], connections: int) -> dict[str, float]:
    """Measure the sources in turn, and answer the median of the rounds for each."""
    rounds: dict[str, list[float]] = {name: [] for name in request}
    for _ in range(_ROUNDS):
        for name, (port, data) in request.items():
            rounds[name].append(asyncio.run(_rate(port, data, connections)))
    return {name: median(rates) for name, rates in rounds.items()}


async def _rate(port: int, request: bytes, connections: int) -> float:
    started = time.monotonic()
    end = started + _SECONDS
    counts = await asyncio.gather(*[_load(port, request, end) for _ in range(connections)])
    return sum(counts) / (time.monotonic() - started)


async def _load(port: int, request: bytes, end: float) -> int:
    count = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_BUFFER)
    while time.monotonic() < end:
        await _ask(reader, writer, request)
        count += 1
    writer.close()
    return count


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    return await _body(reader, await reader.readuntil(b"\r\n\r\n"))


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    head = head.lower()
    if b"content-length: " in head:
        return await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n")[0]))
    body = b""
    while b"transfer-encoding: chunked" in head:
        chunk = await reader.readexactly(int(await reader.readline(), 16) + 2)
        body += chunk[:-2]
        if len(chunk) == len(b"\r\n"):
            break
    return body


@contextmanager
def _upstream() -> Iterator[str]:
    """Answer every call of Workers AI with the same picture, from a thread of its own."""
    body = json.dumps({"image": base64.b64encode(_picture()).decode()}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    reply = head.encode() + body

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await _body(reader, await reader.readuntil(b"\r\n\r\n"))
                writer.write(reply)
                await writer.drain()
        writer.close()

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    Thread(target=loop.run_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)


def _picture() -> bytes:
    """Make a JPEG of 1024x1024 and about 750 KB, the size of a detailed picture of FLUX."""
    noise = Image.frombytes("RGB", (1024, 1024), os.urandom(1024 * 1024 * 3))
    sizes = []
    for quality in range(5, 100, 5):
        file = io.BytesIO()
        noise.save(file, "JPEG", quality=quality)
        sizes.append(file.getvalue())
    return min(sizes, key=lambda data: abs(len(data) - _PICTURE_BYTES))


if __name__ == "__main__":
    main()
