"""Workers AI by its binding and by REST; both answer a ``Response``, read in one way.

https://developers.cloudflare.com/workers-ai/configuration/bindings/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import js
from js import Array, FormData, Object, Response
from pyodide.ffi import JsException, JsProxy

from flux.blobs import Blob
from flux.cloudflare.border import JsBlob, abort_signal, held, js_object
from flux.ports import ModelCall
from flux.upstream import UpstreamFailure, read_failure, read_message

_READ: Final = 16_384
"""Characters of a failed answer that are read; Workers AI's own failures are much shorter."""


@dataclass(frozen=True, slots=True)
class BindingInference:
    """Workers AI by the binding ``AI``."""

    ai: JsProxy
    kind: str = "binding"

    async def draw(self, call: ModelCall) -> Blob:
        """Run an image model."""
        return await _picture(await self._run(call.model, self._inputs(call)))

    async def write(self, model: str, messages: Sequence[Mapping[str, str]], limit: int) -> object:
        """Run a text model."""
        inputs = js_object({"messages": list(messages), "max_tokens": limit})
        return await _value(await self._run(model, inputs))

    def _inputs(self, call: ModelCall) -> JsProxy:
        if not call.multipart:
            return js_object(call.inputs)
        # A form given as it is loses its boundary; a response made of it tells it. It is read once.
        form = Response.new(_form(call))
        multipart = {"body": form.body, "contentType": form.headers.get("content-type")}
        return js_object({"multipart": multipart})

    async def _run(self, model: str, inputs: JsProxy) -> JsProxy:
        # Concurrent calls share the binding's options, so every call asks for the raw response.
        with abort_signal() as signal:
            options = js_object({"returnRawResponse": True, "signal": signal})
            try:
                return await self.ai.run(model, inputs, options)
            except JsException as error:
                raise read_message(str(error.message)) from error


@dataclass(frozen=True, slots=True)
class RestInference:
    """Workers AI by Cloudflare's REST API."""

    base: str
    account: str
    token: str
    kind: str = "rest"

    async def draw(self, call: ModelCall) -> Blob:
        """Run an image model."""
        if call.multipart:
            return await _picture(await self._post(call.model, _form(call), {}))
        return await _picture(await self._post_json(call.model, call.inputs))

    async def write(self, model: str, messages: Sequence[Mapping[str, str]], limit: int) -> object:
        """Run a text model."""
        return await _value(await self._post_json(model, {"messages": messages, "max_tokens": limit}))

    async def _post_json(self, model: str, inputs: Mapping[str, object]) -> JsProxy:
        return await self._post(model, json.dumps(inputs), {"content-type": "application/json"})

    async def _post(self, model: str, body: Any, headers: Mapping[str, str]) -> JsProxy:
        url = f"{self.base}/accounts/{self.account}/ai/run/{model}"
        headers = {"authorization": f"Bearer {self.token}", **headers}
        with abort_signal() as signal:
            init = js_object({"method": "POST", "headers": headers, "body": body, "signal": signal})
            try:
                return await js.fetch(url, init)
            except JsException as error:
                raise UpstreamFailure(None, None, str(error.message)) from error


def _form(call: ModelCall) -> JsProxy:
    form = FormData.new()
    for name, value in call.inputs.items():
        form.append(name, str(value))
    for name, file in call.files.items():
        part = js.Blob.new(Array.of(held(file.blob).array), js_object({"type": file.mime}))
        form.append(name, part, f"{name}.{file.mime.rpartition('/')[2]}")
    return form


async def _picture(response: JsProxy) -> Blob:
    """Take the picture out of an answer, its base64 unseen by Python. Raises UpstreamFailure."""
    content_type = str(response.headers.get("content-type") or "")
    if not response.ok or not content_type.startswith(("application/json", "image/", "application/octet")):
        raise read_failure(response.status, (await _text(response))[:_READ])
    if content_type.startswith("application/json"):
        return _picture_in(await _json(response))
    return JsBlob.of(await _reading(response.arrayBuffer()))


def _picture_in(value: Any) -> Blob:
    """Find ``image`` in the binding's answer, or under ``result`` in REST's envelope."""
    names = list(Object.keys(value)) if isinstance(value, JsProxy) else []
    if "result" in names and value.result:
        return _picture_in(value.result)
    if "image" not in names:
        raise read_failure(200, str(js.JSON.stringify(value))[:_READ])
    at = names.index("image")
    try:
        return JsBlob.from_base64(Object.values(value).slice(at, at + 1))
    except JsException as error:
        raise UpstreamFailure(200, None, f"the picture is not base64: {error.message}") from error


async def _value(response: JsProxy) -> object:
    if not response.ok:
        raise read_failure(response.status, (await _text(response))[:_READ])
    value = await _json(response)
    return value.to_py() if isinstance(value, JsProxy) else value


async def _json(response: JsProxy) -> Any:
    try:
        return await response.json()
    except JsException as error:
        # What is not JSON came whole and may be paid for; a connection that broke may be tried again.
        status = 200 if error.name == "SyntaxError" else None
        raise UpstreamFailure(status, None, str(error.message)) from error


async def _text(response: JsProxy) -> str:
    return str(await _reading(response.text()))


async def _reading(promise: Any) -> Any:
    try:
        return await promise
    except JsException as error:
        raise UpstreamFailure(None, None, str(error.message)) from error
