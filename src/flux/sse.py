"""Server-sent events, as OpenAI's clients read them.

Only ``data:`` and ``event:`` lines and comments are written: the Python SDK fails on events that have an
``id:`` or ``retry:`` line and no data (clients.md, 1.6).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from flux.blobs import Text, encode_json, join

# Comments are ignored by every parser (https://html.spec.whatwg.org/multipage/server-sent-events.html);
# they keep proxies and idle timers from cutting a stream while a picture is drawn.
PING: Final = ": keep-alive\n\n"
DONE: Final = "data: [DONE]\n\n"
QUIET_SECONDS: Final = 5.0
"""A stream that says nothing from one tick to the next gets a ping: one in 10 s at the least."""


class ClientLeft(Exception):
    """Nobody reads the stream any more."""


Write = Callable[[Text], Awaitable[None]]


def event(value: object, *, name: str | None = None) -> Text:
    """Write *value* as one event, with an ``event:`` line when it has a *name*."""
    return join(f"event: {name}\ndata: " if name else "data: ", encode_json(value), "\n\n")


async def send(chunks: AsyncIterator[Text], write: Write, *, quiet: float = QUIET_SECONDS) -> bool:
    """Write *chunks* as they come, and pings while none comes; say whether the client stayed to the end.

    When *write* raises ClientLeft, the chunks are still read to the end: a picture comes of it.
    """
    line = _Line(write)
    # One timer for the whole stream: a timer or a task for each chunk costs more than the chunk.
    pinging = asyncio.ensure_future(_ping(line, quiet))
    try:
        async for chunk in chunks:
            await line.say(chunk)
    finally:
        pinging.cancel()
    return line.open


@dataclass(slots=True)
class _Line:
    """The way to the client, as long as there is one."""

    write: Write
    open: bool = True
    quiet: bool = True

    async def say(self, text: Text) -> None:
        self.quiet = False
        if self.open:
            try:
                await self.write(text)
            except ClientLeft:
                self.open = False


async def _ping(line: _Line, quiet: float) -> None:
    while line.open:
        line.quiet = True
        await asyncio.sleep(quiet)
        if line.quiet:
            await line.say(PING)
