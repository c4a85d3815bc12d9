"""A Worker over HTTP, as the tests speak to it, and what is read out of its answers."""

import io
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from PIL import Image

KEY: Final = "a-key-for-the-tests"
ORIGIN: Final = "https://app.example"
"""The web page that may call a Worker whose CORS_ORIGINS are narrowed."""

SCHNELL: Final = "@cf/black-forest-labs/flux-1-schnell"
KLEIN_4B: Final = "@cf/black-forest-labs/flux-2-klein-4b"
KLEIN_9B: Final = "@cf/black-forest-labs/flux-2-klein-9b"
DEV: Final = "@cf/black-forest-labs/flux-2-dev"
LUCID: Final = "@cf/leonardo/lucid-origin"
PHOENIX: Final = "@cf/leonardo/phoenix-1.0"
SDXL: Final = "@cf/stabilityai/stable-diffusion-xl-base-1.0"
LIGHTNING: Final = "@cf/bytedance/stable-diffusion-xl-lightning"
DREAMSHAPER: Final = "@cf/lykon/dreamshaper-8-lcm"

CHAT: Final = "/v1/chat/completions"
GENERATIONS: Final = "/v1/images/generations"
EDITS: Final = "/v1/images/edits"

_PATIENCE: Final = 30.0
_LOOK_SECONDS: Final = 0.05

Anywhere = Callable[[str], "Service"]
"""The Worker of a name, on whichever ring a test runs."""

Stored = dict[str, dict[str, Any]]
"""What a KV namespace holds: by key ``{"expiration": Unix seconds, "metadata": …}``."""


@dataclass(frozen=True)
class Service:
    """One Worker. *ring* says what it runs on: ``workerd`` or ``pyodide``."""

    ring: str
    http: httpx.Client
    stored: Callable[[], Stored]

    @property
    def url(self) -> str:
        """The address, with no slash at the end."""
        return str(self.http.base_url).rstrip("/")

    def send(self, method: str, path: str, *, key: str | None = KEY, **options: Any) -> httpx.Response:
        """Ask for *path*, with the key unless told otherwise."""
        return self.http.request(method, path, headers=_headers(key, options), **options)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Send a GET."""
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a POST."""
        return self.send("POST", path, **options)

    def chat(self, content: object, **more: Any) -> httpx.Response:
        """Ask for a picture."""
        return self.post(CHAT, json=chat(content, **more))

    def generate(self, prompt: object, **more: Any) -> httpx.Response:
        """Ask for a picture by the images API."""
        return self.post(GENERATIONS, json={"prompt": prompt, **more})

    @contextmanager
    def stream(self, content: object, **more: Any) -> Iterator[httpx.Response]:
        """Ask for a picture as a stream, and leave at the end of the block, read or not."""
        headers = _headers(KEY, {})
        with self.http.stream(
            "POST", CHAT, headers=headers, json=chat(content, stream=True, **more)
        ) as response:
            yield response

    def events(self, path: str, body: Mapping[str, Any]) -> list[Any]:
        """Ask for a stream, and read it to its end: values of events, and ``[DONE]`` and comments."""
        headers = _headers(KEY, {})
        with self.http.stream("POST", path, headers=headers, json={**body, "stream": True}) as response:
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            return list(events(line for line in response.iter_lines() if not line.startswith("event: ")))

    def wait_for_picture(self, prompt: str) -> str:
        """Wait until a picture of *prompt* is stored, and answer its path."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            for key, value in self.stored().items():
                if value["metadata"]["prompt"] == prompt:
                    return f"/image/{key}"
            assert time.monotonic() < deadline, f"no picture of {prompt!r} was ever stored"
            time.sleep(_LOOK_SECONDS)


def _headers(key: str | None, options: dict[str, Any]) -> dict[str, str]:
    authorization = {} if key is None else {"authorization": f"Bearer {key}"}
    return {**authorization, **options.pop("headers", {})}


def chat(content: object, **more: Any) -> dict[str, Any]:
    """Write the body of a chat request."""
    return {"messages": [{"role": "user", "content": content}], **more}


def said(response: httpx.Response) -> str:
    """Answer the text of a chat answer that came whole."""
    assert response.status_code == 200, response.text
    content: str = response.json()["choices"][0]["message"]["content"]
    return content


def events(lines: Iterator[str]) -> Iterator[Any]:
    """Read a stream's lines: values of events, ``[DONE]`` and comments as they are."""
    for line in lines:
        if line.startswith(":"):
            yield line
        elif line:
            data = line.removeprefix("data: ")
            assert data != line, f"neither data nor a comment: {line}"
            yield data if data == "[DONE]" else json.loads(data)


def drawn(response: httpx.Response) -> list[dict[str, Any]]:
    """Answer the pictures in an answer of the images API."""
    assert response.status_code == 200, response.text
    data: list[dict[str, Any]] = response.json()["data"]
    return data


def deltas(values: list[Any]) -> list[dict[str, Any]]:
    """Answer what the chunks among a stream's events say."""
    chunks = [value for value in values if isinstance(value, dict) and "choices" in value]
    return [choice["delta"] for chunk in chunks for choice in chunk["choices"]]


def addresses(text: str) -> list[str]:
    """Answer the addresses of the pictures in a Markdown text."""
    return re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)", text)


def address(text: str) -> str:
    """Answer the address of the one picture in a Markdown text."""
    (found,) = addresses(text)
    return found


def error(response: httpx.Response) -> tuple[int, str, str, str | None]:
    """Answer the status, type, code and parameter of an answer in OpenAI's error shape."""
    assert response.headers["content-type"] == "application/json"
    assert list(response.json()) == ["error"]
    told = response.json()["error"]
    assert list(told) == ["message", "type", "param", "code"]
    assert told["message"]
    return response.status_code, told["type"], told["code"], told["param"]


def picture(data: bytes) -> tuple[str, int, int]:
    """Decode a whole picture, and answer its mime type, width and height."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return Image.MIME[str(image.format)], image.width, image.height


def stored_on_disk(folder: Path) -> Stored:
    """Read what Miniflare's KV holds, every namespace of it."""
    return {
        key: {"expiration": expiration // 1000, "metadata": json.loads(metadata)}
        for file in folder.rglob("*.sqlite")
        for key, expiration, metadata in _rows(file)
    }


def _rows(file: Path) -> list[tuple[str, int, str]]:
    with closing(sqlite3.connect(file, timeout=10)) as database:
        return database.execute("SELECT key, expiration, metadata FROM _mf_entries").fetchall()


def expire_on_disk(folder: Path, key: str, moment: int) -> None:
    """Have Miniflare's KV forget one picture at *moment*, in Unix seconds."""
    _update(folder, "UPDATE _mf_entries SET expiration = ? * 1000 WHERE key = ?", moment, key)


def set_end_on_disk(folder: Path, key: str, moment: int) -> None:
    """Let the life of one picture end at *moment*, though KV keeps it longer."""
    change = "UPDATE _mf_entries SET metadata = json_set(metadata, '$.expires', ?) WHERE key = ?"
    _update(folder, change, moment, key)


def _update(folder: Path, change: str, moment: int, key: str) -> None:
    for file in folder.rglob("*.sqlite"):
        with closing(sqlite3.connect(file, timeout=10)) as database, database:
            database.execute(change, (moment, key))


def stored_in_ring(http: httpx.Client) -> Stored:
    """Ask the third ring what one Worker's KV holds."""
    keys: list[Mapping[str, Any]] = http.get("/.ring/kv").raise_for_status().json()["keys"]
    return {key["name"]: {"expiration": key["expiration"], "metadata": dict(key["metadata"])} for key in keys}
