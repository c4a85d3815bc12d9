from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.languages import accepted_language, choose_texts, language_of_script
from flux.settings import load
from flux.texts import TEXTS
from tests.fakes import FakeHeaders

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"


def _browser(accept_language: str) -> FakeHeaders:
    return FakeHeaders({"User-Agent": FIREFOX, "Accept-Language": accept_language})


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.5, fr;q=0.9", "fr"),
        ("en; q=0.5, fr; q=0.9", "fr"),
        ("pt-BR, es;q=0.7, en;q=0.3", "es"),
        ("ja,*;q=0.1", "ja"),
        ("RU-ru", "ru"),
        ("zh", "zh-cn"),
        ("zh-CN,zh;q=0.9", "zh-cn"),
        ("zh-Hans-HK", "zh-cn"),
        ("zh-TW", "zh-hant"),
        ("zh-Hant", "zh-hant"),
        ("zh-HK;q=0.9,en;q=0.8", "zh-hant"),
        ("pt", None),
        ("*", None),
        ("", None),
        ("fr;q=0", None),
        ("fr;q=high, es", "es"),
    ],
)
def test_a_browsers_best_language_that_is_spoken_here_is_chosen(
    accept_language: str, language: str | None
) -> None:
    assert accepted_language(_browser(accept_language)) == language


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "de"},
        {"accept-language": "*", "user-agent": "OpenAI/Python 3.52.0"},
        {"accept-language": "de", "user-agent": "OpenAI/JS 7.55.0"},
        {"accept-language": "de", "user-agent": "node"},
        {"user-agent": FIREFOX},
        {},
    ],
)
def test_a_language_that_nobody_chose_does_not_count(headers: Mapping[str, str]) -> None:
    assert accepted_language(FakeHeaders(headers)) is None


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("", "en"),
        ("a cute cat", "en"),
        ("un café à Paris", "en"),
        ("🐈", "en"),
        ("一只可爱的猫", "zh-cn"),
        ("这个红色的龙在飞", "zh-cn"),
        ("這個紅色的龍在飛", "zh-hant"),
        ("かわいい猫", "ja"),
        ("猫のカフェ", "ja"),
        ("милый кот", "ru"),
    ],
)
def test_the_script_of_a_prompt_suggests_its_language(prompt: str, language: str) -> None:
    assert language_of_script(prompt) == language


@pytest.mark.parametrize(
    ("setting", "accept_language", "prompt", "language"),
    [
        ("auto", "de", "милый кот", "de"),
        ("auto", "", "милый кот", "ru"),
        ("auto", "pt", "a cat", "en"),
        ("fr", "de", "милый кот", "fr"),
    ],
)
def test_the_setting_comes_first_then_the_browser_then_the_prompt(
    setting: str, accept_language: str, prompt: str, language: str
) -> None:
    texts = choose_texts(load({"LANGUAGE": setting}), _browser(accept_language), prompt)
    assert texts == TEXTS[language]


@given(st.text(), st.text())
def test_any_header_and_any_prompt_come_to_some_language(header: str, prompt: str) -> None:
    assert choose_texts(load({}), _browser(header), prompt) in TEXTS.values()
