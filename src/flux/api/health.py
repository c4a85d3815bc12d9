"""``GET /health``: what works, what is missing, and never a secret."""

from flux import __version__
from flux.calls import Call
from flux.http import UNCACHED_JSON, Response
from flux.ports import Services
from flux.wire import dump


async def show(call: Call) -> Response:
    """Report the state: 503 when the service cannot draw for anybody, 200 otherwise."""
    services = call.services
    settings, missing = services.settings, _missing(services)
    able = bool(services.inference and settings.keys and not settings.problems)
    report = {
        "status": "degraded" if missing else "ok",
        "version": __version__,
        "runtime": {"python": services.runtime.python, "pyodide": services.runtime.pyodide},
        "models": [spec.id for spec in settings.enabled_models],
        "inference": services.inference.kind if services.inference else None,
        "storage": services.images is not None,
        "api_key": bool(settings.keys),
        "prompt_optimization": _optimization(services),
        "missing": missing,
    }
    return Response(dump(report), 200 if able else 503, UNCACHED_JSON)


def _optimization(services: Services) -> dict[str, object]:
    settings = services.settings
    external = bool(settings.external_api_base)
    return {
        "enabled": settings.prompt_optimization,
        "by": "external" if external else "workers-ai" if services.inference else None,
        "model": settings.external_model if external else settings.optimizer_model,
    }


def _missing(services: Services) -> list[dict[str, str]]:
    """Name each thing that is missing or unusable, and what mends it."""
    settings = services.settings
    missing = [{"setting": problem.setting, "message": problem.message} for problem in settings.problems]
    if not settings.keys:
        missing.append({"setting": "API_KEY", "message": "Set API_KEY: without a key the service is closed."})
    if services.inference is None:
        message = "Bind Workers AI as AI in wrangler.toml, or set CF_ACCOUNT_ID and CF_API_TOKEN."
        missing.append({"setting": "AI", "message": message})
    if services.images is None:
        message = "Bind a KV namespace as FLUX_CF_KV: without it answers carry their pictures inline."
        missing.append({"setting": "FLUX_CF_KV", "message": message})
    if settings.external_api_base and not settings.external_model:
        message = "Set EXTERNAL_MODEL to the model that EXTERNAL_API_BASE is to be asked for."
        missing.append({"setting": "EXTERNAL_MODEL", "message": message})
    return missing
