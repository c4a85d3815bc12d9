"""What apps and people really send: prompts that must be drawn, and conversations with their side calls.

``tests/corpus/prompts`` has one prompt a line for each language (``\\n`` is a line break in a prompt).
``tests/corpus/conversations`` has one app's requests a file, in the order it sends them; `Request.pictures`
is what each must draw. In a body, the text ``<answer>`` stands for our answer to the prompt before it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CORPUS: Final = Path(__file__).parent / "corpus"
ANSWER: Final = (
    "🎨 Original prompt: A cute cat 16:9\n💬 Prompt generation model: Original Prompt\n"
    "🌐 Optimized prompt: A cute cat\n📐 Image specifications: 1024x576\n🌟 Image generation successful!\n"
    "Here's the result:\n\n![Generated Image](https://flux.example/image/0123456789abcdef0123456789abcdef.jpg)"
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request of an app: how many pictures it must draw, and else what the answer must say."""

    name: str
    pictures: int
    body: Mapping[str, Any]
    side_call: str | None = None
    answer: object = None
    """The whole answer: a text, or the JSON value that it must spell; None where any will do."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one app sends for two prompts of its user; *source* says where its words are from."""

    app: str
    source: str
    requests: tuple[Request, ...]


def prompts() -> dict[str, list[str]]:
    """Read the prompts that must be drawn, by language."""
    return {
        file.stem: [line.replace("\\n", "\n") for line in file.read_text("utf-8").splitlines() if line]
        for file in sorted((CORPUS / "prompts").glob("*.txt"))
    }


def conversations() -> list[Conversation]:
    """Read the recorded conversations."""
    return [_conversation(file) for file in sorted((CORPUS / "conversations").glob("*.json"))]


def _conversation(file: Path) -> Conversation:
    # As JSON text, the answer's line breaks and quotes must be written as JSON writes them.
    text = file.read_text("utf-8").replace("<answer>", json.dumps(ANSWER)[1:-1])
    recorded = json.loads(text)
    return Conversation(
        recorded["app"], recorded["source"], tuple(Request(**request) for request in recorded["requests"])
    )
