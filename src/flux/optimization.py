"""Prompt optimisation: a text model turns what the user wrote into a prompt that FLUX draws well.

Nothing here may cost the picture: every failure falls back to the user's own words, and says so.
"""

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from flux.fields import well_formed
from flux.parsing import parse_json
from flux.ports import Services
from flux.upstream import UpstreamFailure

log: Final = logging.getLogger("flux")

SECONDS: Final = 20.0
"""The time a text model gets; a chat app's user waits behind it."""
_TOKENS: Final = 1024
_INSTRUCTIONS: Final = (Path(__file__).parent / "prompts" / "optimizer.txt").read_text("utf-8").strip()


@dataclass(frozen=True, slots=True)
class Optimized:
    """A prompt after optimisation; *failure* says why it is the original still, *cut* that it was cut."""

    text: str
    model: str
    failure: str | None = None
    cut: bool = False


class _Unusable(Exception):
    """The text model brought no prompt; the text says why, in a few words that show no secret."""


async def optimize(services: Services, prompt: str, limit: int) -> Optimized:
    """Have *prompt* rewritten in English, cut at a word to *limit* characters; never raises."""
    settings = services.settings
    model = settings.external_model if settings.external_api_base else settings.optimizer_model
    try:
        async with asyncio.timeout(SECONDS):
            text = _clean(await _ask(services, prompt))
    except TimeoutError:
        return _fallback(prompt, model, f"no answer within {SECONDS:.0f} s")
    except _Unusable as refusal:
        return _fallback(prompt, model, str(refusal))
    cut = cut_at_word(text, limit)
    return Optimized(cut, model, cut=cut != text)


def _fallback(prompt: str, model: str, reason: str) -> Optimized:
    log.warning("prompt optimisation by %s failed: %s", model, reason)
    return Optimized(prompt, model, failure=reason)


async def _ask(services: Services, prompt: str) -> str:
    settings = services.settings
    messages = (
        {"role": "system", "content": settings.system_message or _INSTRUCTIONS},
        {"role": "user", "content": prompt},
    )
    if settings.external_api_base:
        return _reply_text(await _ask_external(services, messages))
    if services.inference is None:
        raise _Unusable("there is no text model: set EXTERNAL_API_BASE")
    try:
        return _reply_text(await services.inference.write(settings.optimizer_model, messages, _TOKENS))
    except UpstreamFailure as failure:
        raise _Unusable(f"Workers AI answered {failure.code or failure.status or 'nothing'}") from failure


async def _ask_external(services: Services, messages: Sequence[Mapping[str, str]]) -> object:
    settings = services.settings
    headers = {"content-type": "application/json", "accept": "application/json"}
    if settings.external_api_key:
        headers["authorization"] = f"Bearer {settings.external_api_key}"
    body = {"model": settings.external_model, "messages": messages, "stream": False}
    try:
        reply = await services.http.post(
            chat_address(settings.external_api_base), headers=headers, text=json.dumps(body)
        )
    except OSError as error:
        raise _Unusable("the text model cannot be reached") from error
    if reply.status != 200:  # noqa: PLR2004 - OK
        raise _Unusable(f"the text model answered {reply.status}")
    try:
        return parse_json(reply.text)
    except ValueError:
        raise _Unusable("the text model answered something that is not JSON") from None


def chat_address(base: str) -> str:
    """Answer the chat endpoint of an API base, written with or without its version or its whole path."""
    if base.endswith("/chat/completions"):
        return base
    versioned = re.search(r"/v\d[^/]*(/|$)", urlsplit(base).path) is not None
    return f"{base}/chat/completions" if versioned else f"{base}/v1/chat/completions"


def _reply_text(value: object) -> str:
    """Take the text out of OpenAI's form, or of Workers AI's own. Raises _Unusable."""
    match value:
        case {"choices": [{"message": {"content": str(text)}}, *_]}:
            return text
        case {"response": str(text)}:
            return text
        case {"result": dict(inner)}:
            return _reply_text(inner)
    raise _Unusable("the text model answered no text")


_THINKING: Final = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|$)", re.DOTALL | re.IGNORECASE)
_STRAY_END: Final = re.compile(r"^.*</(think|thinking|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE: Final = re.compile(r"^```\w*\n(.*?)\n?```$", re.DOTALL)
_PREFIX: Final = re.compile(
    r"^\W{0,3}(?:(?:sure|certainly|of course)\b[^\n:]{0,60}|here(?:'s| is)\b[^\n:]{0,60}"
    r"|(?:(?:the|your|an?|optimi[sz]ed|improved|final|revised|rewritten|english|flux|image)\s+){0,4}prompt)"
    r"\W{0,2}:[*_\s]*",
    re.IGNORECASE,
)
_QUOTES: Final = {'"': '"', "'": "'", "“": "”", "「": "」", "«": "»", "`": "`"}


def _clean(reply: str) -> str:
    """Strip what is not the prompt: reasoning, a code fence, a prefix, quotation marks. Raises _Unusable."""
    text = _STRAY_END.sub("", _THINKING.sub("", well_formed(reply))).strip()
    text = _unfenced(_PREFIX.sub("", _unfenced(text)).strip())
    inside = text[1:-1]
    if len(text) > 1 and _QUOTES.get(text[0]) == text[-1] and not {text[0], text[-1]} & set(inside):
        text = inside.strip()
    if not text:
        raise _Unusable("the text model answered nothing")
    return text


def _unfenced(text: str) -> str:
    match = _FENCE.match(text)
    return match[1].strip() if match else text


def cut_at_word(text: str, limit: int) -> str:
    """Cut *text* to at most *limit* characters, between words where there are any."""
    if len(text) <= limit:
        return text
    head, space, _ = text[: limit + 1].rpartition(" ")
    return (head if space else text[:limit]).rstrip(" ,;:-")
