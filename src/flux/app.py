"""The application: finds the route, lets the caller in, and turns every failure into an answer."""

import itertools
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Final

from flux import cors
from flux.authentication import authenticate
from flux.blobs import Text, encode_json
from flux.calls import Call
from flux.errors import ApiError, MethodNotAllowed, NotConfigured, NotFound
from flux.http import JSON, Passthrough, Request, Response, Stream
from flux.ports import Services
from flux.routes import METHODS, Match, Route, match

log: Final = logging.getLogger("flux")


@dataclass(slots=True)
class App:
    """The service. One lives as long as the isolate."""

    services: Services
    _name: str = ""
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def handle(self, request: Request) -> Response:
        """Answer *request*; never raises."""
        request_id, found = self._request_id(), match(request.path)
        try:
            response = await self._answer(request, request_id, found)
        except Exception as error:  # noqa: BLE001 - the one boundary
            response = _render(_told(error, request_id))
        content = response.content
        if isinstance(content, Stream):
            content = replace(content, chunks=_guarded(content, request_id))
        elif request.method == "HEAD":
            if isinstance(content, Passthrough):
                content.discard()
            content = None
        headers = cors.headers(request, self.services.settings.cors_origins)
        return Response(content, response.status, (*response.headers, *headers, ("x-request-id", request_id)))

    async def _answer(self, request: Request, request_id: str, found: Match) -> Response:
        if request.method == "OPTIONS":
            return cors.preflight(request, found.methods if found.routes else METHODS)
        route = _route(request, found)
        label = "" if route.public else self._admit(request)
        return await route.handler(Call(request, self.services, request_id, label, dict(found.params)))

    def _admit(self, request: Request) -> str:
        """Answer the caller's label. Raises NotConfigured while a setting is unusable, or Unauthorized."""
        settings = self.services.settings
        if settings.problems:
            raise NotConfigured(" ".join(problem.message for problem in settings.problems))
        return authenticate(request.headers.get("authorization"), settings)

    def _request_id(self) -> str:
        # A random name for the isolate and a count: unique, and no crossing into JavaScript per request.
        self._name = self._name or self.services.entropy(8).hex()
        return f"req_{self._name}{next(self._numbers):08x}"


def _route(request: Request, found: Match) -> Route:
    route = found.route(request.method)
    if route is not None:
        return route
    if not found.routes:
        raise NotFound(f"There is nothing at {request.path[:200]}.")
    raise MethodNotAllowed(
        f"{request.method} does not work here; {', '.join(found.methods)} do.",
        headers=(("allow", ", ".join(found.methods)),),
    )


def _told(error: Exception, request_id: str) -> ApiError:
    """Answer what the client is told of *error*; what it must not be told goes to the log."""
    if not isinstance(error, ApiError):
        log.error("%s failed", request_id, exc_info=error)
        return ApiError("The server failed; the failure was logged.")
    if error.status >= ApiError.status:
        log.error("%s answered %d: %s", request_id, error.status, error.message)
    return error


def _render(error: ApiError) -> Response:
    return Response(encode_json(error.body()), error.status, (JSON, *error.headers))


async def _guarded(stream: Stream, request_id: str) -> AsyncIterator[Text]:
    """Pass a stream on; where it fails, end it with what its client is told."""
    try:
        async for chunk in stream.chunks:
            yield chunk
    except Exception as error:  # noqa: BLE001 - the same boundary, for a client that already has its 200
        for chunk in stream.tell(_told(error, request_id)):
            yield chunk
