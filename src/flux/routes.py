"""The whole API on one screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flux.api import chat, files, health, images, models, stored
from flux.calls import Handler


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path. A last part in braces takes the rest of the path; *public* needs no key."""

    method: str
    path: str
    handler: Handler
    public: bool = False


ROUTES: Final = (
    Route("GET", "/health", health.show, public=True),
    Route("GET", "/v1/models", models.index),
    Route("GET", "/v1/models/{id}", models.show),
    Route("POST", "/v1/chat/completions", chat.complete),
    Route("POST", "/v1/images/generations", images.generate),
    Route("POST", "/v1/images/edits", images.edit),
    Route("GET", "/v1/images", stored.index),
    Route("DELETE", "/v1/images/{key}", stored.delete),
    Route("GET", "/image/{key}", files.show, public=True),
)

METHODS: Final = ("GET", "HEAD", "POST", "DELETE", "OPTIONS")
"""Every method that some path has."""


@dataclass(frozen=True, slots=True)
class Match:
    """The routes of one path by method, and the parts of the path by name. No routes: an unknown path."""

    routes: Mapping[str, Route] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)

    def route(self, method: str) -> Route | None:
        """Answer the route for *method*; what answers GET answers HEAD."""
        return self.routes.get("GET" if method == "HEAD" else method)

    @property
    def methods(self) -> tuple[str, ...]:
        """Every method that the path has, for ``Allow`` and preflight answers."""
        also = ("HEAD",) if "GET" in self.routes else ()
        return (*self.routes, *also, "OPTIONS")


def match(path: str) -> Match:
    """Find the routes of *path*: with or without ``/v1``, also doubled, and with a trailing slash or not."""
    path = _bare(path)
    if (routes := _EXACT.get(path)) is not None:
        return Match(routes)
    for prefix, (name, routes) in _OPEN.items():
        if path.startswith(prefix) and len(path) > len(prefix):
            return Match(routes, {name: path[len(prefix) :]})
    return Match()


def _bare(path: str) -> str:
    path = path.rstrip("/")
    while path.startswith("/v1/"):
        path = path[3:]
    return path


def _by_path() -> dict[str, dict[str, Route]]:
    table: dict[str, dict[str, Route]] = {}
    for route in ROUTES:
        table.setdefault(_bare(route.path), {})[route.method] = route
    return table


_PATHS: Final = _by_path()
_EXACT: Final = {path: routes for path, routes in _PATHS.items() if "{" not in path}
_OPEN: Final = {
    path.partition("{")[0]: (path.partition("{")[2].rstrip("}"), routes)
    for path, routes in _PATHS.items()
    if "{" in path
}
