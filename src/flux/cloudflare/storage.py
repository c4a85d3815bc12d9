"""Pictures in Workers KV (https://developers.cloudflare.com/kv/api/)."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyodide.ffi import JsException, JsProxy

from flux.blobs import Blob
from flux.cloudflare.border import JsBlob, js_object
from flux.ports import StoredValue


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
        """Keep *blob* for *seconds*, 60 at least. Raises OSError."""
        if not isinstance(blob, JsBlob):
            raise TypeError(f"{type(blob).__name__} is not held by the platform")
        options = js_object({"expirationTtl": seconds, "metadata": js_object(metadata)})
        try:
            await self.namespace.put(key, blob.array, options)
        except JsException as error:
            raise OSError(f"KV put: {error.message}") from error

    async def get(self, key: str) -> StoredValue | None:
        """Answer the value as a stream with its metadata: the cheapest form there is. Raises OSError."""
        try:
            found = await self.namespace.getWithMetadata(key, "stream")
        except JsException as error:
            raise OSError(f"KV get: {error.message}") from error
        if not found.value:
            return None
        return StoredValue(Held(found.value), found.metadata.to_py() if found.metadata else {})

    async def read(self, key: str) -> Blob | None:
        """Answer the value's bytes. Raises OSError."""
        try:
            buffer = await self.namespace.get(key, "arrayBuffer")
        except JsException as error:
            raise OSError(f"KV get: {error.message}") from error
        return JsBlob.of(buffer) if buffer else None
