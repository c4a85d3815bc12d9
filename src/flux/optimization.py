"""Prompt optimisation: a text model turns what the user wrote into a prompt that FLUX draws well.

Nothing here may cost the picture: every failure falls back to the user's own words, and says so.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flux.ports import Services
from flux.replies import cut_at_word
from flux.sizes import Size
from flux.text_model import Reason, TextModelFailed, ask, model_name

log: Final = logging.getLogger("flux")

_PROMPTS: Final = Path(__file__).parent / "prompts"
_OPTIMIZER: Final = (_PROMPTS / "optimizer.txt").read_text("utf-8").strip()
_SAFETY: Final = (_PROMPTS / "safety.txt").read_text("utf-8").strip()


@dataclass(frozen=True, slots=True)
class Optimized:
    """A prompt after optimisation; *failure* says why it is the original still, *cut* that it was cut."""

    text: str
    model: str
    failure: Reason | None = None
    cut: bool = False


async def optimize(services: Services, prompt: str, size: Size, limit: int) -> Optimized:
    """Have *prompt* rewritten in English for a picture of *size*, cut at a word to *limit* characters.

    Never raises: where that fails, the prompt is the original and *failure* says why.
    """
    instructions = services.settings.system_message or _OPTIMIZER
    return await _rewrite(services, f"{instructions}\n\n{shape_in_words(size)}", prompt, limit)


async def rewrite_for_safety(services: Services, prompt: str, limit: int) -> Optimized:
    """Have a refused *prompt* said in words that no safety filter takes amiss; never raises."""
    return await _rewrite(services, _SAFETY, prompt, limit)


async def _rewrite(services: Services, instructions: str, prompt: str, limit: int) -> Optimized:
    model = model_name(services.settings)
    try:
        text = await ask(services, instructions, prompt)
    except TextModelFailed as failure:
        log.warning("%s brought no prompt: %s", model, failure)
        return Optimized(prompt, model, failure=failure.reason)
    cut = cut_at_word(text, limit)
    return Optimized(cut, model, cut=cut != text)


_SQUARE: Final = 1.1
_WIDE: Final = 1.9


def shape_in_words(size: Size) -> str:
    """Say the shape of a picture in words: text models know what those mean for a composition."""
    ratio = max(size) / min(size)
    if ratio < _SQUARE:
        return "The picture is square."
    how = "very " if ratio > _WIDE else ""
    if size.width > size.height:
        return f"The picture is in {how}wide landscape format, about {ratio:.1f} times as wide as it is high."
    return f"The picture is in {how}tall portrait format, about {ratio:.1f} times as high as it is wide."
