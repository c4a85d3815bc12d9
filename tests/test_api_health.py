import json
from typing import Any

import pytest

from flux import __version__
from flux.catalog import CATALOG
from tests.fakes import KEY, Client, World

SECRETS = {
    "API_KEY": "s3cret-1",
    "API_KEYS": '{"phone": "s3cret-2"}',
    "EXTERNAL_API_KEY": "s3cret-3",
    "CF_API_TOKEN": "s3cret-4",
    "SYSTEM_MESSAGE": "s3cret-5",
}


async def test_a_service_that_lacks_nothing_says_so(world: World) -> None:
    answer = await Client(world.app.handle, None).get("/health")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json == {
        "status": "ok",
        "version": __version__,
        "runtime": {"python": "3.12.1", "pyodide": "0.26.0a2"},
        "models": [spec.id for spec in CATALOG],
        "inference": "binding",
        "storage": True,
        "api_key": True,
        "prompt_optimization": {
            "enabled": False,
            "by": "workers-ai",
            "model": "@cf/meta/llama-3.1-8b-instruct-fp8",
        },
        "missing": [],
    }


@pytest.mark.parametrize(
    ("variables", "services", "status", "missing"),
    [
        ({"API_KEY": ""}, {}, 503, ["API_KEY"]),
        ({}, {"inference": None}, 503, ["AI"]),
        ({}, {"images": None}, 200, ["FLUX_CF_KV"]),
        ({"IMAGE_EXPIRATION": "soon"}, {}, 503, ["IMAGE_EXPIRATION"]),
        ({"EXTERNAL_API_BASE": "https://chat.example"}, {}, 200, ["EXTERNAL_MODEL"]),
        (
            {"API_KEY": "", "LANGUAGE": "xx"},
            {"inference": None, "images": None},
            503,
            ["LANGUAGE", "API_KEY", "AI", "FLUX_CF_KV"],
        ),
    ],
)
async def test_what_is_missing_is_named_and_503_says_that_nobody_can_draw(
    variables: dict[str, str], services: dict[str, Any], status: int, missing: list[str]
) -> None:
    answer = await World(**variables).client_with(**services).get("/health")
    assert (answer.status, answer.json["status"]) == (status, "degraded")
    assert [entry["setting"] for entry in answer.json["missing"]] == missing
    assert all(entry["message"] for entry in answer.json["missing"])


async def test_a_503_means_that_drawing_is_refused_and_a_200_that_it_works() -> None:
    for variables in [{}, {"API_KEY": ""}, {"LANGUAGE": "xx"}, {"EXTERNAL_API_BASE": "https://chat.example"}]:
        client = World(**variables).client
        body = {"messages": [{"role": "user", "content": "a cat"}]}
        assert (await client.get("/health")).status == (
            await client.post("/v1/chat/completions", json=body)
        ).status


@pytest.mark.parametrize(
    ("variables", "optimization"),
    [
        (
            {"PROMPT_OPTIMIZATION": "true"},
            {"enabled": True, "by": "workers-ai", "model": "@cf/meta/llama-3.1-8b-instruct-fp8"},
        ),
        (
            {"EXTERNAL_API_BASE": "https://chat.example", "EXTERNAL_MODEL": "writer"},
            {"enabled": False, "by": "external", "model": "writer"},
        ),
    ],
)
async def test_prompt_optimisation_is_told(variables: dict[str, str], optimization: object) -> None:
    answer = await World(**variables).client.get("/health")
    assert answer.json["prompt_optimization"] == optimization


@pytest.mark.parametrize(
    "name", [*SECRETS, "FLUX_MODEL", "LANGUAGE", "IMAGE_EXPIRATION", "EXTERNAL_API_BASE"]
)
async def test_no_secret_is_told_not_even_one_in_the_wrong_place(name: str) -> None:
    answer = await World(**SECRETS | {name: "s3cret-6"}).client.get("/health")
    assert "s3cret" not in answer.text
    assert KEY not in json.dumps(answer.json)
