"""Pictures to send, and a host that serves them."""

import base64
import hashlib
import io
import os
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Final

from PIL import Image

HOST: Final = "pictures.example"
TOO_LARGE: Final = 8 * 2**20 + 1
_CHUNK: Final = 2**16


def noise(width: int, height: int, mode: str = "RGB", kind: str = "PNG") -> bytes:
    """Make a picture that no compression makes smaller, each time another."""
    image = Image.frombytes(mode, (width, height), os.urandom(width * height * len(mode)))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def data_url(data: bytes, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


HOSTED: Final[Mapping[str, bytes]] = {f"/{name}.png": noise(90, 70) for name in "abcd"}
"""The pictures of the host by path, each another one."""

REDIRECTS: Final = {
    "/once": "/a.png",
    "/twice": f"https://{HOST}/once",
    "/thrice": "twice",
    "/four-times": "/thrice",
    "/for-ever": "/for-ever",
    "/inward": "https://127.0.0.1/a.png",
    "/inward-by-name": "https://metadata.internal/a.png",
    "/to-http": f"http://{HOST}/a.png",
    "/to-data": data_url(noise(9, 9)),
    "/with-login": f"https://me:secret@{HOST}/a.png",
}


@contextmanager
def serve() -> Iterator[str]:
    """Serve the host's pictures until the end of the block, and answer its address on this machine."""
    over = Event()

    class Handler(_Handler):
        released = over

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        over.set()
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    released: Event
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path in REDIRECTS:
            self._answer(302, b"", {"location": REDIRECTS[self.path]})
        elif self.path in HOSTED:
            self._answer(200, HOSTED[self.path], {"content-type": "image/png"})
        elif self.path == "/large":
            self._answer(200, bytes(TOO_LARGE), {"content-type": "image/png"})
        elif self.path == "/large-chunked":
            self._answer_in_chunks(TOO_LARGE)
        elif self.path == "/page":
            self._answer(200, b"<!doctype html><title>No picture</title>", {"content-type": "image/png"})
        elif self.path == "/empty":
            self._answer(200, b"", {})
        elif self.path == "/slow":
            self.released.wait()
            self.close_connection = True
        else:
            self._answer(404, b"nothing here", {})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(body)), "connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self._write(body)

    def _answer_in_chunks(self, size: int) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.send_header("connection", "close")
        self.end_headers()
        chunk = random.randbytes(_CHUNK)  # noqa: S311 - noise, no secret
        for _ in range(0, size, _CHUNK):
            self._write(b"%x\r\n%s\r\n" % (_CHUNK, chunk))
        self._write(b"0\r\n\r\n")

    def _write(self, data: bytes) -> None:
        with suppress(OSError):  # the service has read enough
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
