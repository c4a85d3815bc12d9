"""Drawing: calls the model, tries again where that may help, inspects what came, and stores it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from typing import Final

from flux.blobs import Blob
from flux.catalog import MAX_SEED, CallForm
from flux.errors import ApiError, StorageFailed
from flux.images import GeneratedImage
from flux.pictures import NotAPicture, PictureInfo, inspect
from flux.planning import Drawing
from flux.ports import Inference, ModelCall, ModelFile, Scalar, Services
from flux.storage import ImageRecord, new_key
from flux.upstream import TIMED_OUT, UpstreamFailure, judge

log: Final = logging.getLogger("flux")

AT_ONCE: Final = 6
"""Connections a Worker may have open (https://developers.cloudflare.com/workers/platform/limits/)."""


@dataclass(frozen=True, slots=True)
class ImageGenerator:
    """Draws for one caller; *label* names the caller's key in the stored metadata."""

    services: Services
    inference: Inference
    label: str

    async def draw(self, drawing: Drawing) -> AsyncIterator[GeneratedImage | ApiError]:
        """Draw every picture at once, and give each, or its error, in order as soon as it is ready.

        Each picture that was drawn is stored before it is given; where storing fails its key is None.
        """
        gate = asyncio.Semaphore(AT_ONCE)
        seeds = self._seeds(drawing)
        if len(seeds) == 1:  # a task costs more than all else that Python does for one picture
            yield await self._draw_in_turn(gate, drawing, seeds[0])
            return
        tasks = [asyncio.ensure_future(self._draw_in_turn(gate, drawing, seed)) for seed in seeds]
        for task in tasks:
            yield await task

    def _seeds(self, drawing: Drawing) -> list[int | None]:
        """Give each picture its own seed, so that any can be drawn again: one from the client counts up."""
        if not drawing.model.seed:
            return [None] * drawing.count
        first = drawing.seed
        if first is None:
            first = int.from_bytes(self.services.entropy(4), "big")
        return [(first + number) % (MAX_SEED + 1) for number in range(drawing.count)]

    async def _draw_in_turn(
        self, gate: asyncio.Semaphore, drawing: Drawing, seed: int | None
    ) -> GeneratedImage | ApiError:
        async with gate:
            started = self.services.now()
            try:
                blob, info = await self._draw_one(drawing, seed)
            except ApiError as error:
                return error
            drawn = self.services.now()
            model, size = drawing.model.short_id, info.size
            log.info("%s: %s drew %s in %.1f s", self.label, model, size, drawn - started)
            key = await self._store(drawing, seed, blob, info)
            return GeneratedImage(
                blob=blob,
                type=info.type,
                size=info.size,
                seed=seed,
                key=key,
                draw_seconds=drawn - started,
                store_seconds=self.services.now() - drawn,
            )

    async def _draw_one(self, drawing: Drawing, seed: int | None) -> tuple[Blob, PictureInfo]:
        call = model_call(drawing, seed)
        try:
            async with asyncio.timeout(self.services.settings.draw_timeout):
                return await self._try(call)
        except TimeoutError:
            log.warning("%s was not drawn within DRAW_TIMEOUT", call.model)
            raise judge(TIMED_OUT, self.services.now()).error from None

    async def _try(self, call: ModelCall) -> tuple[Blob, PictureInfo]:
        tries = 0
        while True:
            tries += 1
            try:
                return await _inspected(self.inference.draw(call))
            except UpstreamFailure as failure:
                verdict = judge(failure, self.services.now())
                log.warning(
                    "%s failed, try %d: %s %s %.300s",
                    call.model,
                    tries,
                    failure.status,
                    failure.code,
                    failure.text,
                )
                if tries >= verdict.retry.tries:
                    raise verdict.error from failure
                await self.services.sleep(self._wait(verdict.retry.wait * 2 ** (tries - 1)))

    def _wait(self, seconds: float) -> float:
        """Stretch a wait by up to a half, so that many callers do not come back together."""
        return seconds * (1 + self.services.entropy(1)[0] / 510)

    async def _store(self, drawing: Drawing, seed: int | None, blob: Blob, info: PictureInfo) -> str | None:
        services, life = self.services, self.services.settings.image_expiration
        if services.images is None:
            return None
        now = int(services.now())
        record = ImageRecord(
            model=drawing.model.id,
            prompt=drawing.prompt,
            seed=seed,
            size=info.size,
            type=info.type,
            length=blob.size,
            created=now,
            expires=now + life,
            label=self.label,
        )
        key = new_key(services.entropy(16), services.now(), info.type)
        try:
            await services.images.put(key, blob, record.metadata(), life)
        except StorageFailed:
            return None
        return key


async def _inspected(drawn: Awaitable[Blob]) -> tuple[Blob, PictureInfo]:
    blob = await drawn
    try:
        return blob, inspect(blob)
    except NotAPicture as problem:
        raise UpstreamFailure(200, None, str(problem)) from problem


def model_call(drawing: Drawing, seed: int | None) -> ModelCall:
    """Write the call of one picture as the model's own schema wants it."""
    model = drawing.model
    inputs: dict[str, Scalar] = {"prompt": drawing.prompt}
    if not model.sizes.fixed:
        inputs |= {"width": drawing.size.width, "height": drawing.size.height}
    if model.steps.field is not None:
        inputs[model.steps.field] = drawing.steps
    if model.guidance is not None:
        guidance = drawing.guidance if drawing.guidance is not None else model.guidance.default
        if guidance is not None:
            inputs["guidance"] = guidance
    if seed is not None:
        inputs["seed"] = seed
    if drawing.negative_prompt:
        inputs["negative_prompt"] = drawing.negative_prompt
    files = {
        f"input_image_{number}": ModelFile(reference.blob, reference.info.type.mime)
        for number, reference in enumerate(drawing.references)
    }
    return ModelCall(model.id, inputs, model.call is CallForm.MULTIPART, files)
