import asyncio
import json
from typing import Any

import pytest

from flux.catalog import CATALOG, DEV, KLEIN_4B, PHOENIX, SCHNELL, find_model
from flux.errors import ApiError
from flux.generation import AT_ONCE, ImageGenerator, model_call
from flux.images import GeneratedImage, ImageRequest
from flux.pictures import JPEG, PNG
from flux.planning import Drawing, plan
from flux.ports import ModelCall
from flux.settings import load
from flux.sizes import SQUARE, Size
from flux.upstream import UpstreamFailure
from tests.conftest import LoopClock
from tests.fakes import DOT, FakeBlob, Outcome, World, never, picture, settle, stored_key

CAPACITY = UpstreamFailure(429, 3040, "Capacity temporarily exceeded")
FLAGGED = UpstreamFailure(400, 3030, "flagged")


def _drawing(model: str = "flux-1-schnell", size: Size | None = None, **more: Any) -> Drawing:
    return plan(ImageRequest(prompt="a cat", model=find_model(model), size=size, **more), load({}))


def _draw(world: World, drawing: Drawing) -> "asyncio.Future[list[GeneratedImage | ApiError]]":
    async def draw() -> list[GeneratedImage | ApiError]:
        generator = ImageGenerator(world.services, world.inference, "phone")
        return [outcome async for outcome in generator.draw(drawing)]

    return asyncio.ensure_future(draw())


async def test_a_picture_is_drawn_inspected_and_stored(world: World) -> None:
    world.inference.outcomes = [DOT]
    [image] = await _draw(world, _drawing())
    assert image == GeneratedImage(
        blob=FakeBlob(DOT), type=PNG, size=Size(1, 1), seed=None, key=stored_key(1, "png")
    )


async def test_a_stored_picture_carries_what_is_known_of_it(world: World) -> None:
    await _draw(world, _drawing("flux-2-dev", Size(640, 480), seed=7))
    [(key, (data, metadata, expires))] = world.images.values.items()
    assert (key, data, expires) == (
        stored_key(1),
        picture(640, 480),
        1_800_001_800.0,
    )
    assert json.loads(metadata) == {
        "model": "@cf/black-forest-labs/flux-2-dev",
        "prompt": "a cat",
        "seed": 7,
        "width": 640,
        "height": 480,
        "mime": "image/jpeg",
        "length": len(data),
        "created": 1_800_000_000,
        "expires": 1_800_001_800,
        "label": "phone",
    }


@pytest.mark.parametrize(
    ("model", "call"),
    [
        ("flux-1-schnell", ({"steps": 4}, False)),
        ("flux-2-klein-4b", ({"width": 1024, "height": 1024, "seed": 7}, True)),
        ("flux-2-klein-9b", ({"width": 1024, "height": 1024, "seed": 7}, True)),
        ("flux-2-dev", ({"width": 1024, "height": 1024, "steps": 25, "seed": 7}, True)),
        (
            "lucid-origin",
            ({"width": 1024, "height": 1024, "num_steps": 25, "guidance": 4.5, "seed": 7}, False),
        ),
        (
            "phoenix-1.0",
            ({"width": 1024, "height": 1024, "num_steps": 25, "guidance": 2, "seed": 7}, False),
        ),
        (
            "stable-diffusion-xl-base-1.0",
            ({"width": 1024, "height": 1024, "num_steps": 20, "guidance": 7.5, "seed": 7}, False),
        ),
        (
            "stable-diffusion-xl-lightning",
            ({"width": 1024, "height": 1024, "num_steps": 20, "guidance": 7.5, "seed": 7}, False),
        ),
        (
            "dreamshaper-8-lcm",
            ({"width": 1024, "height": 1024, "num_steps": 8, "guidance": 7.5, "seed": 7}, False),
        ),
    ],
)  # fmt: skip
def test_every_model_is_called_as_its_schema_wants(model: str, call: tuple[dict[str, Any], bool]) -> None:
    inputs, multipart = call
    drawing = _drawing(model, seed=7)
    assert model_call(drawing, drawing.seed) == ModelCall(
        find_model(model).id, {"prompt": "a cat", **inputs}, multipart=multipart
    )


def test_every_model_of_the_catalog_has_its_call_pinned() -> None:
    [mark] = test_every_model_is_called_as_its_schema_wants.pytestmark
    assert [model for model, _ in mark.args[1]] == [spec.short_id for spec in CATALOG]


def test_what_the_client_chose_is_sent() -> None:
    drawing = _drawing("phoenix-1.0", Size(512, 768), steps=9, seed=0, guidance=5.0, negative_prompt="dogs")
    assert model_call(drawing, drawing.seed).inputs == {
        "prompt": "a cat",
        "width": 512,
        "height": 768,
        "num_steps": 9,
        "guidance": 5.0,
        "seed": 0,
        "negative_prompt": "dogs",
    }


@pytest.mark.parametrize(
    ("model", "asked", "seeds"),
    [
        (KLEIN_4B, 0, [0, 1, 2]),
        (DEV, 7, [7, 8, 9]),
        (DEV, 2**32 - 2, [2**32 - 2, 2**32 - 1, 0]),
        (PHOENIX, None, [1, 2, 3]),
        (SCHNELL, 7, [None, None, None]),
    ],
    ids=["zero", "given", "around the end", "none given", "schnell"],
)
async def test_each_picture_has_its_own_seed_which_is_sent_and_told(
    world: World, model: Any, asked: int | None, seeds: list[int | None]
) -> None:
    drawing = _drawing(model.short_id, seed=asked, count=3)
    told = [getattr(image, "seed", "failed") for image in await _draw(world, drawing)]
    sent = [call.inputs.get("seed") for call in world.inference.calls]
    assert (told, sent) == (seeds, seeds)


async def test_pictures_are_drawn_at_once(world: World) -> None:
    await _draw(world, _drawing(count=4))
    assert (len(world.inference.calls), world.inference.most_under_way) == (4, 4)


async def test_no_more_than_six_are_under_way(world: World) -> None:
    images = await _draw(world, _drawing(count=10))
    assert (len(images), len(world.inference.calls)) == (10, 10)
    assert world.inference.most_under_way == AT_ONCE == 6


async def test_pictures_come_in_order_however_long_each_takes(world: World) -> None:
    slow = never()
    world.inference.outcomes = [slow]
    drawing = _draw(world, _drawing("flux-2-dev", seed=5, count=3))
    await settle()
    assert len(world.images.values) == 2
    slow.set()
    assert [getattr(image, "seed", None) for image in await drawing] == [5, 6, 7]


@pytest.mark.parametrize(
    ("outcomes", "calls", "slept"),
    [
        ([CAPACITY], 2, [1.0]),
        ([CAPACITY, CAPACITY], 3, [1.0, 2.0]),
        ([UpstreamFailure(429, None, "")], 2, [1.0]),
        ([UpstreamFailure(408, 3007, "")], 2, [0.5]),
        ([UpstreamFailure(500, None, "")], 2, [0.5]),
        ([UpstreamFailure(None, None, "")] * 2, 3, [0.5, 1.0]),
        ([CAPACITY, UpstreamFailure(502, None, "")], 3, [1.0, 1.0]),
    ],
)
async def test_a_failure_that_may_pass_is_tried_again_after_a_growing_wait(
    world: World, outcomes: list[Outcome], calls: int, slept: list[float]
) -> None:
    world.inference.outcomes = list(outcomes)
    [image] = await _draw(world, _drawing())
    assert isinstance(image, GeneratedImage)
    assert len(world.inference.calls) == calls
    assert world.sleep.slept == [pytest.approx(seconds, rel=0.01) for seconds in slept]


async def test_waits_are_stretched_by_chance_by_a_half_at_most() -> None:
    for chance, factor in [(0, 1.0), (255, 1.5)]:
        world = World()
        world.entropy.count = chance - 1
        world.inference.outcomes = [CAPACITY]
        await _draw(world, _drawing())
        assert world.sleep.slept == [pytest.approx(factor)]


@pytest.mark.parametrize(
    ("failure", "tries", "status", "code"),
    [
        (CAPACITY, 3, 429, "capacity_exceeded"),
        (UpstreamFailure(429, None, ""), 2, 429, "rate_limit_exceeded"),
        (UpstreamFailure(408, 3008, ""), 2, 504, "upstream_timeout"),
        (UpstreamFailure(503, None, ""), 3, 502, "upstream_error"),
        (UpstreamFailure(None, None, ""), 3, 502, "upstream_error"),
        (FLAGGED, 1, 400, "content_policy_violation"),
        (UpstreamFailure(429, 3036, ""), 1, 429, "insufficient_quota"),
        (UpstreamFailure(413, 3006, ""), 1, 413, "payload_too_large"),
        (UpstreamFailure(400, 5006, ""), 1, 500, "internal_error"),
        (UpstreamFailure(404, 5007, ""), 1, 404, "model_not_found"),
        (UpstreamFailure(403, 5016, ""), 1, 403, "permission_denied"),
        (UpstreamFailure(401, 10000, ""), 1, 500, "configuration_error"),
        (UpstreamFailure(200, None, ""), 1, 502, "upstream_error"),
    ],
)
async def test_a_failure_that_stays_is_answered_after_the_tries_it_is_worth(
    world: World, failure: UpstreamFailure, tries: int, status: int, code: str
) -> None:
    world.inference.outcomes = [failure] * 5
    [error] = await _draw(world, _drawing())
    assert isinstance(error, ApiError)
    assert (error.status, error.code) == (status, code)
    assert len(world.inference.calls) == tries


@pytest.mark.parametrize("answer", [b"", b"<html></html>", picture(480, 320)[:200], b'{"image": null}'])
async def test_an_answer_that_is_no_whole_picture_is_not_paid_for_twice(world: World, answer: bytes) -> None:
    world.inference.outcomes = [answer]
    [error] = await _draw(world, _drawing())
    assert isinstance(error, ApiError)
    assert (error.status, dict(error.headers)) == (502, {"x-should-retry": "false"})
    assert (len(world.inference.calls), world.images.values) == (1, {})


async def test_one_failure_leaves_the_other_pictures(world: World) -> None:
    world.inference.outcomes = [None, FLAGGED, None]
    outcomes = await _draw(world, _drawing(count=3))
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "GeneratedImage",
        "ContentPolicyViolation",
        "GeneratedImage",
    ]
    assert len(world.images.values) == 2


@pytest.mark.parametrize(("setting", "seconds"), [("", 120), ("5", 5)])
async def test_a_picture_has_so_many_seconds(setting: str, seconds: float, loop_clock: LoopClock) -> None:
    world = World(DRAW_TIMEOUT=setting)
    world.inference.outcomes = [never()]
    drawing = _draw(world, _drawing())
    await loop_clock.advance(seconds - 0.1)
    assert not drawing.done()
    await loop_clock.advance(0.2)
    assert drawing.done()
    [error] = drawing.result()
    assert isinstance(error, ApiError)
    assert (error.status, error.code) == (504, "upstream_timeout")
    assert world.inference.under_way == 0


async def test_the_time_counts_from_when_a_pictures_turn_has_come(loop_clock: LoopClock) -> None:
    world = World(DRAW_TIMEOUT="5")
    slow = [never() for _ in range(7)]
    world.inference.outcomes = list(slow)
    drawing = _draw(world, _drawing(count=7))
    await loop_clock.advance(4)
    for each in slow[:6]:
        each.set()
    await loop_clock.advance(2)
    assert not drawing.done()
    slow[6].set()
    assert [type(outcome).__name__ for outcome in await drawing] == ["GeneratedImage"] * 7


async def test_a_picture_that_could_not_be_stored_has_no_key(world: World) -> None:
    world.images.broken = True
    [image] = await _draw(world, _drawing())
    assert image == GeneratedImage(blob=FakeBlob(picture()), type=JPEG, size=SQUARE, seed=None, key=None)


async def test_drawing_goes_on_when_nobody_waits_for_it(world: World) -> None:
    generator = ImageGenerator(world.services, world.inference, "")
    outcomes = generator.draw(_drawing(count=2))
    await anext(outcomes)
    await outcomes.aclose()  # type: ignore[attr-defined]
    await settle()
    assert len(world.images.values) == 2


async def test_the_time_taken_is_told() -> None:
    world = World()
    world.inference.seconds = 2.5
    [image] = await _draw(world, _drawing())
    assert isinstance(image, GeneratedImage)
    assert (image.draw_seconds, image.store_seconds) == (2.5, 0)
