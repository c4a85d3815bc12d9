"""`POST /images`: what stands in for Cloudflare Images behind the binding `IMAGES`.

https://developers.cloudflare.com/images/transform-images/bindings/
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

FORMATS: Final[Mapping[str, str]] = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
QUALITY: Final = 85


async def transform(request: Request) -> Response:
    """Shrink a picture into a box and write it anew; `scale-down` is the one fit that is known."""
    query = request.query_params
    if query.get("format") not in FORMATS or query.get("fit") != "scale-down":
        return PlainTextResponse("9401: unknown format or fit", 400)
    size = int(query.get("width", "0")), int(query.get("height", "0"))
    try:
        data = await run_in_threadpool(_shrunk, await request.body(), size, query)
    except (UnidentifiedImageError, OSError):
        return PlainTextResponse("9412: the input is not a picture that can be decoded", 415)
    return Response(data, media_type=query["format"])


def _shrunk(data: bytes, size: tuple[int, int], query: Mapping[str, str]) -> bytes:
    made = BytesIO()
    with Image.open(BytesIO(data)) as picture:
        # JPEG has no transparency: the ground becomes white, as Cloudflare's does.
        image = picture.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image)
        ground.thumbnail(size)
        ground.convert("RGB").save(made, FORMATS[query["format"]], quality=int(query.get("quality", QUALITY)))
    return made.getvalue()
