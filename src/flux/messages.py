"""The messages of a chat request, read from every form the apps send."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flux.errors import InvalidValue, MissingParameter
from flux.fields import Fields, well_formed
from flux.images import MAX_PROMPT


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its role, its text, and the addresses of the pictures in it."""

    role: str
    text: str
    images: tuple[str, ...] = ()


def parse_messages(fields: Fields) -> tuple[Message, ...]:
    """Read ``messages``. Raises MissingParameter, InvalidValue."""
    written = fields.values.get("messages")
    if written is None or written == []:
        raise MissingParameter("'messages' is required: a list with at least one message.", param="messages")
    if not isinstance(written, list):
        raise InvalidValue("'messages' must be a list of messages.", param="messages")
    return tuple(_parse_message(message, f"messages[{at}]") for at, message in enumerate(written))


def last_user_message(messages: Sequence[Message]) -> Message:
    """Answer the message that says what to draw. Raises MissingParameter where none does, InvalidValue."""
    message = next((message for message in reversed(messages) if message.role == "user"), None)
    if message is not None and len(message.text) > MAX_PROMPT:
        length = len(message.text)
        raise InvalidValue(f"The prompt has {length} characters; {MAX_PROMPT} are taken.", param="prompt")
    if message is None or not message.text.strip():
        raise MissingParameter(
            "'messages' needs a message of the role 'user' whose text says what to draw.", param="messages"
        )
    return message


def _parse_message(written: object, param: str) -> Message:
    if not isinstance(written, dict) or not isinstance(written.get("role"), str):
        raise InvalidValue(f"'{param}' must be an object with a 'role' and a 'content'.", param=param)
    content = written.get("content")
    if content is None:
        return Message(written["role"], "")
    if isinstance(content, str):
        return Message(written["role"], well_formed(content))
    if not isinstance(content, list):
        raise InvalidValue(
            f"'{param}.content' must be a string or a list of parts.", param=f"{param}.content"
        )
    parts = [part for part in content if isinstance(part, dict | str)]
    text = "\n".join(text for part in parts for text in _part_text(part))
    return Message(written["role"], text, tuple(image for part in parts for image in _part_image(part)))


def _part_text(part: dict[str, object] | str) -> Iterator[str]:
    text = part if isinstance(part, str) else part.get("text")
    if isinstance(text, str):
        yield well_formed(text)


def _part_image(part: dict[str, object] | str) -> Iterator[str]:
    """Find the address of a picture: ``image_url`` as an object or a bare string, or ``input_image``."""
    image = part.get("image_url") if isinstance(part, dict) else None
    url = image.get("url") if isinstance(image, dict) else image
    if isinstance(url, str) and url:
        yield url
