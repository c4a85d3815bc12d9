"""The pictures of the stand-in: an abstract background, and a caption that says what was asked for."""

import random
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from simulator import backdrop
from simulator.lettering import measure, wrap, write
from simulator.models import Encoding
from simulator.sketch import Sketch

HONEST: Final = "Stand-in picture. Not drawn by a FLUX model."
SMALLEST_WITH_TEXT: Final = 96
LINE: Final = 1.4
LONGEST_SHOWN: Final = 2000

# What Pillow is told for each format: a weight like a real picture's, at a speed that does not hide ours.
SAVE_OPTIONS: Final[dict[Encoding, dict[str, int]]] = {
    Encoding.JPEG: {"quality": 88},
    Encoding.PNG: {"compress_level": 1},
    Encoding.WEBP: {"quality": 85, "method": 0},
}


def draw(sketch: Sketch) -> Image.Image:
    """Draw a picture: the same sketch always gives the same one."""
    chance = random.Random(f"{sketch.model} {sketch.prompt} {sketch.seed}")
    picture = backdrop.paint(sketch.size, chance)
    if min(sketch.size) >= SMALLEST_WITH_TEXT:
        _thumbnails(picture, sketch)
        _caption(picture, sketch)
    return picture


def encode(picture: Image.Image, encoding: Encoding) -> bytes:
    """Return the picture as the bytes of a file."""
    file = BytesIO()
    picture.save(file, encoding.value, **SAVE_OPTIONS[encoding])
    return file.getvalue()


def facts(sketch: Sketch) -> str:
    """Return what was asked for, in one line."""
    known: dict[str, str | float | None] = {
        "size": f"{sketch.width}x{sketch.height}",
        "seed": sketch.seed,
        "steps": sketch.steps,
        "guidance": sketch.guidance,
        "strength": sketch.strength,
        "without": sketch.negative_prompt,
    }
    return "  ·  ".join(f"{name} {value}" for name, value in known.items() if value not in (None, ""))


def _caption(picture: Image.Image, sketch: Sketch) -> None:
    width, height = picture.size
    margin = min(width, height) // 28
    size = max(9, min(width, height) // 36)
    room = width - 4 * margin
    head = round(size * 1.25)
    most = max(1, int(height * 0.4 / (head * LINE)))
    lines = [
        *((line, head, "#ffffff") for line in wrap(sketch.prompt[:LONGEST_SHOWN], head, room, most)),
        *((line, size, "#d8dee9") for line in wrap(sketch.model, size, room, 2)),
        *((line, size, "#d8dee9") for line in wrap(facts(sketch), size, room, 4)),
        *((line, size, "#ffd479") for line in wrap(HONEST, size, room, 2)),
    ]
    tall = sum(round(text_size * LINE) for _, text_size, _ in lines)
    top = max(margin, height - tall - 3 * margin)
    _shade(picture, (margin, top, width - margin, height - margin), margin)
    y = top + margin
    for line, text_size, colour in lines:
        write(picture, (2 * margin, y), line, text_size, colour)
        y += round(text_size * LINE)


def _shade(picture: Image.Image, box: tuple[int, int, int, int], radius: int) -> None:
    """Darken a rounded panel."""
    size = (box[2] - box[0], box[3] - box[1])
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius, fill=190)
    picture.paste((13, 17, 28), box, mask)


def _thumbnails(picture: Image.Image, sketch: Sketch) -> None:
    """Show the reference pictures in their order, each with its size."""
    width, height = picture.size
    margin = min(width, height) // 28
    side = min(height // 4, (width - 5 * margin) // 4)
    size = max(9, side // 12)
    for at, reference in enumerate(sketch.references):
        small = reference.image.copy()
        small.thumbnail((side, side))
        x, y = margin + at * (side + margin), margin
        frame = 1 + side // 64
        picture.paste("#ffffff", (x, y, x + small.width + 2 * frame, y + small.height + 2 * frame))
        picture.paste(small, (x + frame, y + frame))
        label = "{}: {}x{}".format(at, *reference.size)
        below = y + small.height + 2 * frame
        wide = round(measure(label, size)) + size
        _shade(picture, (x, below, x + wide, below + round(size * LINE)), 0)
        write(picture, (x + size // 2, below), label, size, "#ffffff")
