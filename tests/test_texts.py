from dataclasses import asdict
from string import Formatter

import pytest

from flux import errors
from flux.settings import LANGUAGES
from flux.text_model import Reason
from flux.texts import TEXTS


def _every_text(language: str) -> dict[str, str]:
    texts = asdict(TEXTS[language])
    texts |= texts.pop("reasons")
    return {name: str(text) for name, text in texts.items()}


def _fields(text: str) -> list[str]:
    return sorted(field for _, field, _, _ in Formatter().parse(text) if field is not None)


def test_these_languages_are_spoken() -> None:
    assert list(TEXTS) == ["en", "zh-cn", "zh-hant", "ja", "es", "fr", "ru", "de"]
    assert list(LANGUAGES) == list(TEXTS)


@pytest.mark.parametrize("language", TEXTS)
def test_every_text_has_the_fields_of_the_english_one(language: str) -> None:
    fields = {name: _fields(text) for name, text in _every_text(language).items()}
    assert fields == {name: _fields(text) for name, text in _every_text("en").items()}


@pytest.mark.parametrize("language", TEXTS)
def test_every_text_says_something(language: str) -> None:
    assert [name for name, text in _every_text(language).items() if not text.strip()] == []


@pytest.mark.parametrize("language", [language for language in TEXTS if language != "en"])
def test_no_text_but_that_of_a_chosen_word_is_left_in_english(language: str) -> None:
    english = _every_text("en")
    assert [name for name, text in _every_text(language).items() if text == english[name]] == []


def test_every_reason_is_the_code_of_an_error_or_of_a_text_models_failure() -> None:
    codes = {
        error.code for error in vars(errors).values() if isinstance(error, type) and hasattr(error, "code")
    }
    known = codes | {f"text_model_{reason.value}" for reason in Reason}
    assert set(TEXTS["en"].reasons) <= known
    assert {f"text_model_{reason.value}" for reason in Reason} <= set(TEXTS["en"].reasons)
