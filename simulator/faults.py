"""The faults that can be ordered: one row each, by the name the control endpoint takes.

The codes, statuses and meanings are Cloudflare's: https://developers.cloudflare.com/workers-ai/platform/errors/
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.models import Encoding, Target
from simulator.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Canned:
    """Answer this, whatever was asked."""

    status: int
    content_type: str
    body: str


@dataclass(frozen=True, slots=True)
class Hang:
    """Never answer; give up when the client does, or after this many seconds."""

    longest: float = 300.0


@dataclass(frozen=True, slots=True)
class Cut:
    """Close the connection: before the answer, or in the middle of its body."""

    early: bool


@dataclass(frozen=True, slots=True)
class Reencode:
    """Draw the picture in another format."""

    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Spoil:
    """Draw the picture, and answer something else in the place of its bytes; None leaves the field out."""

    change: Callable[[bytes], bytes | None]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Write the reply, and answer something else in its place; None is a null."""

    change: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class NoChoices:
    """Answer without any reply in it."""


Act: TypeAlias = Refusal | Canned | Hang | Cut | Reencode | Spoil | Rewrite | NoChoices


@dataclass(frozen=True, slots=True)
class Fault:
    """A row: what goes wrong, in a sentence for the reader of `GET /control`."""

    name: str
    about: str
    act: Act


PAGE: Final = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
HTML: Final = "text/html; charset=UTF-8"
JSON: Final = "application/json"
LONG: Final = 10_000
CHINESE: Final = "一只可爱的猫坐在窗台上，柔和的自然光，细节丰富，焦点清晰"
ALLOCATION: Final = (
    "you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's "
    "Workers Paid plan if you would like to continue usage."
)


def _error(status: int, code: int, text: str) -> Fault:
    return Fault(str(code), f"{status}: {text}", Refusal(status, code, text))


def _text_only(name: str, status: int, text: str) -> Fault:
    return Fault(name, f"{status}, the text alone, no code: {text}", Refusal(status, None, text))


def _plain(status: int) -> Fault:
    body = f"error code: {status}"
    return Fault(str(status), f"{status} with a line of plain text.", Canned(status, "text/plain", body))


UPSTREAM: Final = (
    _error(400, 3030, "Input prompt contains NSFW content."),
    Fault(
        "3030-200",
        "The safety filter's refusal in the body of a 200.",
        Refusal(200, 3030, "Input prompt contains NSFW content."),
    ),
    _error(400, 8007, "The prompt was flagged by the safety filter."),
    _text_only("nsfw", 400, "The output was flagged as NSFW. Please choose another prompt."),
    _error(429, 3036, f"Account limited: {ALLOCATION}"),
    _error(429, 4006, ALLOCATION),
    _text_only("daily-allocation", 429, ALLOCATION),
    _error(429, 3040, "Capacity temporarily exceeded, please try again."),
    _text_only("capacity-text", 429, "Capacity temporarily exceeded, please try again."),
    _text_only("429", 429, "Too many requests: slow down."),
    _error(408, 3007, "Request timeout."),
    _error(408, 3008, "Request aborted."),
    _error(413, 3006, "Request too large."),
    _error(400, 5004, "Invalid data type for base64 input."),
    _error(400, 5006, "Error: '/steps' must be <= 4"),
    _error(400, 3003, "Error: the body could not be parsed."),
    _error(400, 5007, "No such model or task."),
    _error(404, 3042, "Model not found."),
    _error(403, 5016, "Prior to using this model, you must submit the prompt 'agree' to accept its licence."),
    _error(403, 5018, "This account is not allowed to access this model."),
    _error(403, 5035, "This model is available on the Workers Paid plan only."),
    _error(403, 3023, "Operation not allowed for this account."),
    _error(403, 3041, "This account is not allowed to run private models."),
    _error(401, 10000, "Authentication error"),
    _error(403, 9106, "Authentication failed: the Authorization header is missing."),
    _error(404, 7003, "Could not route to the account, perhaps your object identifier is invalid?"),
)

SHAPES: Final = (
    _text_only("500", 500, "Internal server error"),
    _plain(502),
    _plain(503),
    Fault("html", "502 with a page of HTML.", Canned(502, HTML, PAGE.format("502 Bad gateway"))),
    Fault("html-200", "200 with a page of HTML.", Canned(200, HTML, PAGE.format("One moment, please"))),
    Fault("not-json", "200, called JSON, that is none.", Canned(200, JSON, '{"image": "iVBOR')),
    Fault("empty", "200, called JSON, with an empty body.", Canned(200, JSON, "")),
    Fault("hang", "No answer until the client leaves.", Hang()),
    Fault("cut", "The connection breaks in the middle of the body.", Cut(early=False)),
    Fault("cut-early", "The connection breaks before the answer begins.", Cut(early=True)),
)

PICTURES: Final = (
    Fault("no-image", 'An empty picture: `{"image": ""}`, or no bytes.', Spoil(lambda _: b"")),
    Fault("missing-image", "A result without the field `image`, or no bytes.", Spoil(lambda _: None)),
    # A multiple of three bytes ends where four characters of base64 do: the half decodes.
    Fault(
        "truncated-base64", "The first half of the picture.", Spoil(lambda data: data[: len(data) // 6 * 3])
    ),
    Fault("text-as-image", "A text in the place of the picture.", Spoil(lambda _: b"This is no picture.")),
    Fault("png", "A PNG, whatever the model's usual format.", Reencode(Encoding.PNG)),
    Fault("webp", "A WebP, whatever the model's usual format.", Reencode(Encoding.WEBP)),
)

REPLIES: Final = (
    Fault("401", "401: the key is wrong.", Refusal(401, 10000, "Incorrect API key provided.")),
    Fault("404", "404: there is no such model.", Refusal(404, 5007, "The model does not exist.")),
    Fault(
        "long",
        "A prompt of 10,000 characters.",
        Rewrite(lambda text: (text + ", very detailed" * LONG)[:LONG]),
    ),
    Fault(
        "reasoning",
        "A <think> block before the prompt.",
        Rewrite(lambda text: f"<think>\nThe picture needs light and detail.\n</think>\n\n{text}"),
    ),
    Fault("other-language", "A reply in Chinese.", Rewrite(lambda _: CHINESE)),
    Fault("fenced", "The prompt in a Markdown fence.", Rewrite(lambda text: f"```\n{text}\n```")),
    Fault("quoted", "The prompt in quotation marks.", Rewrite(lambda text: f'"{text}"')),
    Fault("prefixed", "A heading before the prompt.", Rewrite(lambda text: f"Optimized prompt: {text}")),
    Fault("null-content", "A reply whose content is null.", Rewrite(lambda _: None)),
    Fault("empty-choices", "An answer without any reply.", NoChoices()),
)

FAULTS: Final[Mapping[Target, Mapping[str, Fault]]] = {
    "image": {row.name: row for row in (*UPSTREAM, *SHAPES, *PICTURES)},
    "text": {row.name: row for row in (*UPSTREAM, *SHAPES, *REPLIES)},
}
