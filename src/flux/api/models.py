"""``GET /v1/models`` and ``GET /v1/models/{id}``."""

from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from flux.calls import Call
from flux.catalog import ModelSpec, find_model
from flux.http import JSON, Response, Static
from flux.wire import dump, model_object


async def index(call: Call) -> Response:
    """List the enabled models."""
    return Response(_listing(call.services.settings.enabled_models), headers=_HEADERS)


async def show(call: Call) -> Response:
    """Answer one enabled model; its id may be full or short, and percent-encoded."""
    spec = find_model(unquote(call.params["id"]), call.services.settings.enabled_models)
    return Response(dump(model_object(spec)), headers=_HEADERS)


_HEADERS: Final = (JSON,)


@lru_cache(maxsize=1)
def _listing(models: tuple[ModelSpec, ...]) -> Static:
    """Write the list once: the settings never change while an isolate lives."""
    return Static(dump({"object": "list", "data": [model_object(spec) for spec in models]}))
