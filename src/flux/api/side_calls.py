"""Answering a side call in the shape of a chat answer, whole or streamed."""

from collections.abc import AsyncIterator

from flux import sse
from flux.blobs import Text, encode_json
from flux.calls import Call
from flux.errors import ApiError
from flux.http import EVENT_STREAM, JSON, Response, Stream
from flux.languages import accepted_language, choose_texts
from flux.side_calls import SideCall, ToolCall
from flux.texts import TEXTS, Texts
from flux.wire import Completion, chat_usage


def respond(
    call: Call, side_call: SideCall, asked: str, completion: Completion, *, streamed: bool
) -> Response:
    """Answer *side_call* at once; *asked* is what the client has to be told it used."""
    answer = side_call.answer(_texts(call, side_call))
    usage = chat_usage(asked, answer.arguments if isinstance(answer, ToolCall) else answer)
    header = ("x-side-call", side_call.name)
    if not streamed:
        return Response(encode_json(_whole(completion, answer, usage)), headers=(JSON, header))
    return Response(Stream(_events(completion, answer, usage), _tell), headers=(*EVENT_STREAM, header))


def _texts(call: Call, side_call: SideCall) -> Texts:
    settings, headers = call.services.settings, call.request.headers
    if side_call.language and settings.language == "auto" and accepted_language(headers) is None:
        return TEXTS[side_call.language]
    return choose_texts(settings, headers, side_call.subject)


def _tool_call(completion: Completion, called: ToolCall) -> dict[str, object]:
    return {
        "id": completion.id.replace("chatcmpl-", "call_"),
        "type": "function",
        "function": {"name": called.name, "arguments": called.arguments},
    }


def _whole(completion: Completion, answer: str | ToolCall, usage: dict[str, int]) -> dict[str, object]:
    if isinstance(answer, ToolCall):
        return completion.calling(_tool_call(completion, answer), usage)
    return completion.whole(answer, [], usage)


async def _events(
    completion: Completion, answer: str | ToolCall, usage: dict[str, int]
) -> AsyncIterator[Text]:
    yield sse.event(completion.chunk({"role": "assistant", "content": ""}))
    if isinstance(answer, ToolCall):
        yield sse.event(completion.chunk({"tool_calls": [{"index": 0, **_tool_call(completion, answer)}]}))
        yield sse.event(completion.chunk({}, "tool_calls"))
    else:
        yield sse.event(completion.chunk({"content": answer}))
        yield sse.event(completion.chunk({}, "stop"))
    if completion.announces_usage:
        yield sse.event(completion.usage_chunk(usage))
    yield sse.DONE


def _tell(error: ApiError) -> list[Text]:
    return [sse.event(error.body()), sse.DONE]
