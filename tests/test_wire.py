from dataclasses import replace

import pytest

from flux.blobs import Base64, Spliced
from flux.catalog import DEV, KLEIN_4B, PHOENIX, SCHNELL, find_model
from flux.generation import ImageGenerator
from flux.generation_job import GenerationJob
from flux.images import GeneratedImage, ImageRequest
from flux.pictures import PNG
from flux.planning import Drawing, plan
from flux.settings import load
from flux.sizes import SQUARE
from flux.wire import (
    Completion,
    chat_usage,
    dump,
    estimate_headers,
    finished_headers,
    model_object,
    text_tokens,
)
from tests.fakes import DOT, FakeBlob, World

HOLE = Base64(FakeBlob(DOT))


def _drawing(model: str) -> Drawing:
    return plan(ImageRequest(prompt="a cat", model=find_model(model)), load({}))


def _commission(model: str, *images: GeneratedImage, optimize: float | None = None) -> GenerationJob:
    world = World()
    generator = ImageGenerator(world.services, world.inference, "")
    return GenerationJob(generator, _drawing(model), False, None, optimize, list(images))  # noqa: FBT003


def _image(draw: float, store: float) -> GeneratedImage:
    return GeneratedImage(
        blob=FakeBlob(DOT), type=PNG, size=SQUARE, seed=1, key="k", draw_seconds=draw, store_seconds=store
    )


def test_a_model_is_written_as_openai_and_openrouter_do() -> None:
    assert model_object(SCHNELL, 6) == {
        "id": "@cf/black-forest-labs/flux-1-schnell",
        "object": "model",
        "created": 1724976000,
        "owned_by": "black-forest-labs",
        "name": "FLUX.1 [schnell]",
        "architecture": {
            "modality": "text->image",
            "input_modalities": ["text"],
            "output_modalities": ["image"],
        },
        "pricing": {
            "unit": "neurons",
            "neurons_per_image": 76.8,
            "usd_per_1000_neurons": "0.011",
            "rates": {"output_tile": 4.8, "step": 9.6},
        },
        "ranges": {
            "width": {"min": 1024, "max": 1024, "default": 1024},
            "height": {"min": 1024, "max": 1024, "default": 1024},
            "steps": {"min": 1, "max": 8, "default": 6},
            "guidance": None,
            "prompt_characters": {"max": 2048},
            "references": {"max": 0, "side_below": None},
        },
        "supports": {"seed": False, "negative_prompt": False, "structured_prompt": False},
    }


def test_a_model_that_takes_pictures_says_so_where_apps_look() -> None:
    written = model_object(DEV, 25)
    assert written["architecture"] == {
        "modality": "text+image->image",
        "input_modalities": ["text", "image"],
        "output_modalities": ["image"],
    }


def test_a_model_without_a_price_says_null() -> None:
    written = model_object(find_model("dreamshaper-8-lcm"), 8)
    assert written["pricing"] == {
        "unit": "neurons",
        "neurons_per_image": None,
        "usd_per_1000_neurons": "0.011",
        "rates": None,
    }


def test_the_keys_of_a_model_begin_as_in_openais_specification() -> None:
    assert list(model_object(KLEIN_4B, 4))[:4] == ["id", "object", "created", "owned_by"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 1), ("a", 1), ("abcd", 1), ("abcde", 2), ("猫猫", 2), (Spliced(("abcd", HOLE, "e")), 2)],
)
def test_tokens_are_a_quarter_of_the_bytes_without_the_pictures(text: str | Spliced, tokens: int) -> None:
    assert text_tokens(text) == tokens


def test_usage_adds_up() -> None:
    assert chat_usage("a" * 40, "b" * 20) == {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
    }


@pytest.mark.parametrize(
    ("model", "pictures", "headers"),
    [
        ("flux-1-schnell", 1, (("x-neurons", "57.6"),)),
        ("flux-1-schnell", 3, (("x-neurons", "172.8"),)),
        ("flux-2-klein-9b", 1, (("x-neurons", "1363.64"),)),
        ("flux-2-dev", 2, (("x-neurons", "7500"),)),
        ("dreamshaper-8-lcm", 1, ()),
    ],
)
def test_the_cost_of_so_many_pictures_is_told_where_it_is_known(
    model: str, pictures: int, headers: tuple[tuple[str, str], ...]
) -> None:
    images = [_image(0, 0)] * pictures
    assert estimate_headers(replace(_drawing(model), count=pictures)) == headers
    assert finished_headers(_commission(model, *images)) == (
        *headers,
        ("server-timing", "draw;dur=0, store;dur=0"),
    )


@pytest.mark.parametrize(
    ("images", "optimize", "timing"),
    [
        ([_image(2.5, 0.1)], None, "draw;dur=2500, store;dur=100"),
        ([_image(1, 0.3), _image(2, 0.1)], 0.75, "optimize;dur=750, draw;dur=2000, store;dur=300"),
        ([_image(0, 0)], 0, "optimize;dur=0, draw;dur=0, store;dur=0"),
    ],
)
def test_the_slowest_picture_is_the_time_told(
    images: list[GeneratedImage], optimize: float | None, timing: str
) -> None:
    assert (
        dict(finished_headers(_commission("flux-2-dev", *images, optimize=optimize)))["server-timing"]
        == timing
    )


def test_a_whole_completion_has_every_key_in_openais_order() -> None:
    whole = Completion("chatcmpl-1", 5, PHOENIX.id).whole("text", [], {"total_tokens": 1})
    assert dump(whole) == (
        '{"id":"chatcmpl-1","object":"chat.completion","created":5,"model":"@cf/leonardo/phoenix-1.0",'
        '"choices":[{"index":0,"message":{"role":"assistant","content":"text","refusal":null},'
        '"logprobs":null,"finish_reason":"stop"}],"usage":{"total_tokens":1}}'
    )


def test_pictures_beside_the_text_come_in_openrouters_form() -> None:
    whole = Completion("chatcmpl-1", 5, "m").whole("text", ["https://a.example/1.png", "data:,"], {})
    assert dump(whole["choices"]) == (
        '[{"index":0,"message":{"role":"assistant","content":"text","refusal":null,"images":['
        '{"type":"image_url","image_url":{"url":"https://a.example/1.png"},"index":0},'
        '{"type":"image_url","image_url":{"url":"data:,"},"index":1}]},'
        '"logprobs":null,"finish_reason":"stop"}]'
    )


def test_a_chunk_carries_a_picture_by_its_number() -> None:
    chunk = Completion("chatcmpl-1", 5, "m").image_chunk("https://a.example/1.png", 3)
    assert chunk["choices"] == [
        {
            "index": 0,
            "delta": {
                "images": [{"type": "image_url", "image_url": {"url": "https://a.example/1.png"}, "index": 3}]
            },
            "logprobs": None,
            "finish_reason": None,
        }
    ]


@pytest.mark.parametrize(("announces", "rest"), [(False, {}), (True, {"usage": None})])
def test_a_chunk_carries_a_delta(*, announces: bool, rest: dict[str, object]) -> None:
    chunk = Completion("chatcmpl-1", 5, "m", announces).chunk({"content": "text"})
    assert chunk == {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 5,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": "text"}, "logprobs": None, "finish_reason": None}],
        **rest,
    }


def test_the_usage_chunk_has_no_choices() -> None:
    chunk = Completion("chatcmpl-1", 5, "m", announces_usage=True).usage_chunk({"total_tokens": 1})
    assert (chunk["choices"], chunk["usage"]) == ([], {"total_tokens": 1})
