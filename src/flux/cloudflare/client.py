"""Outgoing HTTP by the platform's ``fetch``."""

from collections.abc import Mapping
from typing import Final

import js
from js import Array
from pyodide.ffi import JsException, JsProxy

from flux.cloudflare.border import JsBlob, abort_signal, js_object
from flux.ports import Fetched, HttpReply

_OK: Final = 200
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class FetchClient:
    """An HTTP client on ``fetch``."""

    async def get(self, url: str, limit: int) -> Fetched:
        """Fetch at most *limit* bytes, following no redirect. Raises OSError when there is no answer."""
        headers = {"accept": "image/*"}
        with abort_signal() as signal:
            init = js_object({"redirect": "manual", "signal": signal, "headers": headers})
            try:
                response = await js.fetch(url, init)
                if response.status == _OK:
                    return Fetched(_OK, blob=await _read(response, limit))
                if response.body:
                    await response.body.cancel()
            except JsException as error:
                raise OSError(str(error.message)) from error
        location = response.headers.get("location") if response.status in _REDIRECTS else None
        return Fetched(response.status, str(location) if location else None)

    async def post(self, url: str, *, headers: Mapping[str, str], text: str) -> HttpReply:
        """Send *text*. Raises OSError when there is no answer."""
        with abort_signal() as signal:
            init = {"method": "POST", "headers": dict(headers), "body": text, "signal": signal}
            try:
                response = await js.fetch(url, js_object(init))
                return HttpReply(response.status, str(await response.text()))
            except JsException as error:
                raise OSError(str(error.message)) from error


async def _read(response: JsProxy, limit: int) -> JsBlob | None:
    """Read a body of at most *limit* bytes; None where it is longer, of which no more is read."""
    declared = response.headers.get("content-length")
    reader = response.body.getReader()
    chunks, length = Array.new(), int(declared) if declared and declared.isdecimal() else 0
    if length <= limit:
        length = 0
        while not (chunk := await reader.read()).done:
            length += chunk.value.length
            if length > limit:
                break
            chunks.push(chunk.value)
    if length > limit:
        await reader.cancel()
        return None
    return JsBlob.of(await js.Blob.new(chunks).arrayBuffer())
