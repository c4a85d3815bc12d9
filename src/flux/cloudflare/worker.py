"""Putting the service together from the Worker's environment, and answering its requests."""

import asyncio
import json
import logging
import sys
from typing import Any, Final

import js
import pyodide
from pyodide.ffi import JsProxy

from flux import settings
from flux.app import App
from flux.cloudflare.border import js_object, wait_until
from flux.cloudflare.client import FetchClient
from flux.cloudflare.inference import BindingInference, RestInference
from flux.cloudflare.requests import from_js
from flux.cloudflare.responses import to_response
from flux.cloudflare.shrinking import ImagesShrinker
from flux.cloudflare.storage import KvImageStore
from flux.errors import NO_RETRY, ApiError
from flux.http import JSON
from flux.ports import Inference, Runtime, Services
from flux.settings import InferenceMode, Settings

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stdout)

_apps: dict[str, App] = {}
"""The one application of this isolate: its settings and bindings never change while it lives."""

_FAILED: Final = json.dumps(ApiError("The server failed; the failure was logged.").body())


def on_fetch(request: JsProxy, env: JsProxy, context: JsProxy) -> Any:
    """Answer the Worker's ``fetch``.

    The coroutine starts at once; where it finishes without waiting for anything, its response is answered
    directly and no task ever reaches the event loop.
    """
    task = asyncio.Task(  # type: ignore[call-arg]  # Python 3.12's, which the oldest runtime has
        _answer(request, env, context), loop=asyncio.get_event_loop(), eager_start=True
    )
    if task.done():
        return task.result()
    # A picture that is being drawn is paid for: it is finished and stored even when the client leaves.
    wait_until(context, task)
    return task


async def _answer(request: JsProxy, env: JsProxy, context: JsProxy) -> JsProxy:
    try:
        app = _apps.get("app")
        if app is None:
            app = _apps["app"] = App(assemble(env))
        return to_response(await app.handle(from_js(request)), context)
    except Exception:
        # The application never raises; the interop's own mistakes end here. Uncaught, the runtime would
        # show their traceback to the client.
        logging.getLogger("flux").exception("the interop failed")
        return js.Response.new(_FAILED, js_object({"status": 500, "headers": dict([JSON, *NO_RETRY])}))


def assemble(env: JsProxy) -> Services:
    """Read the settings and bindings of *env*."""
    loaded = settings.load({name: text for name in settings.NAMES if (text := _variable(env, name))})
    namespace, images = getattr(env, "FLUX_CF_KV", None), getattr(env, "IMAGES", None)
    return Services(
        settings=loaded,
        inference=_inference(loaded, getattr(env, "AI", None)),
        images=KvImageStore(namespace) if namespace else None,
        http=FetchClient(),
        shrinker=ImagesShrinker(images) if images else None,
        runtime=Runtime(pyodide=pyodide.__version__),
    )


def _variable(env: JsProxy, name: str) -> str:
    """Answer a variable as text; one given as JSON in wrangler.toml is written out again."""
    value = getattr(env, name, None)
    if isinstance(value, str):
        return value
    written = js.JSON.stringify(value)
    return "" if written is None or written == "null" else str(written)


def _inference(loaded: Settings, ai: JsProxy | None) -> Inference | None:
    if ai and loaded.inference is not InferenceMode.REST:
        return BindingInference(ai)
    if loaded.account_id and loaded.api_token and loaded.inference is not InferenceMode.BINDING:
        return RestInference(loaded.api_base, loaded.account_id, loaded.api_token)
    return None
