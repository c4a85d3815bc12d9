"""Flux API: an image service on a person's own Cloudflare account.

The core of this package is plain Python: values in, values out. Only ``flux.cloudflare`` and the entry
know that they run inside a Worker; ARCHITECTURE.md draws the map.
"""

__version__ = "0.1.0"
