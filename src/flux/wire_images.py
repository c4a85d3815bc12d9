"""The images API's JSON: pictures, their usage, and the events of a stream."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flux.blobs import Base64
from flux.generation_job import GenerationJob
from flux.images import GeneratedImage
from flux.sizes import Size
from flux.storage import ImageRecord
from flux.wire import text_tokens

_PATCH_PIXELS: Final = 16 * 16
"""Pixels of what FLUX's transformer takes as one token of a picture."""
_SIZES: Final = frozenset({"1024x1024", "1024x1536", "1536x1024"})
"""What OpenAI's schema allows as the size in an event; any other is `auto`, and width and height say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageAnswer:
    """One answer of the images API, and how its client wants it.

    *prompt* is what the client wrote; *shows_url* and *shows_base64* are the forms it asked for; *address*
    gives a stored picture's address.
    """

    id: str
    created: int
    job: GenerationJob
    prompt: str
    shows_url: bool
    shows_base64: bool
    address: Callable[[str], str]

    def picture(self, image: GeneratedImage) -> dict[str, object]:
        """Write one picture. One that could not be stored comes as base64, whatever was asked for."""
        shown: dict[str, object] = {}
        if self.shows_base64 or image.key is None:
            shown["b64_json"] = Base64(image.blob)
        if self.shows_url and image.key is not None:
            shown["url"] = self.address(image.key)
        if (revised := self.job.revised_prompt) is not None:
            shown["revised_prompt"] = revised
        if self.job.rewritten is not None:
            shown["safety_rewritten"] = True
        return shown | {
            "prompt": self.prompt,
            "seed": image.seed,
            "width": image.size.width,
            "height": image.size.height,
            "key": image.key,
        }

    def whole(self) -> dict[str, object]:
        """Write an ``ImagesResponse``; the failures among several pictures stand beside the drawn ones."""
        images, failures = self.job.images, self.job.failures
        answer: dict[str, object] = {
            "id": self.id,
            "object": "image.generation",
            "created": self.created,
            "model": self.job.drawing.model.id,
            "data": [self.picture(image) for image in images],
            "output_format": images[0].type.name,
            "usage": self.usage(images),
        }
        if failures:
            answer["errors"] = [failure.body()["error"] for failure in failures]
        return answer

    def completed(self, kind: str, image: GeneratedImage) -> dict[str, object]:
        """Write the event of one finished picture; *kind* is ``image_generation`` or ``image_edit``."""
        size = str(image.size)
        return {
            "type": f"{kind}.completed",
            "b64_json": Base64(image.blob),
            "created_at": self.created,
            "size": size if size in _SIZES else "auto",
            "quality": "auto",
            "background": "opaque",
            "output_format": image.type.name,
            "usage": self.usage([image]),
            "model": self.job.drawing.model.id,
        } | {name: value for name, value in self.picture(image).items() if name != "b64_json"}

    def usage(self, images: Sequence[GeneratedImage]) -> dict[str, object]:
        """Estimate tokens: the prompt's, and one for each 16x16 pixels; and the neurons Cloudflare counts."""
        drawing = self.job.drawing
        text = text_tokens(drawing.prompt)
        references = sum(_image_tokens(reference.info.size) for reference in drawing.references)
        output = sum(_image_tokens(image.size) for image in images)
        neurons = drawing.neurons
        return {
            "total_tokens": text + references + output,
            "input_tokens": text + references,
            "output_tokens": output,
            "input_tokens_details": {"text_tokens": text, "image_tokens": references},
            "output_tokens_details": {"text_tokens": 0, "image_tokens": output},
            "neurons": None if neurons is None else round(neurons * len(images), 2),
        }


def stored_object(key: str, record: ImageRecord, address: str) -> dict[str, object]:
    """Write what is known of a stored picture."""
    return {
        "id": key,
        "object": "image",
        "url": address,
        "model": record.model,
        "prompt": record.prompt,
        "seed": record.seed,
        "width": record.size.width,
        "height": record.size.height,
        "mime": record.type.mime,
        "bytes": record.length,
        "created": record.created,
        "expires_at": record.expires,
        "key_label": record.label,
    }


def _image_tokens(size: Size) -> int:
    return -(-size.pixels // _PATCH_PIXELS)
