"""Clients of Python, as apps use them, driven by ``driving.py`` as ``node.mjs`` is.

They run apart: litellm takes five seconds to import, and looks into the environment as it does.
"""

import base64
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import openai
from openai import OpenAI

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # or it asks the internet for prices

Act = Callable[..., Any]


def files(pictures: list[str]) -> list[tuple[str, bytes, str]]:
    """Make the files that an app would read from its disk."""
    return [(f"{at}.png", base64.b64decode(data), "image/png") for at, data in enumerate(pictures)]


def shown(answer: Any) -> list[dict[str, str | None]]:
    """Answer the pictures of an ``ImagesResponse``."""
    return [{"url": picture.url, "base64": picture.b64_json} for picture in answer.data]


def said(chunks: Any) -> str:
    """Answer the text of a streamed chat answer."""
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def official(url: str, key: str) -> Mapping[str, Act]:
    """Answer what OpenAI's own client does, as strict as it can be."""
    client = OpenAI(base_url=url, api_key=key, max_retries=0, _strict_response_validation=True)
    chat = client.chat.completions
    return {
        "generate": lambda **args: shown(client.images.generate(**args)),
        "edit": lambda pictures, **args: shown(client.images.edit(image=files(pictures), **args)),
        "streamImages": lambda **args: [
            event.model_dump() for event in client.images.generate(stream=True, **args)
        ],
        "chat": lambda **args: chat.create(**args).choices[0].message.content,
        "streamChat": lambda **args: said(chat.create(stream=True, **args)),
        "models": lambda: [model.id for model in client.models.list()],
        "model": lambda model: client.models.retrieve(model).id,
    }


def litellm(url: str, key: str) -> Mapping[str, Act]:
    """Answer what litellm does with a model of an OpenAI-compatible service."""
    import litellm as lite  # noqa: PLC0415 - the other client need not wait for it

    where: dict[str, Any] = {"api_base": url, "api_key": key, "max_retries": 0}

    def own(model: str) -> dict[str, Any]:
        return {**where, "model": f"openai/{model}"}

    return {
        "generate": lambda model, **args: shown(lite.image_generation(**own(model), **args)),
        "edit": lambda model, pictures, **args: shown(
            lite.image_edit(**own(model), image=[data for _, data, _ in files(pictures)], **args)
        ),
        "chat": lambda model, **args: lite.completion(**own(model), **args).choices[0].message.content,
        "streamChat": lambda model, **args: said(lite.completion(**own(model), stream=True, **args)),
        "models": lambda: lite.get_valid_models(
            check_provider_endpoint=True, custom_llm_provider="openai", api_key=key, api_base=url
        ),
    }


CLIENTS: Mapping[str, Callable[[str, str], Mapping[str, Act]]] = {"openai": official, "litellm": litellm}


def told(error: openai.APIStatusError) -> dict[str, Any]:
    """Answer what an app sees of an error; litellm's classes are OpenAI's with a parent more."""
    body = getattr(error, "body", None)
    code = body.get("code") if isinstance(body, dict) else None
    return {"name": type(error).__name__, "status": error.status_code, "code": code}


def answer(order: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one order."""
    try:
        acts = CLIENTS[order["client"]](order["url"], order["key"])
        return {"ok": acts[order["act"]](**order["args"])}
    except openai.APIStatusError as error:
        return {"error": told(error)}
    except Exception as error:  # noqa: BLE001 - the test shows it
        return {"error": {"name": repr(error)}}


if __name__ == "__main__":
    # Only answers go to standard output, whatever a client prints.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
