"""The JSON that goes out: domain values written as OpenAI's objects, in the order of its specification."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flux.blobs import Text, parts_of
from flux.catalog import ModelSpec
from flux.errors import Headers
from flux.generation_job import GenerationJob
from flux.planning import Drawing


def model_object(spec: ModelSpec, steps: int) -> dict[str, object]:
    """Write a model as OpenAI does, and as OpenRouter does for apps that ask what it can do.

    *steps* is how many it does when a request gives none.
    """
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
            "neurons_per_image": _rounded(spec.neurons(sizes.default, steps)),
            "usd_per_1000_neurons": "0.011",
            "rates": None
            if spec.price is None
            else {name: rate for name, rate in asdict(spec.price).items() if rate},
        },
        "ranges": {
            "width": {"min": sizes.low, "max": sizes.high, "default": sizes.default.width},
            "height": {"min": sizes.low, "max": sizes.high, "default": sizes.default.height},
            "steps": {"min": spec.steps.low, "max": spec.steps.high, "default": steps},
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


def estimate_headers(drawing: Drawing) -> Headers:
    """Answer ``x-neurons`` for a drawing that is yet to be made."""
    return _neurons_header(drawing, drawing.count)


def finished_headers(job: GenerationJob) -> Headers:
    """Answer ``x-neurons`` for the pictures that were drawn, and ``Server-Timing`` in milliseconds.

    The timing is the slowest picture's (https://www.w3.org/TR/server-timing/).
    """
    spent = {
        "optimize": job.optimize_seconds,
        "draw": max((image.draw_seconds for image in job.images), default=None),
        "store": max((image.store_seconds for image in job.images), default=None),
    }
    marks = [f"{name};dur={seconds * 1000:.0f}" for name, seconds in spent.items() if seconds is not None]
    drawn = len(job.images)
    return (*_neurons_header(job.drawing, drawn), ("server-timing", ", ".join(marks)))


def _neurons_header(drawing: Drawing, pictures: int) -> Headers:
    """Answer the estimated cost; nothing where no price is published."""
    if drawing.neurons is None:
        return ()
    return (("x-neurons", f"{drawing.neurons * pictures:.2f}".rstrip("0").rstrip(".")),)


@dataclass(frozen=True, slots=True)
class Completion:
    """What every object of one chat answer repeats: its id, its time in Unix seconds, and its model.

    With *announces_usage* every chunk but the last says ``"usage": null``, as ``include_usage`` wants it.
    """

    id: str
    created: int
    model: str
    announces_usage: bool = False

    def whole(self, content: Text, images: Sequence[Text], usage: dict[str, int]) -> dict[str, object]:
        """Write a ``chat.completion``; *images* are the addresses of pictures beside the text."""
        message: dict[str, object] = {"role": "assistant", "content": content, "refusal": None}
        if images:
            message["images"] = [_image_part(url, index) for index, url in enumerate(images)]
        return self._whole(message, "stop", usage)

    def calling(self, tool_call: dict[str, object], usage: dict[str, int]) -> dict[str, object]:
        """Write a ``chat.completion`` that calls a tool and says nothing."""
        said: dict[str, object] = {"role": "assistant", "content": None, "refusal": None}
        return self._whole(said | {"tool_calls": [tool_call]}, "tool_calls", usage)

    def image_chunk(self, url: Text, index: int) -> dict[str, object]:
        """Write a chunk that carries the picture number *index*, in OpenRouter's form."""
        return self.chunk({"images": [_image_part(url, index)]})

    def chunk(self, delta: dict[str, object], finish_reason: str | None = None) -> dict[str, object]:
        """Write a ``chat.completion.chunk`` that carries *delta*."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        chunk = self._object("chat.completion.chunk", [choice])
        return chunk | {"usage": None} if self.announces_usage else chunk

    def usage_chunk(self, usage: dict[str, int]) -> dict[str, object]:
        """Write the last chunk of a stream whose client asked for the usage."""
        return self._object("chat.completion.chunk", []) | {"usage": usage}

    def _whole(self, message: dict[str, object], reason: str, usage: dict[str, int]) -> dict[str, object]:
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return self._object("chat.completion", [choice]) | {"usage": usage}

    def _object(self, kind: str, choices: list[dict[str, object]]) -> dict[str, object]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "choices": choices,
        }


def _image_part(url: Text, index: int) -> dict[str, object]:
    return {"type": "image_url", "image_url": {"url": url}, "index": index}


def chat_usage(prompt: str, content: Text) -> dict[str, int]:
    """Answer the estimated tokens of a chat answer."""
    asked, answered = text_tokens(prompt), text_tokens(content)
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def dump(value: object) -> str:
    """Write a JSON value that has no holes."""
    return json.dumps(value, separators=(",", ":"))
