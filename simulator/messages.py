"""The `messages` of a text model, and what the last one of the user says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.refusals import bad_input
from simulator.schema import LONGEST_TEXT, Text, mismatch

ROLES: Final = ("system", "developer", "user", "assistant", "tool")
PART_TYPES: Final = ("text", "image_url")


@dataclass(frozen=True, slots=True)
class Messages:
    """A conversation with at least one turn of the user.

    Workers AI takes content as a string; OpenAI's API takes it as a list of parts too (`parts`).
    """

    parts: bool = False

    def from_form(self, text: str) -> object:
        """Take the text as it is: a conversation never comes in a form."""
        return text

    def check(self, path: str, value: object) -> list[tuple[str, str]]:
        """Return the turns as (role, text)."""
        if not isinstance(value, list):
            raise mismatch(path, "array", value)
        turns = [self._turn(f"{path}/{at}", message) for at, message in enumerate(value)]
        if "user" not in (role for role, _ in turns):
            raise bad_input(f"'{path}' must have a message of the role 'user'")
        return turns

    def _turn(self, path: str, message: object) -> tuple[str, str]:
        if not isinstance(message, dict):
            raise mismatch(path, "object", message)
        if extra := sorted(message.keys() - {"role", "content"}):
            raise bad_input(
                f"Additional or unevaluated properties '{', '.join(extra)}' at '{path}' not allowed"
            )
        if message.keys() != {"role", "content"}:
            raise bad_input(f"required properties at '{path}' are 'role,content'")
        if message["role"] not in ROLES:
            raise bad_input(f"enum {message['role']} not in {','.join(ROLES)} at '{path}/role'")
        return message["role"], self._content(f"{path}/content", message["content"])

    def _content(self, path: str, content: object) -> str:
        if self.parts and isinstance(content, list):
            return "\n".join(_part(f"{path}/{at}", part) for at, part in enumerate(content))
        return Text(0, LONGEST_TEXT).check(path, content)


def last_of_user(turns: list[tuple[str, str]]) -> str:
    """Return what the user said last."""
    return next(text for role, text in reversed(turns) if role == "user")


def _part(path: str, part: object) -> str:
    if not isinstance(part, Mapping):
        raise mismatch(path, "object", part)
    if part.get("type") not in PART_TYPES:
        raise bad_input(f"enum {part.get('type')} not in {','.join(PART_TYPES)} at '{path}/type'")
    return Text(0).check(f"{path}/text", part.get("text", "")) if part["type"] == "text" else ""
