"""Side calls: what an app asks of its own accord (titles, tags, summaries, connection tests), and the answer.

A picture for each of them would cost the owner more than the picture that was asked for.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flux.grammar import parse_prompt
from flux.languages import language_of_script
from flux.schema_examples import Example, Schema
from flux.side_call_phrases import Reply
from flux.structured import parse_structured, readable
from flux.texts import Texts

ANY: Final = "any"
"""The app's name where the request does not tell it."""

_LONGEST_TITLE: Final = 40
_LONGEST_READ: Final = 4000
_LONGEST_LINE: Final = 200
_MOST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool, as the answer to a request that allows nothing else."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideCall:
    """One side call: whose it is, what it wants, and what it is about.

    *tool* is the tool that the answer must call, *schema* the one that it or the call's arguments must fit.
    """

    app: str
    task: str
    reply: Reply
    prompts: tuple[str, ...] = ()
    """What the user of the conversation has asked for, from the first to the last."""
    enclosed: str = ""
    """The text that the answer repeats."""
    language: str | None = None
    """The language of a greeting; None where only the script can tell."""
    tool: str | None = None
    schema: Schema | None = None

    @property
    def name(self) -> str:
        """What the header ``x-side-call`` says."""
        return f"{self.app}/{self.task}"

    @property
    def subject(self) -> str:
        """The words that show the reader's language."""
        return self.prompts[0] if self.prompts else ""

    def answer(self, texts: Texts) -> str | ToolCall:
        """Write the answer, in the form that was asked for."""
        if self.schema is None:
            fixed = self.reply.value
            return fixed if isinstance(fixed, str) else _WRITERS[self.reply](self, texts)
        by_name = {
            "title": self.title(texts),
            "language": self.language_name,
            "summary": self.summary(texts),
            "completion": "",
            "text": "",
        }
        written = json.dumps(Example(self.schema, self.title(texts), by_name).write(), ensure_ascii=False)
        return written if self.tool is None else ToolCall(self.tool, written)

    @property
    def language_name(self) -> str:
        """The English name of the language that was asked in."""
        return _LANGUAGES[language_of_script(self.subject)]

    def title(self, texts: Texts) -> str:
        """Name the conversation after its first prompt."""
        return short_title(self.subject) or texts.picture

    def summary(self, texts: Texts) -> str:
        """List what was asked for."""
        lines = [
            f"- {_flat(prompt[:_LONGEST_READ])[:_LONGEST_LINE]}" for prompt in self.prompts[-_MOST_LINES:]
        ]
        return "\n".join([texts.asked_for, *lines])


_WRITERS: Final[Mapping[Reply, Callable[[SideCall, Texts], str]]] = {
    Reply.TITLE: SideCall.title,
    Reply.TITLE_JSON: lambda call, texts: _json(title=call.title(texts)),
    Reply.SUMMARY: SideCall.summary,
    Reply.PROMPT_JSON: lambda call, texts: _json(prompt=call.prompts[-1] if call.prompts else texts.picture),
    Reply.LANGUAGE: lambda call, _: call.language_name,
    Reply.ENCLOSED: lambda call, _: call.enclosed,
    Reply.GREETING: lambda _, texts: texts.greeting,
}

_LANGUAGES: Final = {
    "en": "English",
    "zh-cn": "Chinese",
    "zh-hant": "Chinese",
    "ja": "Japanese",
    "ru": "Russian",
}


def short_title(prompt: str) -> str:
    """Make a title of at most 40 characters out of a prompt, cut at a word."""
    structure = parse_structured(prompt)
    text = _flat(readable(structure) if structure else parse_prompt(prompt[:_LONGEST_READ]).text).strip(
        " \"'“”«»„「」#*`"
    )
    if len(text) <= _LONGEST_TITLE:
        return text
    words, _, _ = text[: _LONGEST_TITLE + 1].rpartition(" ")
    # Chinese and Japanese have no spaces to cut at; where there is one, it may stand near the start.
    cut = words if len(words) > _LONGEST_TITLE // 2 else text[:_LONGEST_TITLE]
    return cut.rstrip(" ,.;:-–，、。；：")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _json(**values: str) -> str:
    return json.dumps(values, ensure_ascii=False)
