"""A picture as it was ordered: every choice made, nothing drawn yet."""

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference picture, decoded."""

    image: Image.Image

    @property
    def size(self) -> tuple[int, int]:
        """The width and the height as they arrived."""
        return self.image.size


@dataclass(frozen=True, slots=True)
class Sketch:
    """Everything a picture depends on: equal sketches give equal pictures."""

    model: str
    prompt: str
    width: int
    height: int
    steps: int
    seed: int
    guidance: float | None = None
    negative_prompt: str | None = None
    strength: float | None = None
    references: tuple[Reference, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """The width and the height to draw."""
        return self.width, self.height
