"""What a call costs in neurons: the rules of Cloudflare's price list, one function a rule.

See https://developers.cloudflare.com/workers-ai/platform/pricing/
"""

from collections.abc import Callable
from math import ceil
from typing import TypeAlias

from simulator.sketch import Sketch

TILE = 512
MEGAPIXEL = 1024 * 1024

PicturePrice: TypeAlias = Callable[[Sketch], float]
TextPrice: TypeAlias = Callable[[int, int], float]


def free(_: Sketch) -> float:
    """Charge nothing: the model is in beta."""
    return 0.0


def tiles_plus_steps(tile: float, step: float) -> PicturePrice:
    """Charge for every output tile, and once for every step."""
    return lambda sketch: tile * _tiles(sketch.size) + step * sketch.steps


def tiles_in_and_out(tile_in: float, tile_out: float) -> PicturePrice:
    """Charge for every tile, whatever the steps."""
    return lambda sketch: tile_in * _tiles_in(sketch) + tile_out * _tiles(sketch.size)


def tiles_times_steps(tile_in: float, tile_out: float) -> PicturePrice:
    """Charge for every tile again in every step."""
    whole = tiles_in_and_out(tile_in, tile_out)
    return lambda sketch: whole(sketch) * sketch.steps


def megapixels(first: float, further: float, megapixel_in: float) -> PicturePrice:
    """Charge for every started megapixel, the first one dearer."""

    def price(sketch: Sketch) -> float:
        taken = sum(_megapixels(reference.size) for reference in sketch.references)
        return first + further * (_megapixels(sketch.size) - 1) + megapixel_in * taken

    return price


def tokens(million_in: float, million_out: float) -> TextPrice:
    """Charge for every token read and written."""
    return lambda read, written: (million_in * read + million_out * written) / 1_000_000


def _tiles(size: tuple[int, int]) -> int:
    return ceil(size[0] / TILE) * ceil(size[1] / TILE)


def _tiles_in(sketch: Sketch) -> int:
    return sum(_tiles(reference.size) for reference in sketch.references)


def _megapixels(size: tuple[int, int]) -> int:
    return ceil(size[0] * size[1] / MEGAPIXEL)
