from dataclasses import asdict
from string import Formatter

import pytest

from flux.settings import LANGUAGES
from flux.texts import TEXTS


def _fields(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


def test_these_languages_are_spoken() -> None:
    assert list(TEXTS) == ["en", "zh-cn", "zh-hant", "ja", "es", "fr", "ru", "de"]
    assert list(LANGUAGES) == list(TEXTS)


@pytest.mark.parametrize("language", TEXTS)
def test_every_text_has_the_fields_of_the_english_one(language: str) -> None:
    fields = {name: _fields(text) for name, text in asdict(TEXTS[language]).items()}
    assert fields == {name: _fields(text) for name, text in asdict(TEXTS["en"]).items()}


@pytest.mark.parametrize("language", TEXTS)
def test_every_text_says_something(language: str) -> None:
    assert [name for name, text in asdict(TEXTS[language]).items() if not text.strip()] == []


@pytest.mark.parametrize("language", [language for language in TEXTS if language != "en"])
def test_no_text_but_that_of_a_chosen_word_is_left_in_english(language: str) -> None:
    english = asdict(TEXTS["en"])
    assert [name for name, text in asdict(TEXTS[language]).items() if text == english[name]] == []
