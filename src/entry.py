"""The Worker's entry: ``on_fetch`` is what the runtime calls for every request."""

from flux.cloudflare.worker import on_fetch

__all__ = ["on_fetch"]
