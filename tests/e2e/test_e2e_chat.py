"""What a chat request comes to, on real workerd: what is asked of the models, and what is said of it."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.e2e.control import Control
from tests.e2e.service import KLEIN_4B, SCHNELL, Service, address, addresses, picture, said


def test_a_message_in_parts_is_read(main: Service, control: Control) -> None:
    parts = [
        {"type": "text", "text": "A cute cat"},
        {"type": "input_text", "text": "in the rain"},
        "3:2",
    ]
    text = said(main.chat(parts))
    (call,) = control.calls()
    assert "🎨 Original prompt: A cute cat\nin the rain\n3:2\n" in text
    assert call["inputs"] | {"seed": 0} == {
        "prompt": "A cute cat\nin the rain",
        "width": 768,
        "height": 512,
        "seed": 0,
    }


def test_only_the_last_user_message_is_drawn(main: Service, control: Control) -> None:
    messages = [
        {"role": "system", "content": "You are a poet."},
        {"role": "user", "content": "A dog 16:9"},
        {"role": "assistant", "content": "Done."},
        {"role": "user", "content": "A heron"},
        {"role": "assistant", "content": ""},
    ]
    said(main.post("/v1/chat/completions", json={"messages": messages}))
    (call,) = control.calls()
    assert (call["model"], call["inputs"]) == (SCHNELL, {"prompt": "A heron", "steps": 4})


@pytest.mark.parametrize(
    ("written", "prompt", "size"),
    [
        ("a clock showing 10:30", "a clock showing 10:30", (1024, 1024)),
        ("a clock showing 10:30 in a hall", "a clock showing 10:30 in a hall", (1024, 1024)),
        ("a cute cat 3:2", "a cute cat", (768, 512)),
        ("16:9 a cute cat", "a cute cat", (1024, 576)),
        ("a cute cat 1536x1024", "a cute cat", (1536, 1024)),
        ("一只可爱的猫 9：16", "一只可爱的猫", (576, 1024)),
        ("一只可爱的猫 640×960", "一只可爱的猫", (640, 960)),
    ],
)
def test_a_prompt_says_its_size_and_keeps_its_time(
    main: Service, control: Control, written: str, prompt: str, size: tuple[int, int]
) -> None:
    text = said(main.chat(written))
    (call,) = control.calls()
    shown = main.get(address(text), key=None)
    assert call["inputs"]["prompt"] == prompt
    assert picture(shown.content) == ("image/jpeg", *size)
    assert "{}x{}\n".format(*size) in text


def test_an_unknown_ratio_is_drawn_at_about_a_megapixel(main: Service, control: Control) -> None:
    text = said(main.chat("a panorama 5:2"))
    (call,) = control.calls()
    width, height = call["inputs"]["width"], call["inputs"]["height"]
    assert call["inputs"]["prompt"] == "a panorama"
    assert (width % 16, height % 16) == (0, 0)
    assert width / height == pytest.approx(5 / 2, rel=0.03)
    assert width * height == pytest.approx(2**20, rel=0.05)
    assert f"📐 Image specifications: {width}x{height}\n" in text


def test_seed_0_arrives_at_the_model(main: Service, control: Control) -> None:
    main.chat("A heron", model="flux-2-klein-9b", seed=0)
    main.chat("A heron", model="flux-2-klein-9b", seed="0")
    assert [call["inputs"]["seed"] for call in control.calls()] == [0, 0]


def test_a_seed_draws_the_same_picture_again(main: Service) -> None:
    texts = [said(main.chat("A heron", model=KLEIN_4B, seed=seed)) for seed in (7, 7, 8)]
    drawn = [main.get(address(text), key=None).content for text in texts]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_a_seed_is_drawn_where_none_is_given(main: Service, control: Control) -> None:
    for _ in range(2):
        main.chat("A heron", model=KLEIN_4B)
    first, second = (call["inputs"]["seed"] for call in control.calls())
    assert first != second


def test_four_pictures_are_drawn_at_once(main: Service, control: Control) -> None:
    control.order(delay=1, times=4)
    text = said(main.chat("A heron", n=4))
    assert len(set(addresses(text))) == 4
    assert (len(control.calls()), control.peak()) == (4, 4)


def test_pictures_that_could_be_drawn_are_shown_beside_one_that_could_not(
    main: Service, control: Control
) -> None:
    control.order("3030", after=1)
    text = said(main.chat("A heron", n=3))
    assert len(addresses(text)) == 2
    assert "⚠️ 1 of 3 pictures could not be drawn: " in text


def test_twenty_people_at_once_are_all_answered(main: Service, control: Control) -> None:
    def ask(number: int) -> str:
        return said(main.chat(f"Picture {number}"))

    with ThreadPoolExecutor(20) as pool:
        texts = list(pool.map(ask, range(20)))
    assert [f"🌐 Optimized prompt: Picture {number}\n" in text for number, text in enumerate(texts)] == [
        True
    ] * 20
    assert len({address(text) for text in texts}) == 20
    assert len(control.calls()) == 20


def test_a_client_that_leaves_before_a_whole_answer_does_not_cost_the_picture(
    main: Service, control: Control
) -> None:
    prompt = f"A whole answer that was left {time.time_ns()}"
    control.order(delay=1)
    with pytest.raises(Exception, match="timed out"):
        main.post("/v1/chat/completions", json=_body(prompt), timeout=0.5)
    shown = main.get(main.wait_for_picture(prompt), key=None)
    assert picture(shown.content) == ("image/jpeg", 1024, 1024)
    assert len(control.calls()) == 1


def _body(prompt: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": prompt}]}


def test_an_answer_speaks_the_language_of_its_prompt(main: Service) -> None:
    assert said(main.chat("Рыжая лиса в снегу")).startswith("🎨 Исходный запрос: Рыжая лиса в снегу\n")


def test_a_browsers_language_goes_before_the_prompts(main: Service) -> None:
    headers = {"user-agent": "Mozilla/5.0", "accept-language": "fr-CH, fr;q=0.9, en;q=0.8"}
    answer = main.post("/v1/chat/completions", headers=headers, json=_body("A heron"))
    assert said(answer).startswith("🎨 Prompt d’origine : A heron\n")


def test_a_picture_that_is_not_drawn_in_time_is_given_up(failing: Service, control: Control) -> None:
    control.order("hang")
    answer = failing.chat("A heron")
    assert (answer.status_code, answer.json()["error"]["code"]) == (504, "upstream_timeout")
    assert answer.headers["x-should-retry"] == "false"
    assert len(control.calls()) == 1


def test_a_text_model_that_writes_too_much_is_cut_at_a_word(rest: Service, control: Control) -> None:
    control.order("long", target="text")
    text = said(rest.chat("A heron ---tl"))
    _, drawn = control.calls()
    prompt = drawn["inputs"]["prompt"]
    assert 1900 < len(prompt) <= 2048
    assert prompt.endswith((", very", " detailed"))
    assert "✂️ The optimized prompt was cut to the 2048 characters that flux-1-schnell takes." in text


@pytest.mark.parametrize("fault", ["401", "html", "not-json", "cut-early", "null-content", "empty-choices"])
def test_no_failure_of_the_text_model_costs_the_picture(rest: Service, control: Control, fault: str) -> None:
    control.order(fault, target="text")
    text = said(rest.chat("A heron ---tl"))
    written, drawn = control.calls()
    assert (written["target"], drawn["inputs"]["prompt"]) == ("text", "A heron")
    assert "Original Prompt (the text model failed: " in text
