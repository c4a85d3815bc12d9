"""The chat answer, told as things become known: the prompt, what became of it, and the pictures."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from flux.blobs import Base64, Spliced, Text, join
from flux.generation_job import GenerationJob
from flux.images import GeneratedImage
from flux.optimization import Optimized
from flux.texts import Texts


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture that is given beside the text, by its address or as a data URL."""

    url: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAnswer:
    """One answer. *written* is the prompt as the user wrote it; *address* gives a stored picture's address.

    With *attaches* the pictures stand beside the text, not in it.
    """

    job: GenerationJob
    written: str
    texts: Texts
    address: Callable[[str], str]
    attaches: bool = False

    async def tell(self) -> AsyncIterator[Text | Attached]:
        """Tell it piece by piece. Raises ApiError where no picture at all came of it."""
        job, texts = self.job, self.texts
        yield texts.original_prompt.format(prompt=self.written) + "\n"
        if job.optimizes:
            yield self._about(await job.optimize())
        else:
            yield texts.prompt_model.format(model=texts.no_prompt_model) + "\n"
        yield texts.optimized_prompt.format(prompt=job.drawing.prompt) + "\n"
        if notice := self._size_notice():
            yield notice + "\n"
        async for image in job.draw():
            for piece in self._picture(image):
                yield piece
        if failures := job.failures:
            yield "\n\n" + texts.some_failed.format(
                failed=len(failures), count=job.drawing.count, reason=texts.reason(failures[0])
            )

    def _about(self, optimized: Optimized) -> str:
        texts = self.texts
        model = optimized.model
        if optimized.failure is not None:
            reason = texts.reasons[f"text_model_{optimized.failure.value}"]
            model = texts.optimization_failed.format(reason=reason)
        about = texts.prompt_model.format(model=model) + "\n"
        if optimized.cut:
            spec = self.job.drawing.model
            about += texts.prompt_cut.format(limit=spec.prompt_limit, model=spec.short_id) + "\n"
        return about

    def _size_notice(self) -> str:
        drawing = self.job.drawing
        if drawing.replaced is not None:
            takes_pictures = drawing.replaced.references >= len(drawing.references)
            text = self.texts.substituted if takes_pictures else self.texts.substituted_for_pictures
            return text.format(
                model=drawing.model.short_id, chosen=drawing.replaced.short_id, size=drawing.size
            )
        if drawing.asked_size is not None:
            return self.texts.native_size.format(
                model=drawing.model.short_id, size=drawing.asked_size, native=drawing.size
            )
        return ""

    def _picture(self, image: GeneratedImage) -> Iterator[Text | Attached]:
        """Tell of one picture; the first one brings the size that was really drawn."""
        texts = self.texts
        before = "\n\n"
        if len(self.job.images) == 1:
            size_line = texts.specifications.format(size=image.size)
            before = f"{size_line}\n{texts.success}\n{texts.result}\n\n"
            if (rewritten := self.job.rewritten) is not None:
                before = f"{texts.rewritten.format(prompt=rewritten.text)}\n{before}"
        url: Text
        if image.key is not None:
            url = self.address(image.key)
        else:
            url = Spliced((f"data:{image.type.mime};base64,", Base64(image.blob)))
            before += f"{texts.not_stored}\n\n"
        if self.attaches:
            if told := before.rstrip("\n"):
                yield told
            yield Attached(url)
        else:
            yield join(f"{before}![{texts.picture}](", url, ")")
