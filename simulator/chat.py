"""An OpenAI-compatible chat API, for the prompt optimiser: `/v1/chat/completions` and `/v1/models`."""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.bodies import json_object
from simulator.messages import Messages
from simulator.models import Inputs, Model, TextModel
from simulator.prices import tokens
from simulator.refusals import Refusal, Refused, bad_input
from simulator.schema import Integer, Never, Number, Schema, Text
from simulator.wire import Credentials, Wire, bears

WRONG_KEY: Final = Refusal(401, 10000, "Incorrect API key provided.")
LISTED: Final = ("stand-in-writer", "gpt-4o-mini")

SCHEMA: Final[Schema] = {
    "messages": Messages(parts=True),
    "max_tokens": Integer(1),
    "max_completion_tokens": Integer(1),
    "temperature": Number(0, 2),
    "top_p": Number(0, 1),
    "presence_penalty": Number(-2, 2),
    "frequency_penalty": Number(-2, 2),
    "seed": Integer(),
    "n": Integer(1, 1),
    "stream": Never(),
    "user": Text(0),
    "reasoning_effort": Text(),
}

# OpenAI's `type` and `code` for a status.
KINDS: Final[Mapping[int, tuple[str, str | None]]] = {
    400: ("invalid_request_error", None),
    401: ("invalid_request_error", "invalid_api_key"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
}


class Chat(Wire):
    """`POST /v1/chat/completions`: any model by any name, and OpenAI's error shape."""

    route = "chat"

    def admit(self, request: Request, credentials: Credentials) -> None:
        """Check the key."""
        if not bears(request, credentials.key):
            raise Refused(WRONG_KEY)

    async def model(self, request: Request) -> str:
        """Read the body's `model`."""
        body = json_object(await request.body())
        if "model" not in body:
            raise bad_input("required properties at '/' are 'model'")
        return Text().check("/model", body["model"])

    def find(self, model: str) -> Model:
        """Play any model: the name of the external one is its user's affair."""
        return TextModel(model, SCHEMA, tokens(0, 0), choices=True)

    async def inputs(self, request: Request) -> tuple[Inputs, dict[str, object]]:
        """Read everything else."""
        body = json_object(await request.body())
        del body["model"]
        return Inputs(body, multipart=False), dict(request.query_params)

    def result(self, result: Mapping[str, object]) -> Response:
        """Answer the result bare."""
        return JSONResponse(result)

    def refusal(self, refusal: Refusal, _call_id: str) -> Response:
        """Answer OpenAI's error object."""
        return _error(refusal)


async def models(request: Request) -> Response:
    """Answer `GET /v1/models`."""
    credentials: Credentials = request.app.state.credentials
    if not bears(request, credentials.key):
        return _error(WRONG_KEY)
    data = [{"id": name, "object": "model", "created": 0, "owned_by": "stand-in"} for name in LISTED]
    return JSONResponse({"object": "list", "data": data})


def _error(refusal: Refusal) -> Response:
    kind, code = KINDS.get(refusal.status, ("server_error", None))
    error = {"message": refusal.text, "type": kind, "param": None, "code": code}
    return JSONResponse({"error": error}, refusal.status)
