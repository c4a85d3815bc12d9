"""Server-sent events, as OpenAI's clients read them.

Only ``data:`` and ``event:`` lines and comments are written: the Python SDK fails on events that have an
``id:`` or ``retry:`` line and no data (clients.md, 1.6).
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from flux.blobs import Text, encode_json, join

# Comments are ignored by every parser (https://html.spec.whatwg.org/multipage/server-sent-events.html);
# they keep proxies and idle timers from cutting a stream while a picture is drawn.
PING: Final = ": keep-alive\n\n"
DONE: Final = "data: [DONE]\n\n"
PING_SECONDS: Final = 10.0


def event(value: object, *, name: str | None = None) -> Text:
    """Write *value* as one event, with an ``event:`` line when it has a *name*."""
    return join(f"event: {name}\ndata: " if name else "data: ", encode_json(value), "\n\n")


async def with_pings(events: AsyncIterator[Text], *, every: float = PING_SECONDS) -> AsyncIterator[Text]:
    """Pass *events* on; while one takes longer than *every* seconds, send a `PING` in between."""
    while True:
        coming = asyncio.ensure_future(anext(events, None))
        while not (await asyncio.wait({coming}, timeout=every))[0]:
            yield PING
        text = coming.result()
        if text is None:
            return
        yield text
