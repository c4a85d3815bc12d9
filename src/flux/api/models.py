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
    settings = call.services.settings
    return Response(_listing(settings.enabled_models, settings.flux_num_steps), headers=_HEADERS)


async def show(call: Call) -> Response:
    """Answer one enabled model; its id may be full or short, and percent-encoded."""
    settings = call.services.settings
    spec = find_model(unquote(call.params["id"]), settings.enabled_models)
    return Response(dump(model_object(spec, settings.default_steps(spec))), headers=_HEADERS)


_HEADERS: Final = (JSON,)


@lru_cache(maxsize=1)
def _listing(models: tuple[ModelSpec, ...], configured_steps: int) -> Static:
    """Write the list once: the settings never change while an isolate lives."""
    data = [model_object(spec, spec.steps.usual(configured_steps)) for spec in models]
    return Static(dump({"object": "list", "data": data}))
