"""The local stand-in for Workers AI: a development tool, never deployed.

Cloudflare's own tools have no local simulation of the `AI` binding: a development call reaches the real
account and is billed. This package answers in its place, over the same wires (the binding's, the REST API's,
an OpenAI-compatible chat API's), with the same schemas, errors and prices, and pictures that say they are not
the work of a FLUX model. Nothing here leaves the machine.

Modules import one way, down:

    __main__ -> app -> running -> chat, control -> wire, calls, faults -> bodies, drawing -> models
    -> messages, prices -> schema -> sketch, refusals
"""
