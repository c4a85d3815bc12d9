"""``GET`` and ``HEAD /image/{key}``: a stored picture, for as long as it is kept."""

import re
from typing import Final

from flux.calls import Call
from flux.errors import Headers, NotFound
from flux.expired import expired_picture
from flux.http import BlobPart, HeaderReader, Response
from flux.languages import choose_texts
from flux.ports import StoredValue
from flux.storage import ImageRecord, is_key

# A picture is data: whatever its bytes may be taken for, nothing in it runs or loads.
_INERT: Final[Headers] = (
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    ("cross-origin-resource-policy", "cross-origin"),
)


async def show(call: Call) -> Response:
    """Answer the picture: whole, a range of it, or 304. Raises NotFound where it is gone."""
    key, now = call.params["key"], call.services.now()
    stored = await _find(call, key)
    if stored is None:
        return _gone(call)
    record = ImageRecord.from_metadata(stored.metadata)
    if record is None or record.expires <= now:
        stored.body.discard()
        return _gone(call)
    headers = _headers(key, record, now)
    if _names(call.request.headers.get("if-none-match"), _etag(key)):
        stored.body.discard()
        return Response(None, 304, headers)
    # Only GET has ranges (https://www.rfc-editor.org/rfc/rfc9110#section-14.2).
    is_get = call.request.method == "GET"
    wanted = _wanted_range(call.request.headers, key, record.length) if is_get else None
    if wanted is None:
        return Response(stored.body, 200, (*headers, ("content-length", str(record.length))))
    stored.body.discard()
    if not wanted:
        return Response(None, 416, (("content-range", f"bytes */{record.length}"), *_INERT))
    return await _part(call, key, wanted, (*headers, _content_range(wanted, record.length)))


async def _find(call: Call, key: str) -> StoredValue | None:
    store = call.services.images
    return await store.get(key) if store is not None and is_key(key) else None


def _headers(key: str, record: ImageRecord, now: float) -> Headers:
    return (
        ("content-type", record.type.mime),
        ("etag", _etag(key)),
        ("cache-control", f"public, immutable, max-age={int(record.expires - now)}"),
        ("content-disposition", f'inline; filename="{key}"'),
        ("accept-ranges", "bytes"),
        *_INERT,
    )


def _etag(key: str) -> str:
    # A key never gets another value, so it is the validator.
    return f'"{key.partition(".")[0]}"'


def _names(header: str | None, etag: str) -> bool:
    """Say whether ``If-None-Match`` names *etag* (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in (header or "").split(",")]
    return "*" in tags or etag in tags


_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


def _wanted_range(headers: HeaderReader, key: str, length: int) -> range | None:
    """Answer the bytes that ``Range`` asks for, empty where there are none such; None for the whole.

    Several ranges at once, or one that is malformed, get the whole
    (https://www.rfc-editor.org/rfc/rfc9110#section-14.2).
    """
    match = _RANGE.fullmatch((headers.get("range") or "").strip())
    if match is None or (not match[1] and not match[2]) or len(match[0]) > 40:  # noqa: PLR2004
        return None
    if (condition := headers.get("if-range")) is not None and condition != _etag(key):
        return None
    if not match[1]:
        return range(max(0, length - int(match[2])), length)
    first, last = int(match[1]), int(match[2] or length + int(match[1]))
    return None if last < first else range(first, min(last + 1, length))


def _content_range(wanted: range, length: int) -> tuple[str, str]:
    return ("content-range", f"bytes {wanted.start}-{wanted.stop - 1}/{length}")


async def _part(call: Call, key: str, wanted: range, headers: Headers) -> Response:
    store = call.services.images
    blob = await store.read(key) if store is not None else None
    if blob is None:
        return _gone(call)
    return Response(
        BlobPart(blob, wanted.start, wanted.stop), 206, (*headers, ("content-length", str(len(wanted))))
    )


def _gone(call: Call) -> Response:
    """Answer an ``<img>`` with a small picture that says so. Raises NotFound for everybody else."""
    accept = call.request.headers.get("accept") or ""
    if "image/" not in accept or "text/html" in accept:
        raise NotFound("There is no such picture; it may have expired.")
    text = choose_texts(call.services.settings, call.request.headers, "").expired
    headers = (("content-type", "image/svg+xml"), ("cache-control", "no-store"), *_INERT)
    return Response(expired_picture(text), 404, headers)
