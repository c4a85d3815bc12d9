"""The interop: the one place that knows JavaScript.

It turns the platform's objects into the core's values and back, and implements the ports of `flux.ports`
on Workers AI, KV and ``fetch``.
"""
