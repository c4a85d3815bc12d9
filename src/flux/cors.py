"""Cross-origin access: every answer says who may read it, errors and pictures included.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from typing import Final

from flux.errors import Headers
from flux.http import Request, Response

_EXPOSED: Final = (
    "access-control-expose-headers",
    "x-request-id, retry-after, server-timing, x-neurons, x-side-call, content-disposition, content-length",
)
_ANYONE: Final[Headers] = (("access-control-allow-origin", "*"), _EXPOSED)
_DAY: Final = 86_400


def headers(request: Request, origins: tuple[str, ...]) -> Headers:
    """Answer the headers for *request*'s origin, where *origins* are those let in; ``*`` is everybody."""
    if "*" in origins:
        return _ANYONE
    origin = request.headers.get("origin")
    allowed = (("access-control-allow-origin", origin), _EXPOSED) if origin in origins and origin else ()
    return (*allowed, ("vary", "origin"))


def preflight(request: Request, methods: tuple[str, ...]) -> Response:
    """Answer a preflight request: the path's *methods*, and whatever headers it asks for."""
    asked = request.headers.get("access-control-request-headers")
    return Response(
        None,
        204,
        (
            ("access-control-allow-methods", ", ".join(methods)),
            # The standard's `*` does not cover Authorization, so what was asked for is named.
            ("access-control-allow-headers", asked or "authorization, content-type"),
            ("access-control-max-age", str(_DAY)),
            ("vary", "access-control-request-headers"),
        ),
    )
