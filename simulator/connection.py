"""Connections that can be broken: what the faults `cut`, `cut-early` and `hang` need of the server."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT: Final = "simulator.transport"


class BreakableProtocol(H11Protocol):
    """HTTP/1.1 that tells each request which transport it came by."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport into the scope of every request to come."""
        super().connection_made(transport)
        inner = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = app


class Severed(Response):
    """No answer at all: the connection is closed."""

    def __init__(self) -> None:
        super().__init__(status_code=0)

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Close the connection."""
        await _sever(scope, receive)


class CutShort(Response):
    """An answer that promises its whole length, and breaks off at half of it."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code)
        self.raw_headers = whole.raw_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the first half, then close the connection."""

        async def half(message: Message) -> None:
            body = message.get("body", b"")
            more = {"body": body[: len(body) // 2], "more_body": True} if body else {}
            await send({**message, **more})

        await super().__call__(scope, receive, half)
        await _sever(scope, receive)


async def client_left(request: Request, longest: float) -> None:
    """Wait until the client closes the connection, but not for ever."""
    try:
        async with asyncio.timeout(longest):
            await _disconnected(request.receive)
    except TimeoutError:
        return


async def _sever(scope: Scope, receive: Receive) -> None:
    if TRANSPORT not in scope:
        raise ConnectionResetError("cut by a fault")
    scope[TRANSPORT].close()
    # Once the server knows of it, it does not take the unfinished answer for a mistake of ours.
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
