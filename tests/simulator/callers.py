"""The stand-in's clients, as its tests use them."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from simulator.wire import Credentials

SCHNELL = "@cf/black-forest-labs/flux-1-schnell"
DEV = "@cf/black-forest-labs/flux-2-dev"
KLEIN_4B = "@cf/black-forest-labs/flux-2-klein-4b"
KLEIN_9B = "@cf/black-forest-labs/flux-2-klein-9b"
LUCID = "@cf/leonardo/lucid-origin"
PHOENIX = "@cf/leonardo/phoenix-1.0"
SDXL = "@cf/stabilityai/stable-diffusion-xl-base-1.0"
LIGHTNING = "@cf/bytedance/stable-diffusion-xl-lightning"
DREAMSHAPER = "@cf/lykon/dreamshaper-8-lcm"
LLAMA = "@cf/meta/llama-3.1-8b-instruct-fp8"
QWEN = "@cf/qwen/qwen3-30b-a3b-fp8"

ACCEPTED = Credentials()


@dataclass(frozen=True)
class Caller:
    """One stand-in, called by every wire."""

    http: httpx.AsyncClient

    async def binding(self, model: str, inputs: object, path: str = "/run", **options: Any) -> httpx.Response:
        """Call as `env.AI.run(model, inputs, options)` does."""
        return await self.http.post(
            path,
            params={"version": "3"},
            headers={"cf-consn-model-id": model},
            json={"inputs": inputs, "options": options},
        )

    async def binding_form(
        self, model: str, fields: dict[str, str], files: dict[str, bytes] | None = None, path: str = "/run"
    ) -> httpx.Response:
        """Call as `env.AI.run(model, {multipart: …})` does."""
        return await self.http.post(
            path,
            params={"version": "3", "userInputs": "{}"},
            headers={"cf-consn-model-id": model},
            files=parts(fields, files or {}),
        )

    async def rest(
        self,
        model: str,
        *,
        account: str = ACCEPTED.account,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> httpx.Response:
        """Call the REST API; the body is httpx's: `json` or `files`."""
        key = {"authorization": f"Bearer {ACCEPTED.token}"} if headers is None else headers
        return await self.http.post(f"/client/v4/accounts/{account}/ai/run/{model}", headers=key, **body)

    async def chat(self, body: dict[str, Any], key: str = ACCEPTED.key) -> httpx.Response:
        """Call the chat API."""
        return await self.http.post(
            "/v1/chat/completions", headers={"authorization": f"Bearer {key}"}, json=body
        )

    async def order(self, *faults: dict[str, Any], **more: Any) -> httpx.Response:
        """Queue faults."""
        return await self.http.post("/control", json={"faults": faults, **more})

    async def calls(self) -> list[dict[str, Any]]:
        """Return what the stand-in was asked."""
        calls: list[dict[str, Any]] = (await self.http.get("/calls")).json()["calls"]
        return calls


def parts(fields: dict[str, str], files: dict[str, bytes]) -> list[tuple[str, Any]]:
    """Return a form as httpx sends it."""
    texts = [(name, (None, value)) for name, value in fields.items()]
    return [*texts, *((name, ("blob", data, "image/png")) for name, data in files.items())]


def png(width: int, height: int, colour: str = "red") -> bytes:
    """Return a small picture file."""
    file = BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()
