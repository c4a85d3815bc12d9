"""What the text models write: the prompt they were given, made longer."""

from dataclasses import dataclass
from typing import Final

FLOURISH: Final = "highly detailed, soft natural light, sharp focus"
LETTERS_PER_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply to *asked*; a `text` of None is a null, an `absent` one is not there at all."""

    asked: str
    text: str | None
    absent: bool = False

    @property
    def usage(self) -> dict[str, int]:
        """The tokens, roughly."""
        read, written = tokens_of(self.asked), tokens_of(self.text or "")
        return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def improve(prompt: str) -> str:
    """Return a prompt as an optimiser would: the same every time, with the original in it."""
    return f"{prompt.strip().rstrip('.,;')}, {FLOURISH}"


def as_response(reply: Reply) -> dict[str, object]:
    """Shape a reply as Workers AI's own models do."""
    return {"usage": reply.usage} if reply.absent else {"response": reply.text, "usage": reply.usage}


def as_choices(reply: Reply, model: str, call_id: str, created: int) -> dict[str, object]:
    """Shape a reply as OpenAI's API does."""
    message = {"role": "assistant", "content": reply.text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {
        "id": f"chatcmpl-{call_id}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [] if reply.absent else [choice],
        "usage": reply.usage,
    }


def tokens_of(text: str) -> int:
    """Count tokens by their usual length."""
    return -(-len(text) // LETTERS_PER_TOKEN)
