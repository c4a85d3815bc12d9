"""The stand-in's routes, on one screen."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import calls, chat, control, images
from simulator.calls import CallLog
from simulator.chat import Chat
from simulator.control import FaultQueue
from simulator.models import MODELS
from simulator.running import run
from simulator.wire import Binding, Credentials, Rest, Wire


def create_app(credentials: Credentials | None = None) -> Starlette:
    """Return a stand-in of its own: no fault waiting, no call recorded."""
    app = Starlette(
        routes=[
            Route("/", index),
            Route("/run", called_by(Binding()), methods=["POST"]),
            Route("/ai-gateway/run", called_by(Binding(gateway=True)), methods=["POST"]),
            Route("/client/v4/accounts/{account}/ai/run/{model:path}", called_by(Rest()), methods=["POST"]),
            Route("/v1/chat/completions", called_by(Chat()), methods=["POST"]),
            Route("/v1/models", chat.models),
            Route("/images", images.transform, methods=["POST"]),
            Route("/control", control.show, methods=["GET"]),
            Route("/control", control.queue, methods=["POST"]),
            Route("/control", control.clear, methods=["DELETE"]),
            Route("/calls", calls.index, methods=["GET"]),
            Route("/calls", calls.clear, methods=["DELETE"]),
        ],
        exception_handlers={HTTPException: unknown},
    )
    app.state.credentials = credentials or Credentials()
    app.state.faults = FaultQueue()
    app.state.calls = CallLog()
    return app


def called_by(wire: Wire) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler that runs models for one wire."""

    async def handler(request: Request) -> Response:
        return await run(request, wire)

    return handler


async def index(_: Request) -> Response:
    """Say what this is."""
    return JSONResponse(
        {
            "name": "Workers AI stand-in",
            "about": "A development tool. Its pictures are not drawn by a FLUX model; nothing is billed.",
            "models": list(MODELS),
            "control": "/control",
            "calls": "/calls",
        }
    )


async def unknown(request: Request, error: Exception) -> Response:
    """Answer a path or a method that is not there."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": f"{request.method} {request.url.path}: nothing here"}, status)
