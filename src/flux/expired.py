"""The small picture that an ``<img>`` shows where a picture has expired."""

from functools import cache
from pathlib import Path
from typing import Final

from flux.http import Static

_TEMPLATE: Final = (Path(__file__).parent / "templates" / "expired.svg.txt").read_text(encoding="utf-8")


@cache
def expired_picture(text: str) -> Static:
    """Answer the picture, an SVG, with *text* in it; *text* comes from the table of texts."""
    return Static(_TEMPLATE.replace("{text}", text))
