"""Reference pictures: found in a request, loaded, and checked before anything is paid for."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flux.blobs import Blob
from flux.errors import InvalidValue, StorageFailed
from flux.http import DataUrl, Upload
from flux.images import Reference
from flux.pictures import NotAPicture, inspect
from flux.planning import Drawing
from flux.ports import Services
from flux.remote import fetch_picture
from flux.storage import is_key

MAX_REFERENCES: Final = 4
MAX_BYTES: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reference picture is: a file of a form, or an address; *param* names its field."""

    param: str
    value: Upload | str


@dataclass(frozen=True, slots=True)
class ReferenceLoader:
    """Loads the references of one request: *origin* is the service's own, *data_urls* came in the body."""

    services: Services
    origin: str
    data_urls: Mapping[str, DataUrl]

    async def load(self, sources: Iterable[Source]) -> tuple[Reference, ...]:
        """Load every picture, in order. Raises InvalidValue that names the first field that is wrong."""
        sources = tuple(sources)
        if len(sources) > MAX_REFERENCES:
            param = sources[MAX_REFERENCES].param
            raise InvalidValue(
                f"{len(sources)} reference pictures are too many; at most {MAX_REFERENCES} are taken.",
                param=param,
            )
        if not sources:  # nearly every request; gathering nothing would still cost a turn of the event loop
            return ()
        return tuple(await asyncio.gather(*map(self._load_one, sources)))

    async def _load_one(self, source: Source) -> Reference:
        param, value = source.param, source.value
        blob = value.blob if isinstance(value, Upload) else await self._at(value.strip(), param)
        if blob.size > MAX_BYTES:
            raise InvalidValue(
                f"'{param}' has {blob.size} bytes; at most {MAX_BYTES} are taken.", param=param
            )
        try:
            return Reference(param, blob, inspect(blob))
        except NotAPicture as problem:
            raise InvalidValue(
                f"'{param}' must be a PNG, JPEG, WebP or GIF picture, but {problem}.", param=param
            ) from None

    async def _at(self, address: str, param: str) -> Blob:
        if (data_url := self.data_urls.get(address)) is not None:
            try:
                return data_url.decode()
            except ValueError as problem:
                raise InvalidValue(f"'{param}' is wrong: {problem}.", param=param) from None
        if (key := self._own_key(address)) is not None:
            return await self._stored(key, param)
        return await fetch_picture(self.services.http, address, MAX_BYTES, param)

    def _own_key(self, address: str) -> str | None:
        """Answer the key of one of our own addresses; a Worker cannot fetch itself, so KV is read."""
        match = re.fullmatch(rf"(?:{re.escape(self.origin)})?/(?:v1/)*image/([^/?#]+)", address)
        return match[1] if match is not None and is_key(match[1]) else None

    async def _stored(self, key: str, param: str) -> Blob:
        store = self.services.images
        try:
            blob = await store.read(key) if store is not None else None
        except StorageFailed:
            blob = None
        if blob is None:
            raise InvalidValue(f"'{param}' is not stored here any more.", param=param)
        return blob


async def fitted(drawing: Drawing, services: Services) -> Drawing:
    """Answer *drawing* with every reference small enough for its model.

    Raises InvalidValue where one is too large and there is no IMAGES binding to shrink it with.
    """
    if not drawing.references:
        return drawing
    side_below = drawing.model.reference_side
    references = [await _fit_one(reference, side_below, services) for reference in drawing.references]
    return replace(drawing, references=tuple(references))


async def _fit_one(reference: Reference, side_below: int, services: Services) -> Reference:
    size, param = reference.info.size, reference.param
    if max(size) < side_below:
        return reference
    if services.shrinker is None:
        raise InvalidValue(
            f"'{param}' is {size} pixels; the model takes pictures with both sides below {side_below}. "
            "Shrink it first, or bind Cloudflare Images as IMAGES so that the service does.",
            param=param,
        )
    try:
        blob = await services.shrinker.shrink(reference.blob, side_below - 1)
        return Reference(param, blob, inspect(blob))
    except (OSError, NotAPicture) as error:
        raise InvalidValue(f"'{param}' could not be shrunk; send a smaller picture.", param=param) from error
