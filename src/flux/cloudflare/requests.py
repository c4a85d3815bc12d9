"""The platform's ``Request`` as the core's."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from js import JSON, Array, RegExp, String, TextDecoder
from pyodide.ffi import JsException, JsProxy

from flux.blobs import Blob
from flux.cloudflare.border import JsBlob, apply, apply_inside, call_inside
from flux.errors import InvalidBody, PayloadTooLarge
from flux.http import MAX_BODY, BodyText, DataUrl, FormEntry, Request, Upload

_SMALL: Final = 8192
"""Bytes up to which a body is read straight into Python: no picture is that small."""


def from_js(request: JsProxy) -> Request:
    """Answer the core's view of *request*; its headers and body are read when they are asked for."""
    scheme, _, rest = str(request.url).partition("://")
    host, slash, target = rest.partition("/")
    path, _, query = target.partition("?")
    return Request(
        method=str(request.method),
        path=slash + path,
        origin=f"{scheme}://{host}",
        headers=_Headers(request.headers),
        body=_Body(request),
        query=dict(parse_qsl(query)) if query else {},
    )


@dataclass(frozen=True, slots=True)
class _Headers:
    """The headers, read one by one: each costs a crossing."""

    headers: JsProxy

    def get(self, name: str) -> str | None:
        # JavaScript's null is None on Pyodide 0.26 and jsnull on 314; neither is true.
        return self.headers.get(name) or None


@dataclass(frozen=True, slots=True)
class _Body:
    """The body; what is long stays on the JavaScript side."""

    request: JsProxy

    async def text(self) -> BodyText:
        length = self._declared_length()
        _check(length or 0)
        if length is not None and length <= _SMALL:
            text = str(await _reading(self.request.text()))
            return _take_out(Array.of(text)) if ";base64," in text else BodyText(text)
        buffer = await _reading(self.request.arrayBuffer())
        _check(buffer.byteLength)
        decoder = TextDecoder.new()
        return _take_out(call_inside(decoder.decode, decoder, Array.of(buffer)))

    async def form(self) -> Sequence[FormEntry]:
        _check(self._declared_length() or 0)
        try:
            form = await self.request.formData()
            return [await _entry(*pair) for pair in form.entries()]
        except JsException as error:
            raise InvalidBody("The body is not the multipart form that its Content-Type says.") from error

    def _declared_length(self) -> int | None:
        declared = self.request.headers.get("content-length")
        return int(declared) if declared and declared.isdecimal() else None


async def _entry(name: str, value: str | JsProxy) -> FormEntry:
    if not isinstance(value, str):
        return name, Upload(JsBlob.of(await value.arrayBuffer()), str(value.name))
    if value.startswith("data:") and ";base64," in value[:128]:
        with suppress(ValueError):
            return name, Upload(_DataUrl(Array.of(value)).decode())
    return name, value


async def _reading(promise: Any) -> Any:
    try:
        return await promise
    except JsException as error:
        raise InvalidBody("The body broke off.") from error


def _check(length: int) -> None:
    if length > MAX_BODY:
        raise PayloadTooLarge(f"The body has {length} bytes; {MAX_BODY} are taken.")


# A data URL inside JSON: some encoders write its slashes as \/ and its other signs as \u00XX.
_DATA_URL: Final = r"data:(?:[\w.+-]|\\?/)*(?:;[\w.+=-]+)*;base64,(?:[\w+/=]|\\/|\\u00[0-9a-fA-F]{2})*"


def _take_out(text: JsProxy) -> BodyText:
    """Cut the data URLs out of the text in the array *text*, and number their places."""
    pattern = RegExp.new(_DATA_URL, "g")
    pieces = [str(piece) for piece in apply(String.prototype.split, text, pattern)]
    data_urls: dict[str, DataUrl] = {}
    parts = [pieces[0]]
    if len(pieces) > 1:
        found = apply(String.prototype.match, text, pattern)
        for number, piece in enumerate(pieces[1:]):
            place = f"data:,{number}"
            data_urls[place] = _DataUrl(found.slice(number, number + 1))
            parts += (place, piece)
    return BodyText("".join(parts), data_urls)


@dataclass(frozen=True, slots=True)
class _DataUrl:
    """A data URL in an array of one, as it stood in the JSON."""

    url: JsProxy

    def decode(self) -> Blob:
        url = self.url
        if apply(String.prototype.includes, url, "\\"):
            quoted = apply_inside(Array.prototype.join, Array.of(Array.of('"').concat(url).concat('"')), "")
            url = call_inside(JSON.parse, None, quoted)
        start = apply(String.prototype.indexOf, url, ",") + 1
        try:
            return JsBlob.from_base64(apply_inside(String.prototype.slice, url, start))
        except JsException as error:
            raise ValueError("the data URL is not base64") from error
