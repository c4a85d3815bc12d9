"""Prompt optimisation against every way a text model can fail, and a refused prompt said in other words."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.control import Control
from tests.e2e.service import Service, said

FELL_BACK = {
    "401": "it answered with an error",
    "429": "it answered with an error",
    "500": "it answered with an error",
    "503": "it answered with an error",
    "html": "it answered with an error",
    "html-200": "its answer is not JSON",
    "not-json": "its answer is not JSON",
    "empty": "its answer is not JSON",
    "cut": "it cannot be reached",
    "cut-early": "it cannot be reached",
    "null-content": "it answered nothing",
    "empty-choices": "it answered nothing",
    "other-language": "it did not answer in English",
}


@pytest.mark.parametrize("fault", FELL_BACK)
def test_a_chat_api_that_fails_leaves_the_users_own_words(
    rest: Service, control: Control, fault: str
) -> None:
    control.order(fault, target="text")
    text = said(rest.chat("A heron 3:2 ---tl"))
    written, drawn = control.calls()
    assert (written["route"], drawn["inputs"]["prompt"]) == ("chat", "A heron")
    assert (
        f"💬 Prompt generation model: Original Prompt (the text model failed: {FELL_BACK[fault]})\n" in text
    )
    assert "🌐 Optimized prompt: A heron\n" in text


@pytest.mark.parametrize("fault", ["500", "3036", "html-200", "empty", "null-content", "other-language"])
def test_a_model_of_workers_ai_that_fails_leaves_them_too(
    main: Service, control: Control, fault: str
) -> None:
    control.order(fault, target="text")
    text = said(main.chat("A heron ---tl"))
    written, drawn = control.calls()
    assert (written["route"], drawn["inputs"]["prompt"]) == ("binding", "A heron")
    assert "💬 Prompt generation model: Original Prompt (the text model failed: " in text


def test_a_text_model_that_hangs_is_given_up_after_twenty_seconds(
    main: Service, rest: Service, control: Control
) -> None:
    control.order("hang", target="text", times=2)
    with ThreadPoolExecutor() as both:
        texts = list(both.map(lambda service: said(service.chat("A heron ---tl")), (main, rest)))
    assert [call["inputs"]["prompt"] for call in control.calls() if call["target"] == "image"] == [
        "A heron"
    ] * 2
    for text in texts:
        assert "Original Prompt (the text model failed: it took too long)" in text


@pytest.mark.parametrize("fault", ["reasoning", "fenced", "quoted", "prefixed"])
def test_what_a_text_model_says_around_the_prompt_is_stripped(
    rest: Service, control: Control, fault: str
) -> None:
    control.order(fault, target="text")
    text = said(rest.chat("A heron ---tl"))
    _, drawn = control.calls()
    assert drawn["inputs"]["prompt"] == "A heron, highly detailed, soft natural light, sharp focus"
    assert "💬 Prompt generation model: writer\n" in text


def test_the_text_model_is_told_the_shape_in_words(rest: Service, control: Control) -> None:
    said(rest.chat("A heron 16:9 ---tl"))
    written, _ = control.calls()
    told = written["inputs"]["messages"][0]["content"]
    assert told.endswith("The picture is in wide landscape format, about 1.8 times as wide as it is high.")


@pytest.mark.parametrize("prompt", ["雪地里的一只苍鹭", "Цапля на снегу", "雪の中のサギ"])
def test_a_prompt_in_another_language_is_drawn_as_it_is(main: Service, control: Control, prompt: str) -> None:
    said(main.chat(prompt))
    (drawn,) = control.calls()
    assert drawn["inputs"]["prompt"] == prompt


def test_a_refused_prompt_is_said_in_other_words_once_where_the_owner_wants_it(
    failing: Service, control: Control
) -> None:
    control.order("3030", target="image")
    text = said(failing.chat("A shooting star"))
    refused, written, drawn = control.calls()
    assert (refused["target"], written["target"], drawn["target"]) == ("image", "text", "image")
    assert drawn["inputs"]["prompt"].startswith("A shooting star, ")
    notice = "🛟 Der Sicherheitsfilter hat die ersten Worte abgelehnt; gezeichnet wurde nach diesen: "
    assert notice + drawn["inputs"]["prompt"] in text


def test_a_prompt_refused_twice_stays_refused(failing: Service, control: Control) -> None:
    control.order("3030", target="image", times=2)
    answer = failing.chat("A shooting star")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "content_policy_violation")
    assert [call["target"] for call in control.calls()] == ["image", "text", "image"]


def test_a_refused_prompt_is_not_tried_again_elsewhere(main: Service, control: Control) -> None:
    control.order("3030", target="image")
    answer = main.chat("A shooting star")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "content_policy_violation")
    assert len(control.calls()) == 1
