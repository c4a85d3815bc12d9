"""Crossing between Python and JavaScript, and composing JavaScript's built-ins so that little crosses.

A JavaScript string that Python touches is copied into a Python string, which for a picture's base64 costs
many milliseconds. There is no JavaScript source in this Worker, so texts and buffers are kept inside
JavaScript arrays, and built-ins are applied to them there (docs/performance.md has the figures).
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import js
from js import Array, Object, Reflect, Uint8Array
from pyodide.ffi import JsProxy, create_proxy, to_js

from flux.blobs import Blob


def js_object(values: Mapping[str, Any]) -> JsProxy:
    """Make a JavaScript object; a bare dict would arrive as a Map, which most of the platform ignores."""
    return to_js(values, dict_converter=Object.fromEntries)


@contextmanager
def abort_signal() -> Iterator[JsProxy]:
    """Give a signal for a ``fetch``, which is aborted when the task that waits in the block is cancelled."""
    controller = js.AbortController.new()
    try:
        yield controller.signal
    except asyncio.CancelledError:
        controller.abort()
        raise


def wait_until(context: JsProxy, task: "asyncio.Future[Any]") -> None:
    """Have the runtime finish *task* even when the client has left; unproxied it would be abandoned."""
    lasting = create_proxy(task)
    context.waitUntil(lasting)
    task.add_done_callback(lambda _: lasting.destroy())


_apply_row: Final = Reflect.apply.bind(None, Reflect.apply, None)


def call_inside(function: JsProxy, this: JsProxy | None, arguments: JsProxy) -> JsProxy:
    """Call *function* on *this* with an array of *arguments*, and answer the result in an array of one."""
    return Array.of(Array.of(function, this, arguments)).map(_apply_row)


def apply_inside(function: JsProxy, this: JsProxy, *arguments: Any) -> JsProxy:
    """Call *function* on the item of the array of one *this*, and answer the result in an array of one."""
    return Array.of(_row(function, this, arguments)).map(_apply_row)


def apply(function: JsProxy, this: JsProxy, *arguments: Any) -> Any:
    """Call *function* on the item of the array of one *this*, and answer the result in Python."""
    return Reflect.apply(Reflect.apply, None, _row(function, this, arguments))


def _row(function: JsProxy, this: JsProxy, arguments: tuple[Any, ...]) -> JsProxy:
    return Array.of(function).concat(this).concat(Array.of(Array.of(*arguments)))


# Production's runtime has the standard's own methods; the offline one has Node's Buffer.
# https://tc39.es/proposal-arraybuffer-base64/
_decodes_natively: Final = hasattr(Uint8Array, "fromBase64")
_encodes_natively: Final = hasattr(Uint8Array.prototype, "toBase64")


def _decode(text: JsProxy) -> JsProxy:
    if _decodes_natively:
        return Reflect.apply(Uint8Array.fromBase64, Uint8Array, text)
    # A Buffer itself cannot cross on Pyodide 0.26; a plain Uint8Array made of it can.
    buffers = call_inside(js.Buffer.from_, js.Buffer, text.concat(Array.of("base64")))
    return Reflect.construct(Uint8Array, buffers)


def _encode(array: JsProxy) -> JsProxy:
    if _encodes_natively:
        return apply_inside(Uint8Array.prototype.toBase64, Array.of(array))
    whole = Array.of(array.buffer, array.byteOffset, array.byteLength)
    return apply_inside(
        js.Buffer.prototype.toString, call_inside(js.Buffer.from_, js.Buffer, whole), "base64"
    )


def held(blob: Blob) -> "JsBlob":
    """Answer *blob* as what every blob of this platform is."""
    if not isinstance(blob, JsBlob):
        raise TypeError(f"{type(blob).__name__} is not held by the platform")
    return blob


@dataclass(frozen=True, slots=True, eq=False)
class JsBlob:
    """Bytes on the JavaScript side: a ``Uint8Array``; *text* is an array of their base64 where known."""

    array: JsProxy
    size: int
    text: JsProxy | None = None

    @classmethod
    def of(cls, buffer: JsProxy) -> "JsBlob":
        """Hold an ``ArrayBuffer``."""
        array = Uint8Array.new(buffer)
        return cls(array, array.length)

    @classmethod
    def from_base64(cls, text: JsProxy) -> "JsBlob":
        """Decode the base64 in an array of one. Raises JsException where it is none."""
        array = _decode(text)
        return cls(array, array.length, text)

    def read(self, start: int, stop: int) -> bytes:
        """Copy some bytes into Python."""
        return bytes(self.array.subarray(start, stop).to_bytes())

    def base64(self) -> JsProxy:
        """Answer the base64 in an array of one."""
        return self.text if self.text is not None else _encode(self.array)
