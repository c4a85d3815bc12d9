"""The one path of every call of a model, whichever wire it came by.

Admission, model and schema are checked first; only then does a fault come into play. So a call that is wrong
in itself is always told so, and never uses up a fault that was meant for another.
"""

import asyncio
import base64
import time
from contextlib import AbstractContextManager, nullcontext

from starlette.requests import Request
from starlette.responses import Response

from simulator.bodies import content_type
from simulator.calls import Call, CallLog
from simulator.connection import CutShort, Severed, client_left
from simulator.control import FaultQueue
from simulator.drawing import draw, encode
from simulator.faults import Act, Canned, Cut, Hang, NoChoices, Reencode, Rewrite, Spoil
from simulator.models import Encoding, ImageModel, Model, TextModel
from simulator.refusals import Refusal, Refused
from simulator.sketch import Sketch
from simulator.texts import Reply, as_choices, as_response, improve
from simulator.wire import Credentials, Wire


async def run(request: Request, wire: Wire) -> Response:
    """Answer a call, and record it."""
    log: CallLog = request.app.state.calls
    call = Call(wire.route, content_type(request), dict(request.query_params))
    with log.under_way(call):
        try:
            response = await _checked(request, wire, call)
        except Refused as refused:
            response = wire.refusal(refused.refusal, call.id)
        call.status = response.status_code or None
        response.headers["cf-ai-req-id"] = call.id
        response.headers["cf-ai-neurons"] = str(call.neurons)
    return response


async def _checked(request: Request, wire: Wire, call: Call) -> Response:
    """Answer a call that may be made and can be carried out."""
    credentials: Credentials = request.app.state.credentials
    faults: FaultQueue = request.app.state.faults
    wire.admit(request, credentials)
    call.model = await wire.model(request)
    model = wire.find(call.model)
    call.target = model.target
    inputs, call.options = await wire.inputs(request)
    call.received(inputs.values)
    values = model.check(inputs)
    call.accepted(values)
    order = faults.take(model.target, call.model)
    call.fault, call.delay = order.fault, order.delay
    with _counted(request, model):
        await asyncio.sleep(order.delay)
        instead = await _afflicted(request, order.act)
        return instead if instead is not None else await _answered(wire, call, model, values, order.act)


def _counted(request: Request, model: Model) -> AbstractContextManager[None]:
    log: CallLog = request.app.state.calls
    return log.drawing() if isinstance(model, ImageModel) else nullcontext()


async def _afflicted(request: Request, act: Act | None) -> Response | None:
    """Do what stands in the place of any answer, if something does."""
    match act:
        case Refusal():
            raise Refused(act)
        case Canned(status, mime, body):
            return Response(body, status, {"content-type": mime})
        case Cut(early=True):
            return Severed()
        case Hang(longest):
            await client_left(request, longest)
            return Severed()
    return None


async def _answered(
    wire: Wire, call: Call, model: Model, values: dict[str, object], act: Act | None
) -> Response:
    """Do the model's work, and spoil it if so ordered."""
    match model:
        case ImageModel():
            response = await _picture(wire, call, model, model.sketch(values), act)
        case TextModel():
            response = _text(wire, call, model, model.asked(values), act)
    return CutShort(response) if act == Cut(early=False) else response


async def _picture(wire: Wire, call: Call, model: ImageModel, sketch: Sketch, act: Act | None) -> Response:
    encoding = act.encoding if isinstance(act, Reencode) else model.encoding
    drawn = await asyncio.to_thread(_drawn, sketch, encoding)
    call.seed, call.neurons = sketch.seed, round(model.price(sketch), 4)
    data = act.change(drawn) if isinstance(act, Spoil) else drawn
    if model.raw:
        return Response(data, media_type=encoding.mime)
    return wire.result({} if data is None else {"image": base64.b64encode(data).decode()})


def _drawn(sketch: Sketch, encoding: Encoding) -> bytes:
    return encode(draw(sketch), encoding)


def _text(wire: Wire, call: Call, model: TextModel, asked: str, act: Act | None) -> Response:
    written = improve(asked)
    text = act.change(written) if isinstance(act, Rewrite) else written
    reply = Reply(asked, text, absent=isinstance(act, NoChoices))
    cost = model.price(reply.usage["prompt_tokens"], reply.usage["completion_tokens"])
    call.neurons = round(cost, 4)
    if model.choices:
        return wire.result(as_choices(reply, model.id, call.id, int(time.time())))
    return wire.result(as_response(reply))
