"""One request on its way to a handler, with what every handler needs beside it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from flux.errors import InvalidBody, NotConfigured
from flux.fields import Fields
from flux.http import Request, Response
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


async def read_json(request: Request) -> Fields:
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
    return Fields(value)
