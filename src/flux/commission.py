"""One drawing in the making, from the prompt to the last picture; chat and the images API share it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from flux.errors import ApiError
from flux.generation import Artist
from flux.images import GeneratedImage
from flux.optimization import Optimized, optimize
from flux.planning import Drawing, check_prompt_length


@dataclass(slots=True)
class Commission:
    """A drawing, and what has become of it so far.

    *optimizes* is whether a text model writes the prompt first; *optimized* is what it wrote, in
    *optimize_seconds*. *images* were drawn, *failures* are the errors of those that were not.
    """

    artist: Artist
    drawing: Drawing
    optimizes: bool
    optimized: Optimized | None = None
    optimize_seconds: float | None = None
    images: list[GeneratedImage] = field(default_factory=list)
    failures: list[ApiError] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Raise InvalidValue where it is sure already that the prompt is too long for the model."""
        # A structured prompt says exactly what is wanted: there is nothing to rewrite.
        self.optimizes = self.optimizes and not self.drawing.structured
        if not self.optimizes:
            check_prompt_length(self.drawing.prompt, self.drawing.model)

    async def optimize(self) -> Optimized:
        """Have the prompt rewritten. Raises InvalidValue where that failed and the original is too long."""
        services, model = self.artist.services, self.drawing.model
        started = services.now()
        self.optimized = await optimize(services, self.drawing.prompt, model.prompt_limit)
        self.optimize_seconds = services.now() - started
        check_prompt_length(self.optimized.text, model)
        self.drawing = replace(self.drawing, prompt=self.optimized.text)
        return self.optimized

    async def draw(self) -> AsyncIterator[GeneratedImage]:
        """Give each picture as it is ready. Raises the first failure where there was no picture at all."""
        async for outcome in self.artist.draw(self.drawing):
            if isinstance(outcome, ApiError):
                self.failures.append(outcome)
            else:
                self.images.append(outcome)
                yield outcome
        if not self.images:
            raise self.failures[0]
