"""Shrinking pictures with Cloudflare Images (https://developers.cloudflare.com/images/transform-images/bindings/)."""

from dataclasses import dataclass

from js import Response
from pyodide.ffi import JsException, JsProxy

from flux.blobs import Blob
from flux.cloudflare.border import JsBlob, held, js_object


@dataclass(frozen=True, slots=True)
class ImagesShrinker:
    """The shrinker on the binding ``IMAGES``."""

    images: JsProxy

    async def shrink(self, blob: Blob, side: int) -> Blob:
        """Make a JPEG that fits into *side* x *side* pixels. Raises OSError."""
        transform = js_object({"width": side, "height": side, "fit": "scale-down"})
        try:
            picture = self.images.input(Response.new(held(blob).array).body).transform(transform)
            made = await picture.output(js_object({"format": "image/jpeg", "quality": 90}))
            return JsBlob.of(await made.response().arrayBuffer())
        except JsException as error:
            raise OSError(f"Images: {error.message}") from error
