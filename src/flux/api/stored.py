"""``GET /v1/images`` and ``DELETE /v1/images/{key}``: what is stored, and its removal."""

from flux.calls import Call
from flux.errors import NotConfigured, NotFound
from flux.fields import Fields
from flux.http import UNCACHED_JSON, Response
from flux.ports import ImageStore
from flux.storage import ImageRecord, is_key
from flux.wire import dump
from flux.wire_images import stored_object


async def index(call: Call) -> Response:
    """List the stored pictures, the newest first, a page at a time."""
    fields = Fields(call.request.query)
    limit = fields.integer("limit", default=100, low=1, high=1000)
    page = await _store(call).list(limit, fields.text("cursor") or None)
    now = call.services.now()
    data = [
        stored_object(key, record, call.image_address(key))
        for key, metadata in page.items
        # The namespace may hold an earlier service's values, and KV is slow to forget.
        if is_key(key) and (record := ImageRecord.from_metadata(metadata)) and record.expires > now
    ]
    answer = {"object": "list", "data": data, "has_more": page.cursor is not None, "next_cursor": page.cursor}
    return Response(dump(answer), headers=UNCACHED_JSON)


async def delete(call: Call) -> Response:
    """Remove a picture. Raises NotFound where there is none."""
    key, store = call.params["key"], _store(call)
    stored = await store.get(key) if is_key(key) else None
    if stored is None:
        raise NotFound("There is no such picture; it may have expired.")
    stored.body.discard()
    await store.delete(key)
    return Response(dump({"id": key, "object": "image", "deleted": True}), headers=UNCACHED_JSON)


def _store(call: Call) -> ImageStore:
    if call.services.images is None:
        raise NotConfigured("Nothing is stored: bind a KV namespace as FLUX_CF_KV.")
    return call.services.images
