"""The two wires of Workers AI, binding and REST: how a call arrives, and how an answer is wrapped.

The binding's is the one the class behind `env.AI` speaks:
https://github.com/cloudflare/workerd/blob/main/src/cloudflare/internal/ai-api.ts
"""

import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.bodies import form_parts, is_multipart, json_object
from simulator.models import Inputs, Model, find
from simulator.refusals import Refusal, Refused, bad_input
from simulator.schema import mismatch

WRONG_TOKEN: Final = Refusal(401, 10000, "Authentication error")
NO_TOKEN: Final = Refusal(403, 9106, "Authentication failed: the Authorization header is missing.")
WRONG_ACCOUNT: Final = Refusal(
    404, 7003, "Could not route to the account, perhaps your object identifier is invalid?"
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the stand-in accepts; none of it opens anything elsewhere."""

    account: str = "0123456789abcdef0123456789abcdef"
    token: str = "stand-in-token"  # noqa: S105 - it opens nothing
    key: str = "stand-in-key"


class Wire(ABC):
    """A way to call a model."""

    route: str

    @abstractmethod
    def admit(self, request: Request, credentials: Credentials) -> None:
        """Refuse a caller who may not call."""

    @abstractmethod
    async def model(self, request: Request) -> str:
        """Return the id of the model that is called."""

    @abstractmethod
    async def inputs(self, request: Request) -> tuple[Inputs, dict[str, object]]:
        """Return the inputs and the options of the call."""

    @abstractmethod
    def result(self, result: Mapping[str, object]) -> Response:
        """Wrap a result."""

    @abstractmethod
    def refusal(self, refusal: Refusal, call_id: str) -> Response:
        """Wrap a refusal."""

    def find(self, model: str) -> Model:
        """Return the model of that id."""
        return find(model)


class Binding(Wire):
    """`POST /run`: the model in a header; inputs in a JSON body, or the body itself a form."""

    route = "binding"

    def __init__(self, *, gateway: bool = False) -> None:
        self._gateway = gateway

    def admit(self, request: Request, credentials: Credentials) -> None:
        """Let everyone in: a binding has no key."""

    async def model(self, request: Request) -> str:
        """Read the header."""
        return request.headers.get("cf-consn-model-id", "")

    async def inputs(self, request: Request) -> tuple[Inputs, dict[str, object]]:
        """Read either form of the body."""
        return await (self._form(request) if is_multipart(request) else self._json(request))

    async def _form(self, request: Request) -> tuple[Inputs, dict[str, object]]:
        if self._gateway:
            raise bad_input("AI Gateway does not support ReadableStreams yet.")
        query = dict(request.query_params)
        others = json_object(query.pop("userInputs", "{}"), "/userInputs")
        if others:
            extra = ", ".join(f"/{name}" for name in others)
            raise bad_input(f"Additional or unevaluated properties '{extra}' at '/' not allowed")
        options = {name: value for name, value in query.items() if name != "version"}
        return Inputs(await form_parts(request), multipart=True), {**options}

    async def _json(self, request: Request) -> tuple[Inputs, dict[str, object]]:
        body = json_object(await request.body())
        inputs, options = body.pop("inputs", {}), body.pop("options", {})
        if body:
            raise bad_input(f"the body is of inputs and options, not of '{', '.join(body)}'")
        if not isinstance(inputs, dict):
            raise mismatch("/inputs", "object", inputs)
        if not isinstance(options, dict):
            raise mismatch("/options", "object", options)
        return Inputs(inputs, multipart=False), options

    def result(self, result: Mapping[str, object]) -> Response:
        """Answer the result bare, as exactly `application/json`: any other type becomes a stream."""
        return JSONResponse(result)

    def refusal(self, refusal: Refusal, _call_id: str) -> Response:
        """Answer the error object the binding turns into an exception."""
        if refusal.code is None:
            return PlainTextResponse(refusal.text, refusal.status)
        if refusal.status == HTTPStatus.OK:
            return JSONResponse(
                {"errors": [{"code": refusal.code, "message": refusal.text}], "success": False}
            )
        error = {
            "internalCode": refusal.code,
            "message": refusal.text,
            "name": "AiError",
            "description": refusal.text,
        }
        return JSONResponse(error, refusal.status)


class Rest(Wire):
    """`POST …/accounts/{account}/ai/run/{model}`: a key, and an envelope around everything but bytes."""

    route = "rest"

    def admit(self, request: Request, credentials: Credentials) -> None:
        """Check the token, then the account."""
        if "authorization" not in request.headers:
            raise Refused(NO_TOKEN)
        if not bears(request, credentials.token):
            raise Refused(WRONG_TOKEN)
        if request.path_params["account"] != credentials.account:
            raise Refused(WRONG_ACCOUNT)

    async def model(self, request: Request) -> str:
        """Read the path."""
        return str(request.path_params["model"])

    async def inputs(self, request: Request) -> tuple[Inputs, dict[str, object]]:
        """Read the body; curl calls JSON a form unless told otherwise, and Cloudflare lets it."""
        multipart = is_multipart(request)
        values = await form_parts(request) if multipart else json_object(await request.body())
        return Inputs(values, multipart=multipart), dict(request.query_params)

    def result(self, result: Mapping[str, object]) -> Response:
        """Answer the envelope of a success."""
        return JSONResponse({"result": result, "success": True, "errors": [], "messages": []})

    def refusal(self, refusal: Refusal, call_id: str) -> Response:
        """Answer the envelope of a failure."""
        code = {} if refusal.code is None else {"code": refusal.code}
        error = {**code, "message": f"AiError: {refusal.text} ({call_id})"}
        body = {"result": None, "success": False, "errors": [error], "messages": []}
        return JSONResponse(body, refusal.status)


def bears(request: Request, secret: str) -> bool:
    """Say whether the request carries *secret* as its bearer token."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), secret.encode())
