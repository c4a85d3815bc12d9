"""The JSON that goes out: domain values written as OpenAI's objects, in the order of its specification."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

from flux.blobs import Text, parts_of
from flux.catalog import ModelSpec
from flux.errors import Headers
from flux.images import Drawing, GeneratedImage


def model_object(spec: ModelSpec) -> dict[str, object]:
    """Write a model as OpenAI does, and as OpenRouter does for apps that ask what it can do."""
    sizes = spec.sizes
    return {
        "id": spec.id,
        "object": "model",
        "created": spec.created,
        "owned_by": spec.owner,
        "name": spec.name,
        "architecture": {
            "modality": "text+image->image" if spec.references else "text->image",
            "input_modalities": ["text", "image"] if spec.references else ["text"],
            "output_modalities": ["image"],
        },
        "pricing": {
            "unit": "neurons",
            "neurons_per_image": _rounded(spec.neurons(sizes.default, spec.steps.default)),
            "usd_per_1000_neurons": "0.011",
        },
        "ranges": {
            "width": {"min": sizes.low, "max": sizes.high, "default": sizes.default.width},
            "height": {"min": sizes.low, "max": sizes.high, "default": sizes.default.height},
            "steps": {"min": spec.steps.low, "max": spec.steps.high, "default": spec.steps.default},
            "guidance": None
            if spec.guidance is None
            else {"min": spec.guidance.low, "max": spec.guidance.high, "default": spec.guidance.default},
            "prompt_characters": {"max": spec.prompt_limit},
            "references": {"max": spec.references, "side_below": spec.reference_side or None},
        },
        "supports": {
            "seed": spec.seed,
            "negative_prompt": spec.negative_prompt,
            "structured_prompt": spec.structured_prompt,
        },
    }


def _rounded(neurons: float | None) -> float | None:
    return None if neurons is None else round(neurons, 2)


def text_tokens(text: Text) -> int:
    """Estimate tokens: a quarter of the UTF-8 bytes, one at least; a picture's base64 counts nothing."""
    length = sum(len(part.encode()) for part in parts_of(text) if isinstance(part, str))
    return max(1, math.ceil(length / 4))


def drawing_headers(drawing: Drawing, pictures: int) -> Headers:
    """Answer ``x-neurons``, the estimated cost of so many *pictures*; nothing where no price is published."""
    if drawing.neurons is None:
        return ()
    return (("x-neurons", f"{drawing.neurons * pictures:.2f}".rstrip("0").rstrip(".")),)


def server_timing(images: Iterable[GeneratedImage], optimize_seconds: float | None) -> Headers:
    """Answer ``Server-Timing`` in milliseconds, the slowest picture's (https://www.w3.org/TR/server-timing/)."""
    images = tuple(images)
    spent = {
        "optimize": optimize_seconds,
        "draw": max((image.draw_seconds for image in images), default=None),
        "store": max((image.store_seconds for image in images), default=None),
    }
    marks = [f"{name};dur={seconds * 1000:.0f}" for name, seconds in spent.items() if seconds is not None]
    return (("server-timing", ", ".join(marks)),)


@dataclass(frozen=True, slots=True)
class Completion:
    """What every object of one chat answer repeats: its id, its time in Unix seconds, and its model.

    With *announces_usage* every chunk but the last says ``"usage": null``, as ``include_usage`` wants it.
    """

    id: str
    created: int
    model: str
    announces_usage: bool = False

    def whole(self, content: Text, usage: dict[str, int]) -> dict[str, object]:
        """Write a ``chat.completion``."""
        message = {"role": "assistant", "content": content, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._object("chat.completion", [choice]) | {"usage": usage}

    def chunk(self, delta: dict[str, Text], finish_reason: str | None = None) -> dict[str, object]:
        """Write a ``chat.completion.chunk`` that carries *delta*."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk = self._object("chat.completion.chunk", [choice])
        return chunk | {"usage": None} if self.announces_usage else chunk

    def usage_chunk(self, usage: dict[str, int]) -> dict[str, object]:
        """Write the last chunk of a stream whose client asked for the usage."""
        return self._object("chat.completion.chunk", []) | {"usage": usage}

    def _object(self, kind: str, choices: list[dict[str, object]]) -> dict[str, object]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }


def chat_usage(prompt: str, content: Text) -> dict[str, int]:
    """Answer the estimated tokens of a chat answer."""
    asked, answered = text_tokens(prompt), text_tokens(content)
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def dump(value: object) -> str:
    """Write a JSON value that has no holes."""
    return json.dumps(value, separators=(",", ":"))
