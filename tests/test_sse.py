import asyncio
from collections.abc import AsyncIterator

import pytest

from flux import sse
from flux.blobs import Base64, Text
from flux.sse import DONE, PING, ClientLeft, event, send
from tests.conftest import LoopClock
from tests.fakes import FakeBlob, filled

HOLE = Base64(FakeBlob(b"picture"))


class Listener:
    """A client that leaves after so many writes."""

    def __init__(self, stays_for: int = 1000) -> None:
        self.heard: list[Text] = []
        self.stays_for = stays_for

    async def write(self, text: Text) -> None:
        if len(self.heard) == self.stays_for:
            raise ClientLeft
        self.heard.append(text)


class Speaker:
    """Gives each text when its event is set."""

    def __init__(self, *texts: str) -> None:
        self.gates = [(asyncio.Event(), text) for text in texts]
        self.finished = False

    def let(self, number: int) -> None:
        self.gates[number][0].set()

    async def chunks(self) -> AsyncIterator[Text]:
        for gate, text in self.gates:
            await gate.wait()
            yield text
        self.finished = True


async def _each(*texts: str) -> AsyncIterator[Text]:
    for text in texts:
        yield text


@pytest.mark.parametrize(
    ("value", "name", "written"),
    [
        ({"a": 1}, None, 'data: {"a":1}\n\n'),
        ({"a": "two\nlines"}, None, 'data: {"a":"two\\nlines"}\n\n'),
        (
            {"type": "image_generation.completed"},
            "image_generation.completed",
            'event: image_generation.completed\ndata: {"type":"image_generation.completed"}\n\n',
        ),
        ({"b64_json": HOLE}, None, 'data: {"b64_json":"cGljdHVyZQ=="}\n\n'),
    ],
)
def test_an_event_is_one_data_line(value: object, name: str | None, written: str) -> None:
    assert filled(event(value, name=name)) == written


def test_the_end_and_the_ping_read_as_every_parser_takes_them() -> None:
    assert (DONE, PING) == ("data: [DONE]\n\n", ": keep-alive\n\n")


async def test_chunks_are_written_in_order_without_pings() -> None:
    listener = Listener()
    assert await send(_each("a", "b", "c"), listener.write)
    assert listener.heard == ["a", "b", "c"]


async def test_pings_fill_a_silence(loop_clock: LoopClock) -> None:
    listener, speaker = Listener(), Speaker("a", "b")
    sending = asyncio.ensure_future(send(speaker.chunks(), listener.write, quiet=1))
    await loop_clock.advance(0)
    speaker.let(0)
    for _ in range(4):
        await loop_clock.advance(1.01)
    speaker.let(1)
    assert await sending
    assert listener.heard == ["a", PING, PING, PING, "b"]


async def test_there_is_never_a_silence_of_more_than_ten_seconds(loop_clock: LoopClock) -> None:
    listener, speaker = Listener(), Speaker("a", "b")
    sending = asyncio.ensure_future(send(speaker.chunks(), listener.write))
    await loop_clock.advance(0.1)
    speaker.let(0)
    await loop_clock.advance(0)
    for pings in range(1, 4):
        for _ in range(10):
            await loop_clock.advance(1)
        assert listener.heard.count(PING) >= pings
    speaker.let(1)
    await sending


async def test_no_ping_follows_the_end(loop_clock: LoopClock) -> None:
    listener = Listener()
    await send(_each("a"), listener.write, quiet=1)
    await loop_clock.advance(60)
    assert listener.heard == ["a"]


async def test_chunks_are_read_to_the_end_when_the_client_has_left() -> None:
    listener, speaker = Listener(stays_for=1), Speaker("a", "b", "c")
    for number in range(3):
        speaker.let(number)
    assert not await send(speaker.chunks(), listener.write)
    assert (listener.heard, speaker.finished) == (["a"], True)


async def test_a_client_that_leaves_at_a_ping_is_pinged_no_more(loop_clock: LoopClock) -> None:
    listener, speaker = Listener(stays_for=0), Speaker("a")
    sending = asyncio.ensure_future(send(speaker.chunks(), listener.write, quiet=1))
    for _ in range(3):
        await loop_clock.advance(1.01)
    speaker.let(0)
    assert not await sending
    assert (listener.heard, speaker.finished) == ([], True)


async def test_a_failure_of_the_chunks_is_passed_on() -> None:
    async def failing() -> AsyncIterator[Text]:
        yield "a"
        raise RuntimeError("no more")

    listener = Listener()
    with pytest.raises(RuntimeError, match="no more"):
        await send(failing(), listener.write)
    assert listener.heard == ["a"]


def test_a_stream_may_be_quiet_for_five_seconds_from_tick_to_tick() -> None:
    assert sse.QUIET_SECONDS == 5
