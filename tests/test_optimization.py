import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.optimization import Optimized, optimize, rewrite_for_safety, shape_in_words
from flux.ports import HttpReply
from flux.replies import cut_at_word, is_latin
from flux.sizes import Size
from flux.text_model import Reason, chat_address
from flux.upstream import UpstreamFailure
from tests.conftest import LoopClock
from tests.fakes import Post, World, never

LLAMA = "@cf/meta/llama-3.1-8b-instruct-fp8"
SQUARE = Size(1024, 1024)
EXTERNAL = {
    "EXTERNAL_API_BASE": "https://chat.example/v1",
    "EXTERNAL_MODEL": "writer",
    "EXTERNAL_API_KEY": "s3cret",
}


def _chat(text: object) -> str:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]})


async def _rewritten(reply: object, limit: int = 2048) -> Optimized:
    world = World()
    world.inference.replies = [reply]
    return await optimize(world.services, "ein Kater", SQUARE, limit)


async def test_workers_ai_rewrites_the_prompt_when_no_other_api_is_set(world: World) -> None:
    world.inference.replies = [{"response": "A tomcat"}]
    optimized = await optimize(world.services, "ein Kater", SQUARE, 2048)
    [(model, messages, limit)] = world.inference.written
    assert optimized == Optimized("A tomcat", LLAMA)
    assert (model, limit) == (LLAMA, 1024)
    assert [message["role"] for message in messages] == ["system", "user"]
    assert messages[0]["content"].startswith("You write prompts for FLUX")
    assert messages[1]["content"] == "ein Kater"


async def test_another_model_and_other_instructions_can_be_set() -> None:
    world = World(OPTIMIZER_MODEL="@cf/x/y", SYSTEM_MESSAGE="Be brief.")
    await optimize(world.services, "ein Kater", SQUARE, 2048)
    [(model, messages, _)] = world.inference.written
    assert (model, messages[0]) == (
        "@cf/x/y",
        {"role": "system", "content": "Be brief.\n\nThe picture is square."},
    )


async def test_an_external_api_is_asked_in_openais_form() -> None:
    world = World(SYSTEM_MESSAGE="Be brief.", **EXTERNAL)
    world.http.replies = [HttpReply(200, _chat("A tomcat"))]
    optimized = await optimize(world.services, "ein Kater", SQUARE, 2048)
    assert optimized == Optimized("A tomcat", "writer")
    assert world.inference.written == []
    assert world.http.posts == [
        Post(
            "https://chat.example/v1/chat/completions",
            {
                "content-type": "application/json",
                "accept": "application/json",
                "authorization": "Bearer s3cret",
            },
            json.dumps(
                {
                    "model": "writer",
                    "messages": [
                        {"role": "system", "content": "Be brief.\n\nThe picture is square."},
                        {"role": "user", "content": "ein Kater"},
                    ],
                    "stream": False,
                }
            ),
        )
    ]


async def test_without_a_key_none_is_sent() -> None:
    world = World(EXTERNAL_API_BASE="https://chat.example", EXTERNAL_MODEL="writer")
    await optimize(world.services, "ein Kater", SQUARE, 2048)
    [post] = world.http.posts
    assert "authorization" not in post.headers


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (HttpReply(401, '{"error": {"message": "s3cret is wrong"}}'), Reason.ERROR),
        (HttpReply(429, ""), Reason.ERROR),
        (HttpReply(500, ""), Reason.ERROR),
        (HttpReply(302, ""), Reason.ERROR),
        (HttpReply(200, "<html></html>"), Reason.UNREADABLE),
        (HttpReply(200, ""), Reason.UNREADABLE),
        (HttpReply(200, "[" * 100_000), Reason.UNREADABLE),
        (HttpReply(200, "[]"), Reason.EMPTY),
        (HttpReply(200, '{"choices": []}'), Reason.EMPTY),
        (HttpReply(200, _chat(None)), Reason.EMPTY),
        (HttpReply(200, _chat("")), Reason.EMPTY),
        (HttpReply(200, _chat(" \n ")), Reason.EMPTY),
        (HttpReply(200, _chat("<think>What do they want?")), Reason.EMPTY),
        (OSError("connection refused: s3cret"), Reason.UNREACHABLE),
        (HttpReply(200, _chat("一只在雪地里的灰猫")), Reason.OTHER_LANGUAGE),
        (HttpReply(200, _chat("Серый кот на снегу")), Reason.OTHER_LANGUAGE),
    ],
)
async def test_a_text_model_that_fails_leaves_the_original_and_a_reason_without_secrets(
    reply: HttpReply | OSError, reason: Reason
) -> None:
    world = World(**EXTERNAL)
    world.http.replies = [reply]
    optimized = await optimize(world.services, "ein Kater", SQUARE, 2048)
    assert optimized == Optimized("ein Kater", "writer", failure=reason)


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (UpstreamFailure(429, 3036, "used up"), Reason.ERROR),
        (UpstreamFailure(500), Reason.ERROR),
        (UpstreamFailure(None), Reason.UNREACHABLE),
        (UpstreamFailure(200, None, "Unexpected token"), Reason.UNREADABLE),
    ],
)
async def test_a_failure_of_workers_ai_leaves_the_original(failure: UpstreamFailure, reason: Reason) -> None:
    assert await _rewritten(failure) == Optimized("ein Kater", LLAMA, failure=reason)


async def test_without_any_text_model_the_original_stays(world: World) -> None:
    services = world.services
    alone = type(services)(settings=services.settings, inference=None, images=None, http=services.http)
    optimized = await optimize(alone, "ein Kater", SQUARE, 2048)
    assert optimized == Optimized("ein Kater", LLAMA, failure=Reason.ABSENT)


@pytest.mark.parametrize("variables", [{}, EXTERNAL])
async def test_a_text_model_that_needs_more_than_twenty_seconds_is_not_waited_for(
    variables: dict[str, str], loop_clock: LoopClock
) -> None:
    world = World(**variables)
    world.inference.replies = [never()]
    world.http.replies = [never()]
    optimizing = asyncio.ensure_future(optimize(world.services, "ein Kater", SQUARE, 2048))
    await loop_clock.advance(19.9)
    assert not optimizing.done()
    await loop_clock.advance(0.2)
    assert optimizing.done()
    assert (optimizing.result().text, optimizing.result().failure) == ("ein Kater", Reason.SLOW)


@pytest.mark.parametrize(
    "reply",
    [
        "A tomcat",
        "  A tomcat\n",
        '"A tomcat"',
        "'A tomcat'",
        "“A tomcat”",
        "「A tomcat」",
        "`A tomcat`",
        "```\nA tomcat\n```",
        "```text\nA tomcat\n```",
        "Prompt: A tomcat",
        "**Prompt:** A tomcat",
        "Optimized prompt: A tomcat",
        "Sure! Here's the optimized prompt:\n\nA tomcat",
        "Here is a prompt for FLUX: A tomcat",
        'Prompt: "A tomcat"',
        "Here is the prompt:\n\n“A tomcat”",
        "Here is the prompt:\n```\nA tomcat\n```",
        "<think>They want a tomcat.</think>A tomcat",
        "<THINK>\nThey want: a prompt.\n</THINK>\n\nA tomcat",
        "<reasoning>a</reasoning> A tomcat",
        "They want a tomcat.\n</think>\nA tomcat",
    ],
)
async def test_what_is_not_the_prompt_is_stripped(reply: str) -> None:
    assert await _rewritten({"response": reply}) == Optimized("A tomcat", LLAMA)


@pytest.mark.parametrize(
    "reply",
    [
        'A sign that says "CATS: 10 cents"',
        '"HELLO" and "BYE" on two walls',
        "A tomcat: grey, asleep",
        "A terminal with a command prompt: green letters on black",
        "A tomcat's",
    ],
)
async def test_what_belongs_to_the_prompt_stays(reply: str) -> None:
    assert await _rewritten({"response": reply}) == Optimized(reply, LLAMA)


@pytest.mark.parametrize(
    "reply",
    [
        {"response": "A tomcat"},
        {"result": {"response": "A tomcat"}},
        {"choices": [{"message": {"content": "A tomcat"}}]},
        {"choices": [{"message": {"content": "A tomcat", "reasoning_content": "They want…"}}, {}]},
        {"result": {"choices": [{"message": {"content": "A tomcat"}}]}},
    ],
)
async def test_every_form_of_a_reply_is_read(reply: dict[str, Any]) -> None:
    assert await _rewritten(reply) == Optimized("A tomcat", LLAMA)


async def test_a_reply_with_half_a_character_is_mended() -> None:
    assert await _rewritten({"response": "A tomcat \ud83d."}) == Optimized("A tomcat \ufffd.", LLAMA)


async def test_a_prompt_that_is_too_long_is_cut_and_says_so() -> None:
    assert await _rewritten({"response": "A grey tomcat"}, 8) == Optimized("A grey", LLAMA, cut=True)


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://a.example", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/api/v3", "https://a.example/api/v3/chat/completions"),
        ("https://a.example/v1beta/openai", "https://a.example/v1beta/openai/chat/completions"),
        ("https://a.example/openai", "https://a.example/openai/v1/chat/completions"),
        ("https://a.example/x/chat/completions", "https://a.example/x/chat/completions"),
        ("http://v1.example", "http://v1.example/v1/chat/completions"),
    ],
)
def test_a_base_is_taken_with_or_without_its_version_or_path(base: str, address: str) -> None:
    assert chat_address(base) == address


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("a grey cat", 10, "a grey cat"),
        ("a grey cat", 9, "a grey"),
        ("a grey cat", 6, "a grey"),
        ("a grey, cat", 8, "a grey"),
        ("tomcat", 3, "tom"),
        ("一只可爱的猫", 4, "一只可爱"),
    ],
)
def test_a_text_is_cut_between_words_where_there_are_any(text: str, limit: int, cut: str) -> None:
    assert cut_at_word(text, limit) == cut


@given(st.text(st.sampled_from("ab ,猫😀")), st.integers(1, 20))
def test_a_cut_text_is_a_beginning_that_fits(text: str, limit: int) -> None:
    cut = cut_at_word(text, limit)
    assert len(cut) <= limit
    assert text.startswith(cut)


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (Size(1024, 1024), "The picture is square."),
        (
            Size(768, 512),
            "The picture is in wide landscape format, about 1.5 times as wide as it is high.",
        ),
        (
            Size(1344, 576),
            "The picture is in very wide landscape format, about 2.3 times as wide as it is high.",
        ),
        (Size(768, 1024), "The picture is in tall portrait format, about 1.3 times as high as it is wide."),
        (
            Size(512, 1024),
            "The picture is in very tall portrait format, about 2.0 times as high as it is wide.",
        ),
    ],
)
async def test_the_shape_is_told_to_the_text_model_in_words(world: World, size: Size, words: str) -> None:
    assert shape_in_words(size) == words
    await optimize(world.services, "ein Kater", size, 2048)
    assert world.inference.written[0][1][0]["content"].endswith(f"\n\n{words}")


async def test_a_refused_prompt_is_rewritten_by_instructions_of_its_own() -> None:
    world = World(SYSTEM_MESSAGE="Be brief.")
    world.inference.replies = [{"response": "Meteors over a lake"}]
    made = await rewrite_for_safety(world.services, "shooting stars", 2048)
    [(_, messages, _)] = world.inference.written
    assert made == Optimized("Meteors over a lake", LLAMA)
    assert messages[0]["content"].startswith("A safety filter refused")
    assert messages[1] == {"role": "user", "content": "shooting stars"}


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("A grey tomcat", True),
        ("Un café à Köln, señor", True),
        ("A shop sign that reads “咖啡馆和书店在街角” in neon", True),
        ("灰猫", False),
        ("Серый кот на снегу with a hat", False),
        ("123 !", True),
        ("…", True),
    ],
)
def test_what_is_quoted_may_be_in_any_script_and_the_rest_is_latin(text: str, *, latin: bool) -> None:
    assert is_latin(text) is latin
