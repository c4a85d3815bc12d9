"""The core's response as the platform's ``Response``."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import js
from js import Array, Blob, TextEncoder, Uint8Array
from pyodide.ffi import JsException, JsProxy, to_js

from flux import sse
from flux.blobs import Base64, Spliced, Text
from flux.cloudflare.border import JsBlob, js_object, wait_until
from flux.cloudflare.storage import Held
from flux.errors import Headers
from flux.http import BlobPart, Content, Response, Static, Stream

_encoder: Final = TextEncoder.new()
_statics: Final[WeakKeyDictionary[Static, JsProxy]] = WeakKeyDictionary()
# IdentityTransformStream is workerd's own and the faster one there; Node has the standard's alone.
_pipe: Final = getattr(js, "IdentityTransformStream", js.TransformStream)


def to_response(response: Response, context: JsProxy) -> JsProxy:
    """Make the platform's response; a stream is sent by a task that *context* waits for."""
    *lasting, (name, request_id) = response.headers
    made = js.Response.new(_body(response.content, context), _init(response.status, tuple(lasting)))
    made.headers.set(name, request_id)
    return made


@lru_cache(maxsize=64)
def _init(status: int, headers: Headers) -> JsProxy:
    """Make the init object once for each kind of answer: crossing with it anew costs three times as much."""
    return js_object({"status": status, "headers": to_js(headers)})


def _body(content: Content, context: JsProxy) -> Any:
    match content:
        case None | str():
            return content
        case Static():
            return _converted(content)
        case Spliced():
            return _blob(content)
        case BlobPart(JsBlob(array), start, stop):
            return array.subarray(start, stop)
        case Stream():
            return _send(content.chunks, context)
        case Held():
            return content.body
    raise TypeError(f"{type(content).__name__} cannot be sent")


def _converted(static: Static) -> JsProxy:
    body = _statics.get(static)
    if body is None:
        body = _statics[static] = _encoder.encode(static.text)
    return body


def _blob(text: Spliced) -> JsProxy:
    """Put the parts together on the JavaScript side: a picture's base64 never becomes a Python string."""
    parts = Array.new()
    for part in text.parts:
        match part:
            case Base64(JsBlob() as blob):
                parts = parts.concat(blob.base64())
            case _:
                parts = parts.concat(part)
    return Blob.new(parts)


def _send(chunks: AsyncIterator[Text], context: JsProxy) -> JsProxy:
    pipe = _pipe.new()
    wait_until(context, asyncio.ensure_future(_pump(chunks, pipe.writable.getWriter())))
    return pipe.readable


async def _pump(chunks: AsyncIterator[Text], writer: JsProxy) -> None:
    async def write(text: Text) -> None:
        chunk = _encoder.encode(text) if isinstance(text, str) else await _bytes(text)
        try:
            await writer.write(chunk)
        except JsException as error:
            raise sse.ClientLeft from error

    if await sse.send(chunks, write):
        with suppress(JsException):  # the client left with the last word
            await writer.close()


async def _bytes(text: Spliced) -> JsProxy:
    return Uint8Array.new(await _blob(text).arrayBuffer())
