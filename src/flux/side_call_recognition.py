"""Telling side calls from prompts: by the request's form, by the apps' wordings, and by general rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flux.fields import Fields
from flux.messages import Message
from flux.quoted_history import Quotation, read_quotation
from flux.schema_examples import Schema
from flux.side_call_phrases import (
    CHATBOX_PICTURE_PROBE,
    CHATBOX_TOOL,
    CHATBOX_TOOL_PROBE,
    PHRASES,
    PROBES,
    Phrase,
    Reply,
    Where,
)
from flux.side_call_rules import find_task
from flux.side_calls import ANY, SideCall


def recognise(fields: Fields, messages: Sequence[Message]) -> SideCall | None:
    """Answer the side call that a request is; None where it asks for a picture."""
    found = _worded(messages) or _probe(fields, messages) or _ruled(messages)
    if (form := _forced(fields) or _format(fields)) is not None:
        found = found or SideCall(app=ANY, task=form.task, reply=form.reply, prompts=_prompts(messages, None))
        reply = _AS_JSON.get(found.reply, found.reply) if form.reply is Reply.OBJECT else found.reply
        return replace(found, reply=reply, tool=form.tool, schema=form.schema)
    return found or _told_by_the_system(messages)


def _asking(messages: Sequence[Message]) -> Message | None:
    """Answer the message that asks: the last one, if the user or the app wrote it."""
    if messages and messages[-1].role in _SYSTEMS:
        return messages[-1]
    return next((message for message in reversed(messages) if message.role == "user"), None)


_SYSTEMS: Final = frozenset({"system", "developer"})


def _worded(messages: Sequence[Message]) -> SideCall | None:
    """Look for an app's own wording."""
    asking = _asking(messages)
    system = "\n".join(message.text for message in messages if message.role in _SYSTEMS)
    found = next(_fitting(asking.text.lstrip() if asking else "", system), None)
    return _of_phrase(found, messages, asking) if found else None


def _fitting(text: str, system: str) -> Iterator[Phrase]:
    if text.startswith(_STARTS):  # one look for all of them: nearly every message has none
        yield from (row for row in PHRASES if row.where is Where.START and text.startswith(row.pattern))
    lines = "\n" + text
    yield from (row for row in _LINES if f"\n{row.pattern}" in lines)
    if system:
        yield from (row for row in _IN_SYSTEM if row.pattern in system)


_STARTS: Final = tuple(row.pattern for row in PHRASES if row.where is Where.START)
_LINES: Final = tuple(row for row in PHRASES if row.where is Where.LINE)
_IN_SYSTEM: Final = tuple(row for row in PHRASES if row.where is Where.SYSTEM)


def _of_phrase(phrase: Phrase, messages: Sequence[Message], asking: Message | None) -> SideCall:
    instruction = None if phrase.where is Where.SYSTEM else asking
    return SideCall(
        app=phrase.app,
        task=phrase.task,
        reply=phrase.reply,
        prompts=_prompts(messages, instruction) or _prompts((), asking),
        enclosed=_enclosed(instruction.text) if instruction and phrase.reply is Reply.ENCLOSED else "",
    )


def _enclosed(text: str) -> str:
    """Answer the text between an app's marks; the first one, where there are several."""
    for start, end in (("<translate_input>\n", "\n</translate_input>"), ('"""', '"""')):
        _, found, rest = text.partition(start)
        if found:
            return rest.partition(end)[0].strip()
    return text


def _probe(fields: Fields, messages: Sequence[Message]) -> SideCall | None:
    """Look for a connection test: a greeting, or one of Chatbox's questions, and nothing beside it."""
    said = [message for message in messages if message.role not in _SYSTEMS]
    if len(said) != 1 or said[0].role != "user":
        return None
    text = said[0].text.strip()
    if (text == CHATBOX_PICTURE_PROBE and said[0].images) or (
        text == CHATBOX_TOOL_PROBE and CHATBOX_TOOL in _tools(fields)
    ):
        return SideCall(app="chatbox", task="probe", reply=Reply.GREETING, prompts=(text,))
    language = None if said[0].images else PROBES.get(_bare(text))
    if language is None:
        return None
    return SideCall(app=ANY, task="probe", reply=Reply.GREETING, prompts=(text,), language=language)


def _bare(text: str) -> str:
    """Write a greeting in small letters and without signs; a text too long to be one is nothing."""
    if len(text) > _LONGEST_GREETING:
        return ""
    letters = (char if char.isalnum() else " " for char in text.casefold())
    return " ".join("".join(letters).split())


_LONGEST_GREETING: Final = 40


def _ruled(messages: Sequence[Message]) -> SideCall | None:
    """Look for a wording that no row knows, about a conversation that is there to be asked about."""
    asking = _asking(messages)
    if asking is None:
        return None
    quotation = read_quotation(asking.text)
    if quotation is None or not quotation.answered:
        earlier = any(message.role == "assistant" for message in messages)
        task = find_task(asking.text) if earlier else None
        if task is None:
            return None
        return SideCall(app=ANY, task=task, reply=_REPLIES[task], prompts=_prompts(messages, asking))
    system = "\n".join(message.text for message in messages if message.role in _SYSTEMS)
    return _about(quotation, system)


def _about(quotation: Quotation, system: str) -> SideCall | None:
    """Answer the side call that a message is which quotes a conversation."""
    task = find_task(quotation.instruction) or find_task(system)
    # Nobody writes a picture's prompt as a list of messages, or between the tags that mark a history.
    if task is None and not quotation.marked:
        return None
    reply = next((reply for key, reply in _KEYS.items() if key in quotation.instruction), None)
    task = task or (_TASKS[reply] if reply else "title")
    return SideCall(app=ANY, task=task, reply=reply or _REPLIES[task], prompts=quotation.prompts)


_REPLIES: Final = {
    "title": Reply.TITLE,
    "summary": Reply.SUMMARY,
    "tags": Reply.TAGS,
    "follow-ups": Reply.LIST,
}
_KEYS: Final = {
    '"title"': Reply.TITLE_JSON,
    '"tags"': Reply.TAGS_JSON,
    '"follow_ups"': Reply.FOLLOW_UPS_JSON,
    '"queries"': Reply.QUERIES_JSON,
    '"prompt"': Reply.PROMPT_JSON,
    '"text"': Reply.TEXT_JSON,
}
"""The JSON that Open WebUI's templates ask for, which stays when the words around it are changed."""
_TASKS: Final = {
    Reply.TITLE_JSON: "title",
    Reply.TAGS_JSON: "tags",
    Reply.FOLLOW_UPS_JSON: "follow-ups",
    Reply.QUERIES_JSON: "queries",
    Reply.PROMPT_JSON: "image-prompt",
    Reply.TEXT_JSON: "autocomplete",
}


@dataclass(frozen=True, slots=True)
class _Form:
    """The form that the answer must have, and what the side call is where nothing else tells."""

    task: str
    reply: Reply
    tool: str | None = None
    schema: Schema | None = None


def _forced(fields: Fields) -> _Form | None:
    """Look for a request that must be answered by the call of a tool, which no picture is."""
    choice = fields.values.get("tool_choice")
    named = choice if isinstance(choice, Mapping) else {}
    if choice not in ("required", "any") and named.get("type") not in _FORCING:
        return None
    tools = _tools(fields)
    function = named.get("function", named)
    name = function.get("name") if isinstance(function, Mapping) else None
    name = name if isinstance(name, str) and name else next(iter(tools), None)
    return _Form("tool", Reply.TITLE, name, tools.get(name, _NO_ARGUMENTS) if name else None)


_NO_ARGUMENTS: Final[Schema] = {"type": "object"}
_FORCING: Final = frozenset({"function", "custom", "tool", "any", "required"})


def _tools(fields: Fields) -> dict[str, Schema]:
    """Answer the tools of a request and the schemas of their arguments."""
    tools = fields.values.get("tools")
    functions = [
        tool.get("function", tool)
        for tool in (tools if isinstance(tools, list) else [])
        if isinstance(tool, dict)
    ]
    return {
        function["name"]: parameters
        if isinstance(parameters := function.get("parameters"), dict)
        else _NO_ARGUMENTS
        for function in functions
        if isinstance(function, dict) and isinstance(function.get("name"), str)
    }


def _format(fields: Fields) -> _Form | None:
    """Look for a request that wants JSON, which no picture is."""
    wanted = fields.values.get("response_format")
    if not isinstance(wanted, Mapping) or wanted.get("type") not in ("json_object", "json_schema"):
        return None
    described = wanted.get("json_schema")
    schema = described.get("schema") if isinstance(described, Mapping) else None
    return _Form("json", Reply.OBJECT, schema=schema if isinstance(schema, Mapping) else None)


_AS_JSON: Final = {Reply.TITLE: Reply.TITLE_JSON, Reply.TAGS: Reply.TAGS_JSON, Reply.SUMMARY: Reply.OBJECT}


def _told_by_the_system(messages: Sequence[Message]) -> SideCall | None:
    """Look for an app's instruction below a conversation; its last user message was answered long ago."""
    if not messages or messages[-1].role not in _SYSTEMS or not _prompts(messages, None):
        return None
    return SideCall(app=ANY, task="memory", reply=Reply.SUMMARY, prompts=_prompts(messages, messages[-1]))


def _prompts(messages: Sequence[Message], instruction: Message | None) -> tuple[str, ...]:
    """Answer what the user has asked for: in messages of their own, else as *instruction* quotes it."""
    users = [message for message in messages if message.role == "user" and message is not instruction]
    prompts = tuple(prompt for message in users for prompt in _prompts_in(message.text))
    if prompts or instruction is None:
        return prompts
    quotation = read_quotation(instruction.text)
    return quotation.prompts if quotation else ()


def _prompts_in(text: str) -> tuple[str, ...]:
    quotation = read_quotation(text)
    if quotation is not None:
        return quotation.prompts
    return (text.strip(),) if text.strip() else ()
