"""``POST /v1/chat/completions``: a picture as a chat answer, whole or streamed."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Final

from flux import sse
from flux.api.side_calls import respond
from flux.blobs import Text, encode_json, join
from flux.calls import Call, Submission, read_json
from flux.catalog import ModelSpec, find_model
from flux.chat_answer import Attached, ChatAnswer
from flux.errors import ApiError, MissingParameter
from flux.fields import Fields
from flux.generation import ImageGenerator
from flux.generation_job import GenerationJob
from flux.grammar import Prompt, parse_prompt
from flux.http import EVENT_STREAM, JSON, Response, Stream
from flux.images import ImageRequest
from flux.languages import choose_texts
from flux.messages import Message, last_user_message, parse_messages
from flux.planning import plan
from flux.references import ReferenceLoader, Source, fitted
from flux.settings import SideCalls
from flux.side_call_recognition import recognise
from flux.sizes import parse_size
from flux.structured import parse_structured
from flux.wire import Completion, chat_usage, estimate_headers, finished_headers

MAX_PICTURES: Final = 4
"""Pictures in one chat answer."""


async def complete(call: Call) -> Response:
    """Draw what the last user message asks for."""
    submission = await read_json(call.request)
    settings, fields = call.services.settings, submission.fields
    streamed = fields.boolean("stream")
    announces_usage = streamed and _wants_usage(fields)
    messages = parse_messages(fields)
    model = find_model(fields.text("model") or settings.default_model.id, settings.enabled_models)
    if settings.side_calls is SideCalls.ANSWER and (side_call := recognise(fields, messages)):
        completion = _completion(call, model, announces_usage=announces_usage)
        return respond(call, side_call, messages[-1].text, completion, streamed=streamed)
    answer = await _chat_answer(call, submission, messages, model)
    completion = _completion(call, answer.job.drawing.model, announces_usage=announces_usage)
    return _streamed(answer, completion) if streamed else await _whole(answer, completion)


def _completion(call: Call, model: ModelSpec, *, announces_usage: bool) -> Completion:
    name = "chatcmpl-" + call.services.entropy(12).hex()
    return Completion(name, int(call.services.now()), model.id, announces_usage)


async def _chat_answer(
    call: Call, submission: Submission, messages: Sequence[Message], model: ModelSpec
) -> ChatAnswer:
    """Read all of the request, so that every error of the client's comes before anything is paid for."""
    settings, fields = call.services.settings, submission.fields
    message = last_user_message(messages)
    written = message.text.strip()
    prompt = Prompt(written) if parse_structured(written) else parse_prompt(written)
    if not prompt.text:
        raise MissingParameter("The message gives a size but says nothing to draw.", param="messages")
    size = prompt.size or parse_size(fields.text("size"))
    request = ImageRequest.parse(fields, prompt=prompt.text, model=model, size=size, max_count=MAX_PICTURES)
    loader = ReferenceLoader(call.services, call.request.origin, submission.data_urls)
    references = await loader.load(Source("messages", address) for address in message.images)
    drawing = await fitted(plan(replace(request, references=references), settings), call.services)
    optimizes = settings.prompt_optimization if prompt.optimize is None else prompt.optimize
    return ChatAnswer(
        job=GenerationJob(ImageGenerator(call.services, call.inference(), call.label), drawing, optimizes),
        written=written,
        texts=choose_texts(settings, call.request.headers, prompt.text),
        address=call.image_address,
        attaches=_wants_images_apart(fields),
    )


def _wants_usage(fields: Fields) -> bool:
    options = fields.values.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


def _wants_images_apart(fields: Fields) -> bool:
    """Say whether the client asks for OpenRouter's ``images[]``; shown in both places they appear twice."""
    modalities = fields.values.get("modalities")
    return isinstance(modalities, list) and "image" in modalities


async def _whole(answer: ChatAnswer, completion: Completion) -> Response:
    pieces = [piece async for piece in answer.tell()]
    content = join(*[piece for piece in pieces if not isinstance(piece, Attached)])
    images = [piece.url for piece in pieces if isinstance(piece, Attached)]
    headers = (JSON, *finished_headers(answer.job))
    whole = completion.whole(content, images, chat_usage(answer.written, content))
    return Response(encode_json(whole), headers=headers)


def _streamed(answer: ChatAnswer, completion: Completion) -> Response:
    def tell(error: ApiError) -> list[Text]:
        # Some apps show only text and ignore error events; both are sent (clients.md, 1.6).
        said = "\n\n" + answer.texts.failed.format(reason=answer.texts.reason(error))
        return [sse.event(completion.chunk({"content": said})), sse.event(error.body()), sse.DONE]

    headers = EVENT_STREAM + estimate_headers(answer.job.drawing)
    return Response(Stream(_events(answer, completion), tell), headers=headers)


async def _events(answer: ChatAnswer, completion: Completion) -> AsyncIterator[Text]:
    yield sse.event(completion.chunk({"role": "assistant", "content": ""}))
    said = []
    async for piece in answer.tell():
        if isinstance(piece, Attached):
            yield sse.event(completion.image_chunk(piece.url, len(answer.job.images) - 1))
        else:
            said.append(piece)
            yield sse.event(completion.chunk({"content": piece}))
    yield sse.event(completion.chunk({}, "stop"))
    if completion.announces_usage:
        yield sse.event(completion.usage_chunk(chat_usage(answer.written, join(*said))))
    yield sse.DONE
