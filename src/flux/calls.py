"""One request on its way to a handler, with what every handler needs beside it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flux.errors import InvalidBody, NotConfigured
from flux.fields import Fields
from flux.http import DataUrl, FormEntry, Request, Response
from flux.parsing import parse_json
from flux.ports import Inference, Services


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be served: *label* names the caller's key, *params* are the path's parts by name."""

    request: Request
    services: Services
    id: str
    label: str = ""
    params: dict[str, str] = field(default_factory=dict)

    def inference(self) -> Inference:
        """Answer the way to Workers AI. Raises NotConfigured where there is none."""
        if self.services.inference is None:
            raise NotConfigured(
                "Workers AI cannot be reached: bind it as AI in wrangler.toml, "
                "or set CF_ACCOUNT_ID and CF_API_TOKEN."
            )
        return self.services.inference

    def image_address(self, key: str) -> str:
        """Answer the absolute address of a stored picture."""
        return f"{self.request.origin}/image/{key}"


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Submission:
    """What a client sent: its fields, and what pictures came with them.

    *data_urls* are those taken out of a JSON body, by placeholder; *entries* are a form's, in order.
    """

    fields: Fields
    data_urls: Mapping[str, DataUrl] = field(default_factory=dict)
    entries: Sequence[FormEntry] = ()

    def has(self, name: str) -> bool:
        """Say whether *name* was sent, as a text or as a file."""
        return self.fields.values.get(name) is not None or any(name == sent for sent, _ in self.entries)


async def read_json(request: Request) -> Submission:
    """Read the body as a JSON object. Raises InvalidBody where it is anything else."""
    body = await request.body.text()
    if not body.text.strip():
        raise InvalidBody("The body is empty; send a JSON object.")
    try:
        value = parse_json(body.text)
    except ValueError as error:
        raise InvalidBody(f"The body cannot be read as JSON: {error}.") from None
    if not isinstance(value, dict):
        raise InvalidBody("The body must be a JSON object.")
    return Submission(Fields(value), body.data_urls)


async def read_form_or_json(request: Request) -> Submission:
    """Read the body as the multipart form that it says it is, else as JSON. Raises InvalidBody."""
    content_type = request.headers.get("content-type") or ""
    if not content_type.lower().startswith("multipart/form-data"):
        return await read_json(request)
    entries = await request.body.form()
    texts = {name: value for name, value in entries if isinstance(value, str)}
    return Submission(Fields(texts), entries=entries)
