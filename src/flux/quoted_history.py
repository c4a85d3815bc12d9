"""Conversations that apps quote inside one message, for a model to name or to summarise.

Each app has its own way: tags, lines that begin with a role, a JSON list, blocks between dashes. A message
may be as long as a body, so that nothing here looks at any part of it twice.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted conversation: what its user asked for, and the words around it that say what to do with it."""

    prompts: tuple[str, ...]
    instruction: str
    answered: bool = True
    """Whether an assistant is quoted too; a picture's prompt may well have a line that starts ``User:``."""
    marked: bool = False
    """Whether tags or JSON say beyond doubt that it is a conversation."""


def read_quotation(text: str) -> Quotation | None:
    """Find the conversation that *text* quotes."""
    return next((found for read in _READERS if (found := read(text)) is not None), None)


_HISTORY: Final = re.compile(r"<(chat_?history)>", re.IGNORECASE)
_ROLE: Final = re.compile(
    r"^[ \t]*(?:\|\|>[ \t]*)?(?:\[(?P<bracketed>\w+)\][ \t]*$|(?P<plain>user|human|assistant|ai|system|model"
    r"|response)[ \t]*[:：])",
    re.IGNORECASE | re.MULTILINE,
)
_USERS: Final = frozenset({"user", "human"})
_ASSISTANTS: Final = frozenset({"assistant", "ai", "model", "response"})
_DASHES: Final = re.compile(r"\n-{5,}\n")
_END_OF_TURN: Final = re.compile(r"\n(?:-{5,}|```|(?:\|\|>)?Title:)\s*\Z")
_QUERIES: Final = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\AHere is the query:\n(?P<prompt>.+?)\n\nCreate a concise(?P<rest>)",
        r"\A(?P<rest>Create a concise, .*?)(?:using|use) of the word 'title':\s*(?P<prompt>.+)",
        r"\A(?P<rest>Create a concise, .*?)\nPrompt: (?P<prompt>.+)",
        r"\A(?P<rest>You are tasked with generating web search queries.*?)\nQuestion:\s*(?P<prompt>.+)",
        r"\A(?P<rest>提示词：)\s*1\. (?P<prompt>[^\n]+)",
    )
)


def _tagged(text: str) -> Quotation | None:
    start = _HISTORY.search(text)
    end = text.find(f"</{start[1]}>", start.end()) if start else -1
    if start is None or end < 0:
        return None
    inner = text[start.end() : end]
    tagged = [piece.partition("</user>") for piece in inner.split("<user>")[1:]]
    prompts = [turn for turn, closed, _ in tagged if closed]
    prompts = prompts or [turn for role, turn in _turns(inner) if role in _USERS]
    return Quotation(_cleaned(prompts), text[: start.start()] + "\n" + text[end:], marked=True)


def _listed(text: str) -> Quotation | None:
    """Read a JSON list of messages, after which more words may come."""
    start = text.lstrip()
    if not start.startswith("[{"):
        return None
    try:
        turns, end = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(turn, dict) and isinstance(turn.get("role"), str) for turn in turns):
        return None
    said = [turn.get("mainText", turn.get("content")) for turn in turns if turn["role"] in _USERS]
    prompts = _cleaned(text for text in said if isinstance(text, str))
    answered = any(turn["role"] in _ASSISTANTS for turn in turns)
    return Quotation(prompts, start[end:], answered, marked=True)


def _led_by_roles(text: str) -> Quotation | None:
    """Read turns that each begin with their role; the instruction stands before them or after the last."""
    first = _ROLE.search(text)
    turns = list(_turns(text))
    prompts = [turn for role, turn in turns if role in _USERS]
    if first is None or not prompts:
        return None
    _, parted, last = text.rstrip().rpartition("\n\n")
    after = last if parted and not _ROLE.search(last) else ""
    answered = any(role in _ASSISTANTS for role, _ in turns)
    return Quotation(_cleaned(prompts), f"{text[: first.start()]}\n{after}", answered)


def _between_dashes(text: str) -> Quotation | None:
    """Read turns without roles, fenced and parted by dashes; a first turn that instructs is no prompt."""
    before, opened, rest = text.partition("\n```\n")
    inner, closed, after = rest.partition("\n```")
    if not opened or not closed:
        return None
    turns = _DASHES.split(inner)
    prompts = turns[1:2] if turns[0].startswith("You are ") else turns[:1]
    return Quotation(_cleaned(prompts), before + after, answered=len(turns) > 1)


def _queried(text: str) -> Quotation | None:
    found = next((match for pattern in _QUERIES if (match := pattern.match(text))), None)
    return Quotation(_cleaned([found["prompt"]]), found["rest"], answered=False) if found else None


_READERS: Final = (_tagged, _listed, _led_by_roles, _between_dashes, _queried)


def _turns(text: str) -> Iterator[tuple[str, str]]:
    """Take text apart into roles and what they say."""
    starts = list(_ROLE.finditer(text))
    for start, following in zip_longest(starts, starts[1:]):
        end = following.start() if following else len(text)
        yield (start["bracketed"] or start["plain"]).lower(), text[start.end() : end]


def _cleaned(prompts: Iterable[str]) -> tuple[str, ...]:
    cleaned = (_END_OF_TURN.sub("", prompt.strip()).strip().strip('"').strip() for prompt in prompts)
    return tuple(prompt for prompt in cleaned if prompt)
