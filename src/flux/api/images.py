"""``POST /v1/images/generations`` and ``/v1/images/edits``: OpenAI's images API."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Final

from flux import sse
from flux.api.image_fields import parse_image_fields, reference_sources
from flux.blobs import Text, encode_json
from flux.calls import Call, read_form_or_json
from flux.errors import ApiError, MissingParameter
from flux.generation import ImageGenerator
from flux.generation_job import GenerationJob
from flux.http import EVENT_STREAM, JSON, Response, Stream
from flux.planning import plan
from flux.references import ReferenceLoader, fitted
from flux.wire import estimate_headers, finished_headers
from flux.wire_images import ImageAnswer


@dataclass(frozen=True, slots=True)
class _Kind:
    """The one route or the other: the name of its events, and whether it needs a picture to edit."""

    event: str
    edits: bool


_GENERATION: Final = _Kind("image_generation", edits=False)
_EDIT: Final = _Kind("image_edit", edits=True)


async def generate(call: Call) -> Response:
    """Draw pictures of a prompt, after reference pictures where some are given."""
    return await _draw(call, _GENERATION)


async def edit(call: Call) -> Response:
    """Draw pictures after at least one reference picture."""
    return await _draw(call, _EDIT)


async def _draw(call: Call, kind: _Kind) -> Response:
    services, submission = call.services, await read_form_or_json(call.request)
    asked = parse_image_fields(submission, services.settings, edits=kind.edits)
    sources = reference_sources(submission)
    if kind.edits and not sources:
        raise MissingParameter("'image' is required: the picture to edit.", param="image")
    references = await ReferenceLoader(services, call.request.origin, submission.data_urls).load(sources)
    request = replace(asked.request, references=references)
    drawing = await fitted(plan(request, services.settings), services)
    generator = ImageGenerator(services, call.inference(), call.label)
    answer = ImageAnswer(
        id="img-" + services.entropy(12).hex(),
        created=int(services.now()),
        job=GenerationJob(generator, drawing, services.settings.prompt_optimization),
        prompt=request.prompt,
        shows_url=asked.shows_url,
        shows_base64=asked.shows_base64,
        address=call.image_address,
    )
    return _streamed(answer, kind) if asked.streamed else await _whole(answer)


async def _whole(answer: ImageAnswer) -> Response:
    job = answer.job
    if job.optimizes:
        await job.optimize()
    async for _ in job.draw():
        pass
    return Response(encode_json(answer.whole()), headers=(JSON, *finished_headers(job)))


def _streamed(answer: ImageAnswer, kind: _Kind) -> Response:
    headers = EVENT_STREAM + estimate_headers(answer.job.drawing)
    return Response(Stream(_events(answer, kind), _told), headers=headers)


async def _events(answer: ImageAnswer, kind: _Kind) -> AsyncIterator[Text]:
    job = answer.job
    # A comment opens the stream at once, so that the client has its 200 while the picture is drawn.
    yield sse.PING
    if job.optimizes:
        await job.optimize()
    async for image in job.draw():
        value = answer.completed(kind.event, image)
        yield sse.event(value, name=str(value["type"]))
    for failure in job.failures:
        yield sse.event(failure.body(), name="error")
    yield sse.DONE


def _told(error: ApiError) -> list[Text]:
    return [sse.event(error.body(), name="error"), sse.DONE]
