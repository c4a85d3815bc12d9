"""Asking a text model: an OpenAI-compatible chat API, or one of Workers AI."""

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

from flux.parsing import parse_json
from flux.ports import Services
from flux.replies import clean, is_latin
from flux.settings import Settings
from flux.upstream import UpstreamFailure

log: Final = logging.getLogger("flux")

SECONDS: Final = 20.0
"""The time a text model gets; a chat app's user waits behind it."""
_TOKENS: Final = 1024


class Reason(Enum):
    """Why a text model brought nothing; `flux.texts` says it to the reader."""

    ABSENT = "absent"
    UNREACHABLE = "unreachable"
    ERROR = "error"
    SLOW = "slow"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    OTHER_LANGUAGE = "other_language"


class TextModelFailed(Exception):
    """A text model brought nothing that can be used; it ends in a fallback, never in an error."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason.value} {detail}".strip())
        self.reason = reason


def model_name(settings: Settings) -> str:
    """Answer the model that is asked."""
    return settings.external_model if settings.external_api_base else settings.optimizer_model


async def ask(services: Services, instructions: str, text: str) -> str:
    """Have *text* rewritten as the *instructions* say, in English. Raises TextModelFailed."""
    messages = ({"role": "system", "content": instructions}, {"role": "user", "content": text})
    try:
        async with asyncio.timeout(SECONDS):
            external = bool(services.settings.external_api_base)
            value = await (_ask_external if external else _ask_workers_ai)(services, messages)
    except TimeoutError:
        raise TextModelFailed(Reason.SLOW) from None
    reply = clean(_reply_text(value))
    if not reply:
        raise TextModelFailed(Reason.EMPTY)
    if not is_latin(reply):
        raise TextModelFailed(Reason.OTHER_LANGUAGE)
    return reply


async def _ask_workers_ai(services: Services, messages: Sequence[Mapping[str, str]]) -> object:
    if services.inference is None:
        raise TextModelFailed(Reason.ABSENT)
    try:
        return await services.inference.write(services.settings.optimizer_model, messages, _TOKENS)
    except UpstreamFailure as failure:
        # What answered 200 with something else than JSON was not refused; a message tells more in the log.
        answered = failure.status is not None and 200 <= failure.status < 300  # noqa: PLR2004 - OK
        reason = (
            Reason.UNREADABLE if answered else Reason.UNREACHABLE if _is_silent(failure) else Reason.ERROR
        )
        raise TextModelFailed(reason, f"{failure.status} {failure.code} {failure.text:.200}") from failure


def _is_silent(failure: UpstreamFailure) -> bool:
    return failure.status is None and failure.code is None


async def _ask_external(services: Services, messages: Sequence[Mapping[str, str]]) -> object:
    settings = services.settings
    headers = {"content-type": "application/json", "accept": "application/json"}
    if settings.external_api_key:
        headers["authorization"] = f"Bearer {settings.external_api_key}"
    body = json.dumps({"model": settings.external_model, "messages": messages, "stream": False})
    try:
        reply = await services.http.post(chat_address(settings.external_api_base), headers=headers, text=body)
    except OSError as error:
        raise TextModelFailed(Reason.UNREACHABLE, str(error)) from error
    if reply.status != 200:  # noqa: PLR2004 - OK
        raise TextModelFailed(Reason.ERROR, str(reply.status))
    try:
        return parse_json(reply.text)
    except ValueError:
        raise TextModelFailed(Reason.UNREADABLE) from None


def chat_address(base: str) -> str:
    """Answer the chat endpoint of an API base, written with or without its version or its whole path."""
    if base.endswith("/chat/completions"):
        return base
    versioned = re.search(r"/v\d[^/]*(/|$)", urlsplit(base).path) is not None
    return f"{base}/chat/completions" if versioned else f"{base}/v1/chat/completions"


def _reply_text(value: object) -> str:
    """Take the text out of OpenAI's form, or of Workers AI's own. Raises TextModelFailed."""
    match value:
        case {"choices": [{"message": {"content": str(text)}}, *_]}:
            return text
        case {"response": str(text)}:
            return text
        case {"result": dict(inner)}:
            return _reply_text(inner)
    raise TextModelFailed(Reason.EMPTY)
