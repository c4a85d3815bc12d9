"""Outgoing HTTP by the platform's ``fetch``."""

import asyncio
from collections.abc import Mapping

import js
from js import AbortController
from pyodide.ffi import JsException

from flux.cloudflare.border import js_object
from flux.ports import HttpReply


class FetchClient:
    """An HTTP client on ``fetch``."""

    async def post(self, url: str, *, headers: Mapping[str, str], text: str) -> HttpReply:
        """Send *text*. Raises OSError when there is no answer."""
        controller = AbortController.new()
        init = {"method": "POST", "headers": dict(headers), "body": text, "signal": controller.signal}
        try:
            response = await js.fetch(url, js_object(init))
            return HttpReply(response.status, str(await response.text()))
        except JsException as error:
            raise OSError(str(error.message)) from error
        except asyncio.CancelledError:
            controller.abort()
            raise
