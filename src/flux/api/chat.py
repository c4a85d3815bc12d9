"""``POST /v1/chat/completions``: a picture as a chat answer, whole or streamed."""

from collections.abc import AsyncIterator
from typing import Final

from flux import sse
from flux.blobs import Text, encode_json, join
from flux.calls import Call, read_json
from flux.catalog import find_model
from flux.errors import ApiError, MissingParameter
from flux.fields import Fields
from flux.generation import Artist
from flux.grammar import parse_prompt
from flux.http import EVENT_STREAM, JSON, Response, Stream
from flux.images import ImageRequest, plan
from flux.languages import choose_texts
from flux.messages import last_user_message, parse_messages
from flux.narration import Narration
from flux.sizes import parse_size
from flux.wire import Completion, chat_usage, drawing_headers, server_timing

MAX_PICTURES: Final = 4
"""Pictures in one chat answer."""


async def complete(call: Call) -> Response:
    """Draw what the last user message asks for."""
    fields = await read_json(call.request)
    streamed = fields.boolean("stream")
    narration = _narration(call, fields)
    completion = Completion(
        "chatcmpl-" + call.services.entropy(12).hex(),
        int(call.services.now()),
        narration.drawing.model.id,
        streamed and _wants_usage(fields),
    )
    return _streamed(narration, completion) if streamed else await _whole(narration, completion)


def _narration(call: Call, fields: Fields) -> Narration:
    """Read all of the request, so that every error of the client's comes before anything is paid for."""
    settings = call.services.settings
    written = last_user_message(parse_messages(fields)).text.strip()
    prompt = parse_prompt(written)
    if not prompt.text:
        raise MissingParameter("The message gives a size but says nothing to draw.", param="messages")
    request = ImageRequest.parse(
        fields,
        prompt=prompt.text,
        model=find_model(fields.text("model") or settings.default_model.id, settings.enabled_models),
        size=prompt.size or parse_size(fields.text("size")),
        max_count=MAX_PICTURES,
    )
    return Narration(
        artist=Artist(call.services, call.inference(), call.label),
        drawing=plan(request, settings),
        written=written,
        optimizes=settings.prompt_optimization if prompt.optimize is None else prompt.optimize,
        texts=choose_texts(settings, call.request.headers, prompt.text),
        address=call.image_address,
    ).checked()


def _wants_usage(fields: Fields) -> bool:
    options = fields.values.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


async def _whole(narration: Narration, completion: Completion) -> Response:
    content = join(*[text async for text in narration.tell()])
    headers = (
        JSON,
        *drawing_headers(narration.drawing, len(narration.drawn)),
        *server_timing(narration.drawn, narration.optimize_seconds),
    )
    whole = completion.whole(content, chat_usage(narration.written, content))
    return Response(encode_json(whole), headers=headers)


def _streamed(narration: Narration, completion: Completion) -> Response:
    def tell(error: ApiError) -> list[Text]:
        # Some apps show only text and ignore error events; both are sent (clients.md, 1.6).
        said = "\n\n" + narration.texts.failed.format(reason=error.message)
        return [sse.event(completion.chunk({"content": said})), sse.event(error.body()), sse.DONE]

    headers = EVENT_STREAM + drawing_headers(narration.drawing, narration.drawing.count)
    return Response(Stream(_events(narration, completion), tell), headers=headers)


async def _events(narration: Narration, completion: Completion) -> AsyncIterator[Text]:
    yield sse.event(completion.chunk({"role": "assistant", "content": ""}))
    said = []
    async for text in narration.tell():
        said.append(text)
        yield sse.event(completion.chunk({"content": text}))
    yield sse.event(completion.chunk({}, "stop"))
    if completion.announces_usage:
        yield sse.event(completion.usage_chunk(chat_usage(narration.written, join(*said))))
    yield sse.DONE
