"""What each model takes, and how it refuses what it does not."""

import json
from base64 import b64decode
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.simulator.callers import (
    DEV,
    DREAMSHAPER,
    KLEIN_4B,
    KLEIN_9B,
    LIGHTNING,
    LLAMA,
    LUCID,
    PHOENIX,
    SCHNELL,
    SDXL,
    Caller,
    png,
)

EMPTY = "the inputs arrived empty; was a dict sent without dict_converter=Object.fromEntries?"


def refusal(text: str) -> dict[str, Any]:
    text = f"Error: {text}"
    return {"internalCode": 5006, "message": text, "name": "AiError", "description": text}


def picture(response: httpx.Response) -> tuple[str | None, tuple[int, int], str]:
    raw = response.headers["content-type"] != "application/json"
    data = response.content if raw else b64decode(response.json()["image"])
    with Image.open(BytesIO(data)) as image:
        return image.format, image.size, response.headers["cf-ai-neurons"]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (SCHNELL, ("JPEG", (1024, 1024), "57.6")),
        (LUCID, ("JPEG", (1120, 1120), "6024")),
        (PHOENIX, ("JPEG", (1024, 1024), "2370")),
        (SDXL, ("PNG", (1024, 1024), "0.0")),
        (LIGHTNING, ("PNG", (1024, 1024), "0.0")),
        (DREAMSHAPER, ("PNG", (1024, 1024), "0.0")),
    ],
)
async def test_a_json_model_draws_its_own_format_and_size(
    stand_in: Caller, model: str, expected: tuple[str, tuple[int, int], str]
) -> None:
    assert picture(await stand_in.binding(model, {"prompt": "a cat"})) == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (DEV, ("JPEG", (1024, 768), "3750.0")),
        (KLEIN_4B, ("JPEG", (1024, 768), "104.2")),
        (KLEIN_9B, ("JPEG", (1024, 768), "1363.64")),
    ],
)
async def test_a_multipart_model_draws_its_own_format_and_size(
    stand_in: Caller, model: str, expected: tuple[str, tuple[int, int], str]
) -> None:
    assert picture(await stand_in.binding_form(model, {"prompt": "a cat"})) == expected


@pytest.mark.parametrize(
    ("model", "fields", "neurons"),
    [
        (DEV, {"width": "512", "height": "1040", "steps": "4"}, "600.0"),
        (KLEIN_4B, {"width": "1024", "height": "1040"}, "167.04"),
        (KLEIN_9B, {"width": "1024", "height": "1040"}, "1909.1"),
    ],
)
async def test_references_size_and_steps_are_paid_for(
    stand_in: Caller, model: str, fields: dict[str, str], neurons: str
) -> None:
    references = {"input_image_0": png(511, 511), "input_image_1": png(64, 9)}
    response = await stand_in.binding_form(model, {"prompt": "a", **fields}, references)
    assert response.headers["cf-ai-neurons"] == neurons


@pytest.mark.parametrize(
    ("model", "inputs", "text"),
    [
        (SCHNELL, {}, f"required properties at '/' are 'prompt' ({EMPTY})"),
        (SCHNELL, {"steps": 4}, "required properties at '/' are 'prompt'"),
        (SCHNELL, {"prompt": ""}, "Length of '/prompt' must be >= 1 not met"),
        (SCHNELL, {"prompt": "x" * 2049}, "Length of '/prompt' must be <= 2048"),
        (SCHNELL, {"prompt": None}, "Type mismatch of '/prompt', 'string' not in 'null'"),
        (SCHNELL, {"prompt": ["a"]}, "Type mismatch of '/prompt', 'string' not in 'array'"),
        (SCHNELL, {"prompt": "a", "steps": 0}, "'/steps' must be >= 1"),
        (SCHNELL, {"prompt": "a", "steps": 9}, "'/steps' must be <= 8"),
        (SCHNELL, {"prompt": "a", "steps": "4"}, "Type mismatch of '/steps', 'integer' not in 'string'"),
        (SCHNELL, {"prompt": "a", "steps": 4.5}, "Type mismatch of '/steps', 'integer' not in 'number'"),
        (SCHNELL, {"prompt": "a", "steps": True}, "Type mismatch of '/steps', 'integer' not in 'boolean'"),
        (
            SCHNELL,
            {"prompt": "a", "width": 512, "seed": 1},
            "Additional or unevaluated properties '/width, /seed' at '/' not allowed",
        ),
        (LUCID, {"prompt": "a", "width": 2501}, "'/width' must be <= 2500"),
        (LUCID, {"prompt": "a", "guidance": 10.5}, "'/guidance' must be <= 10"),
        (LUCID, {"prompt": "a", "num_steps": 41}, "'/num_steps' must be <= 40"),
        (
            LUCID,
            {"prompt": "a", "negative_prompt": "b"},
            "Additional or unevaluated properties '/negative_prompt' at '/' not allowed",
        ),
        (PHOENIX, {"prompt": "a", "guidance": 1.9}, "'/guidance' must be >= 2"),
        (PHOENIX, {"prompt": "a", "height": 2049}, "'/height' must be <= 2048"),
        (SDXL, {"prompt": "a", "width": 255}, "'/width' must be >= 256"),
        (SDXL, {"prompt": "a", "num_steps": 21}, "'/num_steps' must be <= 20"),
        (SDXL, {"prompt": "a", "strength": 1.1}, "'/strength' must be <= 1"),
        (DEV, {"prompt": "a"}, "required properties at '/' are 'multipart'"),
        (LLAMA, {"prompt": "a"}, "Additional or unevaluated properties '/prompt' at '/' not allowed"),
        (
            LLAMA,
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]},
            "Type mismatch of '/messages/0/content', 'string' not in 'array'",
        ),
        (
            LLAMA,
            {"messages": [{"role": "user", "content": "a"}], "stream": True},
            "'/stream' must be false: the stand-in does not stream",
        ),
    ],
)
async def test_inputs_outside_the_schema_are_refused(
    stand_in: Caller, model: str, inputs: dict[str, Any], text: str
) -> None:
    response = await stand_in.binding(model, inputs)
    assert (response.status_code, response.json()) == (400, refusal(text))


@pytest.mark.parametrize(
    ("model", "fields", "files", "text"),
    [
        (DEV, {}, {"input_image_0": png(9, 9)}, "required properties at '/' are 'prompt'"),
        (DEV, {"prompt": "a", "steps": "51"}, {}, "'/steps' must be <= 50"),
        (
            DEV,
            {"prompt": "a", "steps": "4.0"},
            {},
            "Type mismatch of '/steps', 'integer' not in 'string'",
        ),
        (
            DEV,
            {"prompt": "a", "guidance": "nan"},
            {},
            "Type mismatch of '/guidance', 'number' not in 'string'",
        ),
        (DEV, {"prompt": "a", "width": "1921"}, {}, "'/width' must be <= 1920"),
        (DEV, {"prompt": "a", "height": "255"}, {}, "'/height' must be >= 256"),
        (
            DEV,
            {"prompt": "a", "negative_prompt": "b"},
            {},
            "Additional or unevaluated properties '/negative_prompt' at '/' not allowed",
        ),
        (
            KLEIN_4B,
            {"prompt": "a", "steps": "4"},
            {},
            "Additional or unevaluated properties '/steps' at '/' not allowed",
        ),
        (
            KLEIN_4B,
            {"prompt": "a"},
            {"input_image_4": png(9, 9)},
            "Additional or unevaluated properties '/input_image_4' at '/' not allowed",
        ),
        (
            KLEIN_4B,
            {"prompt": "a"},
            {"input_image_0": png(511, 512)},
            "'/input_image_0' must be smaller than 512x512, got 511x512",
        ),
        (
            KLEIN_4B,
            {"prompt": "a"},
            {"input_image_0": b"not a picture"},
            "'/input_image_0' is not a picture that can be decoded",
        ),
        (
            KLEIN_4B,
            {"prompt": "a"},
            {"input_image_0": png(64, 64)[:80]},
            "'/input_image_0' is not a picture that can be decoded",
        ),
        (
            KLEIN_4B,
            {"prompt": "a", "input_image_0": "data:image/png;base64,AAAA"},
            {},
            "Type mismatch of '/input_image_0', 'binary' not in 'string'",
        ),
        (KLEIN_4B, {}, {"prompt": b"a"}, "Type mismatch of '/prompt', 'string' not in 'binary'"),
        (
            SCHNELL,
            {"prompt": "a"},
            {},
            "Additional or unevaluated properties '/multipart' at '/' not allowed",
        ),
    ],
)
async def test_forms_outside_the_schema_are_refused(
    stand_in: Caller, model: str, fields: dict[str, str], files: dict[str, bytes], text: str
) -> None:
    response = await stand_in.binding_form(model, fields, files)
    assert (response.status_code, response.json()) == (400, refusal(text))


async def test_a_form_without_a_boundary_is_refused(stand_in: Caller) -> None:
    response = await stand_in.http.post(
        "/run",
        headers={"cf-consn-model-id": DEV, "content-type": "multipart/form-data"},
        content=b"--x\r\n",
    )
    text = "no boundary in the content type of the form: 'multipart/form-data'"
    assert (response.status_code, response.json()) == (400, refusal(text))


async def test_a_form_field_given_twice_is_refused(stand_in: Caller) -> None:
    twice = [("prompt", (None, "a")), ("prompt", (None, "b"))]
    response = await stand_in.http.post("/run", headers={"cf-consn-model-id": DEV}, files=twice)
    assert (response.status_code, response.json()) == (400, refusal("'/prompt' is given more than once"))


async def test_other_inputs_beside_a_form_are_refused(stand_in: Caller) -> None:
    response = await stand_in.http.post(
        "/run",
        params={"userInputs": json.dumps({"steps": 4})},
        headers={"cf-consn-model-id": DEV},
        files=[("prompt", (None, "a"))],
    )
    text = "Additional or unevaluated properties '/steps' at '/' not allowed"
    assert (response.status_code, response.json()) == (400, refusal(text))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"inputs": {"prompt": NaN}}',
        b'{"inputs": {"prompt": "\\ud83d"}}',
    ],
)
async def test_a_body_that_is_not_json_is_refused(stand_in: Caller, body: bytes) -> None:
    response = await stand_in.http.post("/run", headers={"cf-consn-model-id": SCHNELL}, content=body)
    assert (response.status_code, response.json()["internalCode"]) == (400, 3003)


async def test_inputs_that_are_not_wrapped_are_refused(stand_in: Caller) -> None:
    response = await stand_in.http.post(
        "/run", headers={"cf-consn-model-id": SCHNELL}, json={"prompt": "a cat"}
    )
    text = "the body is of inputs and options, not of 'prompt'"
    assert (response.status_code, response.json()) == (400, refusal(text))


async def test_an_unknown_model_is_refused(stand_in: Caller) -> None:
    response = await stand_in.binding("@cf/nobody/nothing", {"prompt": "a"})
    text = "No such model @cf/nobody/nothing or task"
    error = {"internalCode": 5007, "message": text, "name": "AiError", "description": text}
    assert (response.status_code, response.json()) == (400, error)


async def test_a_form_cannot_go_through_the_gateway(stand_in: Caller) -> None:
    form = await stand_in.binding_form(DEV, {"prompt": "a"}, path="/ai-gateway/run")
    plain = await stand_in.binding(SCHNELL, {"prompt": "a"}, path="/ai-gateway/run")
    assert (form.json(), plain.status_code) == (
        refusal("AI Gateway does not support ReadableStreams yet."),
        200,
    )


@pytest.mark.parametrize(
    ("model", "inputs", "size"),
    [
        (SCHNELL, {"prompt": "x" * 2048, "steps": 8.0}, (1024, 1024)),
        (LUCID, {"prompt": "a", "width": 0, "height": 300, "guidance": 0}, (1120, 300)),
        (PHOENIX, {"prompt": "a", "width": 1, "height": 1, "negative_prompt": ""}, (1, 1)),
        (SDXL, {"prompt": "a", "width": 256, "height": 512, "strength": 0.5, "seed": 0}, (256, 512)),
    ],
)
async def test_inputs_at_the_limits_are_taken(
    stand_in: Caller, model: str, inputs: dict[str, Any], size: tuple[int, int]
) -> None:
    assert picture(await stand_in.binding(model, inputs))[1] == size


async def test_four_references_and_a_json_document_as_the_prompt_are_taken(stand_in: Caller) -> None:
    prompt = json.dumps({"scene": "a harbour", "style": "ink"})
    references = {f"input_image_{at}": png(511, 100 + at) for at in range(4)}
    fields = {"prompt": prompt, "width": "256", "height": "256", "guidance": "3.5"}
    assert picture(await stand_in.binding_form(KLEIN_4B, fields, references))[1] == (256, 256)
