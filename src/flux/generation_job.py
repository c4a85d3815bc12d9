"""One drawing in the making, from the prompt to the last picture; chat and the images API share it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from flux.errors import ApiError, ContentPolicyViolation
from flux.generation import ImageGenerator
from flux.images import GeneratedImage
from flux.optimization import Optimized, optimize, rewrite_for_safety
from flux.planning import Drawing, check_prompt_length


@dataclass(slots=True)
class GenerationJob:
    """A drawing, and what has become of it so far.

    *optimizes* is whether a text model writes the prompt first; *optimized* is what it wrote, in
    *optimize_seconds*. *rewritten* is what it wrote after the safety filter had refused the first words.
    *images* were drawn, *failures* are the errors of those that were not.
    """

    generator: ImageGenerator
    drawing: Drawing
    optimizes: bool
    optimized: Optimized | None = None
    optimize_seconds: float | None = None
    images: list[GeneratedImage] = field(default_factory=list)
    failures: list[ApiError] = field(default_factory=list)
    rewritten: Optimized | None = None

    def __post_init__(self) -> None:
        """Raise InvalidValue where it is sure already that the prompt is too long for the model."""
        # A structured prompt says exactly what is wanted: there is nothing to rewrite.
        self.optimizes = self.optimizes and not self.drawing.structured
        if not self.optimizes:
            check_prompt_length(self.drawing.prompt, self.drawing.model)

    @property
    def revised_prompt(self) -> str | None:
        """What a text model made of the prompt, None where it is the client's own."""
        written = (self.rewritten, self.optimized)
        return next((made.text for made in written if made is not None and made.failure is None), None)

    async def optimize(self) -> Optimized:
        """Have the prompt rewritten. Raises InvalidValue where that failed and the original is too long."""
        services, drawing = self.generator.services, self.drawing
        started = services.now()
        limit = drawing.model.prompt_limit
        self.optimized = await optimize(services, drawing.prompt, drawing.size, limit)
        self.optimize_seconds = services.now() - started
        check_prompt_length(self.optimized.text, drawing.model)
        self.drawing = replace(drawing, prompt=self.optimized.text)
        return self.optimized

    async def draw(self) -> AsyncIterator[GeneratedImage]:
        """Give each picture as it is ready. Raises the first failure where there was no picture at all.

        Where the safety filter refused them all and ``SAFETY_REWRITE`` is set, other words are tried, once.
        """
        async for image in self._draw():
            yield image
        if self._may_rewrite() and await self._rewrite():
            async for image in self._draw():
                yield image
        if not self.images:
            raise self.failures[0]

    async def _draw(self) -> AsyncIterator[GeneratedImage]:
        self.failures.clear()
        async for outcome in self.generator.draw(self.drawing):
            if isinstance(outcome, ApiError):
                self.failures.append(outcome)
            else:
                self.images.append(outcome)
                yield outcome

    def _may_rewrite(self) -> bool:
        refused = all(isinstance(failure, ContentPolicyViolation) for failure in self.failures)
        return self.generator.services.settings.safety_rewrite and not self.images and refused

    async def _rewrite(self) -> bool:
        """Have the refused prompt said in other words; say whether there are any."""
        drawing = self.drawing
        made = await rewrite_for_safety(self.generator.services, drawing.prompt, drawing.model.prompt_limit)
        if made.failure is not None or made.text == drawing.prompt:
            return False
        self.rewritten = made
        self.drawing = replace(drawing, prompt=made.text, structured=False)
        return True
