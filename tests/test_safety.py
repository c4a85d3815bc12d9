"""What the safety filter refuses: told with advice, and said in other words once where the owner wants it."""

import pytest

from flux.upstream import UpstreamFailure
from tests.fakes import World, chat

CHAT = "/v1/chat/completions"
IMAGES = "/v1/images/generations"
FLAGGED = UpstreamFailure(400, 3030, "AiError: flagged")
REWRITTEN = {"response": "Meteors over a calm lake"}


@pytest.mark.parametrize(
    "failure", [FLAGGED, UpstreamFailure(400, 8007), UpstreamFailure(200, None, "NSFW content detected")]
)
async def test_a_refusal_is_told_with_advice_and_never_tried_again(failure: UpstreamFailure) -> None:
    world = World()
    world.inference.outcomes = [failure]
    answer = await world.client.post(CHAT, json=chat("shooting stars"))
    assert (answer.status, answer.json["error"]) == (
        400,
        {
            "message": "The model's safety filter refused this prompt. It also refuses harmless ones: "
            "say the same in other words and try again.",
            "type": "invalid_request_error",
            "param": None,
            "code": "content_policy_violation",
        },
    )
    assert (len(world.inference.calls), world.inference.written) == (1, [])


async def test_with_the_setting_other_words_are_drawn_and_the_answer_says_which() -> None:
    world = World(SAFETY_REWRITE="true")
    world.inference.outcomes, world.inference.replies = [FLAGGED], [REWRITTEN]
    answer = await world.client.post(CHAT, json=chat("shooting stars"))
    assert [call.inputs["prompt"] for call in world.inference.calls] == [
        "shooting stars",
        "Meteors over a calm lake",
    ]
    assert (
        "🌐 Optimized prompt: shooting stars\n"
        "🛟 The safety filter refused the first words, so these were drawn: Meteors over a calm lake\n"
        "📐 Image specifications: 1024x1024\n"
    ) in answer.said


async def test_the_images_api_declares_the_rewriting_too() -> None:
    world = World(SAFETY_REWRITE="true")
    world.inference.outcomes, world.inference.replies = [FLAGGED], [REWRITTEN]
    answer = await world.client.post(IMAGES, json={"prompt": "shooting stars", "response_format": "url"})
    [drawn] = answer.json["data"]
    assert (drawn["prompt"], drawn["revised_prompt"], drawn["safety_rewritten"]) == (
        "shooting stars",
        "Meteors over a calm lake",
        True,
    )


async def test_other_words_are_tried_once() -> None:
    world = World(SAFETY_REWRITE="true")
    world.inference.outcomes, world.inference.replies = [FLAGGED, FLAGGED], [REWRITTEN]
    answer = await world.client.post(CHAT, json=chat("shooting stars"))
    assert (answer.status, answer.json["error"]["code"]) == (400, "content_policy_violation")
    assert (len(world.inference.calls), len(world.inference.written)) == (2, 1)


@pytest.mark.parametrize("reply", [UpstreamFailure(500), {"response": ""}, {"response": "shooting stars"}])
async def test_without_other_words_the_refusal_stands(reply: object) -> None:
    world = World(SAFETY_REWRITE="true")
    world.inference.outcomes, world.inference.replies = [FLAGGED], [reply]
    answer = await world.client.post(CHAT, json=chat("shooting stars"))
    assert (answer.status, answer.json["error"]["code"]) == (400, "content_policy_violation")
    assert len(world.inference.calls) == 1


async def test_another_failure_is_no_reason_for_other_words() -> None:
    world = World(SAFETY_REWRITE="true")
    world.inference.outcomes = [UpstreamFailure(429, 3036)]
    answer = await world.client.post(CHAT, json=chat("shooting stars"))
    assert (answer.json["error"]["code"], world.inference.written) == ("insufficient_quota", [])


async def test_where_some_pictures_were_drawn_the_refused_ones_stay_refused() -> None:
    world = World(SAFETY_REWRITE="true")
    world.inference.outcomes = [FLAGGED]
    answer = await world.client.post(CHAT, json=chat("shooting stars", n=2))
    assert "⚠️ 1 of 2 pictures could not be drawn: the safety filter refused the prompt." in answer.said
    assert world.inference.written == []


async def test_a_stream_tells_the_refusal_in_the_readers_language() -> None:
    world = World(LANGUAGE="de")
    world.inference.outcomes = [FLAGGED]
    answer = await world.client.post(CHAT, json=chat("shooting stars", stream=True))
    assert answer.said.endswith(
        "❌ Das Bild konnte nicht gezeichnet werden: der Sicherheitsfilter hat den Prompt abgelehnt. "
        "Er lehnt auch harmlose ab: Sag dasselbe mit anderen Worten."
    )
