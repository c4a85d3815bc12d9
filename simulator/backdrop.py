"""The abstract background of a picture: a field of colour, a few shapes, and grain.

All chance comes from the generator handed in, so that equal sketches look alike to the byte.
"""

import colorsys
import random
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw

Colour: TypeAlias = tuple[int, int, int]
Glaze: TypeAlias = tuple[int, int, int, int]
Point: TypeAlias = tuple[float, float]

# Patches of colour that are blown up into one smooth field.
PATCHES: Final = 4
# Shapes are drawn at half size: the enlargement smooths their edges, and costs a quarter.
REDUCTION: Final = 2
# Deviation from the true value, either way. It gives a JPEG the weight of a photograph.
GRAIN: Final = 11


def paint(size: tuple[int, int], chance: random.Random) -> Image.Image:
    """Paint a background."""
    palette = _palette(chance)
    small = (max(1, size[0] // REDUCTION), max(1, size[1] // REDUCTION))
    picture = _field(small, palette, chance)
    _shapes(picture, palette, chance)
    return _grained(picture.resize(size, Image.Resampling.BICUBIC), chance)


def _palette(chance: random.Random) -> list[Colour]:
    """Choose neighbouring hues and one from across the wheel."""
    hue = chance.random()
    turns = (0.0, 0.07, 0.13, 0.2, 0.5)
    return [_rgb(hue + turn, chance.uniform(0.35, 0.7), chance.uniform(0.3, 0.92)) for turn in turns]


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _field(size: tuple[int, int], palette: list[Colour], chance: random.Random) -> Image.Image:
    patches = Image.new("RGB", (PATCHES, PATCHES))
    patches.putdata([chance.choice(palette[:-1]) for _ in range(PATCHES * PATCHES)])
    return patches.resize(size, Image.Resampling.BICUBIC)


def _shapes(picture: Image.Image, palette: list[Colour], chance: random.Random) -> None:
    draw = ImageDraw.Draw(picture, "RGBA")
    width, height = picture.size
    for _ in range(chance.randint(6, 10)):
        at = (chance.uniform(0, width), chance.uniform(0, height * 0.75))
        radius = max(1.0, min(width, height) * chance.uniform(0.05, 0.34))
        colour = (*chance.choice(palette), chance.randint(50, 130))
        chance.choice(SHAPES)(draw, at, radius, colour, chance)


def _disc(draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: Glaze, _: random.Random) -> None:
    draw.circle(at, radius, fill=colour)


def _ring(draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: Glaze, chance: random.Random) -> None:
    draw.circle(at, radius, outline=colour, width=max(1, round(radius * chance.uniform(0.05, 0.3))))


def _polygon(
    draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: Glaze, chance: random.Random
) -> None:
    draw.regular_polygon((at, radius), chance.randint(3, 6), chance.randint(0, 359), fill=colour)


# Discs are the most restful.
SHAPES: Final = (_disc, _disc, _ring, _polygon)


def _grained(picture: Image.Image, chance: random.Random) -> Image.Image:
    width, height = picture.size
    noise = Image.frombytes("L", picture.size, chance.randbytes(width * height))
    grain = noise.point([round(128 - GRAIN + value * 2 * GRAIN / 255) for value in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), scale=1.0, offset=-128)
