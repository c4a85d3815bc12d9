"""Pictures in Workers KV (https://developers.cloudflare.com/kv/api/)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyodide.ffi import JsException, JsProxy

from flux.blobs import Blob
from flux.cloudflare.border import JsBlob, held, js_object
from flux.errors import StorageFailed
from flux.ports import StoredPage, StoredValue

log: Final = logging.getLogger("flux")


@dataclass(frozen=True, slots=True)
class Held:
    """A stream out of KV that goes into a response as it is."""

    body: JsProxy

    def discard(self) -> None:
        """Give the stream up unread."""
        self.body.cancel()


@dataclass(frozen=True, slots=True)
class KvImageStore:
    """The image store on a KV namespace."""

    namespace: JsProxy

    async def put(self, key: str, blob: Blob, metadata: Mapping[str, object], seconds: int) -> None:
        """Keep *blob* for *seconds*, 60 at least. Raises StorageFailed."""
        options = js_object({"expirationTtl": seconds, "metadata": js_object(metadata)})
        try:
            await self.namespace.put(key, held(blob).array, options)
        except JsException as error:
            raise _failed("put", error) from error

    async def get(self, key: str) -> StoredValue | None:
        """Answer the value as a stream with its metadata, in one operation. Raises StorageFailed."""
        try:
            found = await self.namespace.getWithMetadata(key, "stream")
        except JsException as error:
            raise _failed("get", error) from error
        if not found.value:
            return None
        return StoredValue(Held(found.value), found.metadata.to_py() if found.metadata else {})

    async def read(self, key: str) -> Blob | None:
        """Answer the value's bytes. Raises StorageFailed."""
        try:
            buffer = await self.namespace.get(key, "arrayBuffer")
        except JsException as error:
            raise _failed("get", error) from error
        return JsBlob.of(buffer) if buffer else None

    async def list(self, limit: int, cursor: str | None) -> StoredPage:
        """Answer a page of keys with their metadata, in alphabetical order. Raises StorageFailed."""
        options = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        try:
            page = (await self.namespace.list(js_object(options))).to_py()
        except JsException as error:
            raise _failed("list", error) from error
        items = [(str(item["name"]), item.get("metadata") or {}) for item in page["keys"]]
        return StoredPage(items, None if page["list_complete"] else page["cursor"])

    async def delete(self, key: str) -> None:
        """Forget *key*. Raises StorageFailed."""
        try:
            await self.namespace.delete(key)
        except JsException as error:
            raise _failed("delete", error) from error


def _failed(operation: str, error: JsException) -> StorageFailed:
    log.error("KV %s failed: %s", operation, error.message)
    return StorageFailed("The store of pictures does not answer; try again shortly.")
