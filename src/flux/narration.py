"""The chat answer, told as things become known: the prompt, what became of it, and the pictures."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Self

from flux.blobs import Base64, Spliced, Text
from flux.errors import ApiError
from flux.generation import Artist
from flux.images import Drawing, GeneratedImage, check_prompt_length
from flux.optimization import Optimized, optimize
from flux.texts import Texts


@dataclass(slots=True, kw_only=True)
class Narration:
    """One answer on its way. *written* is the prompt as the user wrote it.

    While it is told, *drawn* collects the pictures and *optimize_seconds* the time the text model took.
    """

    artist: Artist
    drawing: Drawing
    written: str
    optimizes: bool
    texts: Texts
    address: Callable[[str], str]
    drawn: list[GeneratedImage] = field(default_factory=list)
    optimize_seconds: float | None = None

    def checked(self) -> Self:
        """Answer this narration. Raises InvalidValue where it is sure already that the prompt is too long."""
        if not self.optimizes:
            check_prompt_length(self.drawing.prompt, self.drawing.model)
        return self

    async def tell(self) -> AsyncIterator[Text]:
        """Tell it piece by piece. Raises ApiError where no picture at all came of it."""
        yield self.texts.original_prompt.format(prompt=self.written) + "\n"
        drawing = self.drawing
        if self.optimizes:
            optimized = await self._optimize()
            drawing = drawing.with_prompt(optimized.text)
            yield self._about(optimized)
        else:
            yield self.texts.prompt_model.format(model=self.texts.no_prompt_model) + "\n"
        yield self.texts.optimized_prompt.format(prompt=drawing.prompt) + "\n"
        if notice := self._size_notice():
            yield notice + "\n"
        failures: list[ApiError] = []
        async for outcome in self.artist.draw(drawing):
            if isinstance(outcome, ApiError):
                failures.append(outcome)
            else:
                yield self._picture(outcome)
        if not self.drawn:
            raise failures[0]
        if failures:
            yield "\n\n" + self.texts.some_failed.format(
                failed=len(failures), count=drawing.count, reason=failures[0].message
            )

    async def _optimize(self) -> Optimized:
        services = self.artist.services
        started = services.now()
        optimized = await optimize(services, self.drawing.prompt, self.drawing.model.prompt_limit)
        self.optimize_seconds = services.now() - started
        check_prompt_length(optimized.text, self.drawing.model)
        return optimized

    def _about(self, optimized: Optimized) -> str:
        texts = self.texts
        model = optimized.model
        if optimized.failure is not None:
            model = texts.optimization_failed.format(reason=optimized.failure)
        about = texts.prompt_model.format(model=model) + "\n"
        if optimized.cut:
            spec = self.drawing.model
            about += texts.prompt_cut.format(limit=spec.prompt_limit, model=spec.short_id) + "\n"
        return about

    def _size_notice(self) -> str:
        drawing = self.drawing
        if drawing.replaced is not None:
            return self.texts.substituted.format(
                model=drawing.model.short_id, chosen=drawing.replaced.short_id, size=drawing.size
            )
        if drawing.asked_size is not None:
            return self.texts.native_size.format(
                model=drawing.model.short_id, size=drawing.asked_size, native=drawing.size
            )
        return ""

    def _picture(self, image: GeneratedImage) -> Text:
        """Tell of one picture; the first one brings the size that was really drawn."""
        texts = self.texts
        self.drawn.append(image)
        before = "\n\n"
        if len(self.drawn) == 1:
            size_line = texts.specifications.format(size=image.size)
            before = f"{size_line}\n{texts.success}\n{texts.result}\n\n"
        if image.key is not None:
            return f"{before}![{texts.picture}]({self.address(image.key)})"
        before += f"{texts.not_stored}\n\n![{texts.picture}](data:{image.type.mime};base64,"
        return Spliced((before, Base64(image.blob), ")"))
