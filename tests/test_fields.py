import json
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.errors import InvalidValue, MissingParameter
from flux.fields import Fields, well_formed

Read = Callable[[Fields], object]


def _integer(fields: Fields) -> object:
    return fields.integer("n", default=1, low=1, high=10)


def _number(fields: Fields) -> object:
    return fields.number("n", low=0, high=10)


def _boolean(fields: Fields) -> object:
    return fields.boolean("n")


def _text(fields: Fields) -> object:
    return fields.text("n", "default")


def _choice(fields: Fields) -> object:
    return fields.choice("n", ("url", "b64_json"), None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("null", 1), ('""', 1), ("2", 2), ('"2"', 2), ("2.0", 2), ('"2.0"', 2), ('" 3 "', 3), ("1e1", 10)],
)
def test_a_whole_number_is_read_however_it_is_spelled(written: str, expected: int) -> None:
    assert _integer(Fields({"n": json.loads(written)})) == expected


@pytest.mark.parametrize(
    "written",
    [
        "0", "11", "-1", "2.5", "true", "false", "NaN", "Infinity", "1e400", "-1e400", "[]", "[2]", "{}",
        '"two"', '"1_0"', '"0x2"', '"  "', '"nan"', '"inf"', '"true"', '"1e400"', str(10**400), f'"{10**40}"',
    ],
)  # fmt: skip
def test_what_is_no_whole_number_in_the_range_is_refused_by_name(written: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        _integer(Fields({"n": json.loads(written)}))
    assert (refusal.value.param, refusal.value.message) == ("n", "'n' must be a whole number from 1 to 10.")


@pytest.mark.parametrize(
    ("written", "expected"),
    [("null", None), ('""', None), ("0", 0.0), ("4.5", 4.5), ('"4.5"', 4.5), ("10", 10.0)],
)
def test_a_number_is_read_however_it_is_spelled(written: str, expected: float | None) -> None:
    assert _number(Fields({"n": json.loads(written)})) == expected


@pytest.mark.parametrize(
    "written", ["10.01", "-0.1", "NaN", "1e400", "true", str(10**400), '"four"', '"1_0"']
)
def test_what_is_no_number_in_the_range_is_refused_by_name(written: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        _number(Fields({"n": json.loads(written)}))
    assert (refusal.value.param, refusal.value.message) == ("n", "'n' must be a number from 0 to 10.")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False), ("", False), (True, True), (False, False),
        ("true", True), ("True", True), ("1", True), ("false", False), ("FALSE", False), ("0", False),
    ],
)  # fmt: skip
def test_a_boolean_is_read_however_it_is_spelled(value: object, *, expected: bool) -> None:
    assert _boolean(Fields({"n": value})) is expected


@pytest.mark.parametrize("value", [1, 0, 1.0, "yes", " true", [], {}, math.nan])
def test_what_is_no_boolean_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        _boolean(Fields({"n": value}))
    assert (refusal.value.param, refusal.value.message) == ("n", "'n' must be true or false.")


@pytest.mark.parametrize(("value", "expected"), [(None, "default"), ("", ""), ("  a ", "  a "), ("猫", "猫")])
def test_a_text_is_taken_as_it_is(value: object, expected: str) -> None:
    assert _text(Fields({"n": value})) == expected


@pytest.mark.parametrize("value", [1, True, [], ["a"], {"a": "b"}])
def test_what_is_no_text_is_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        _text(Fields({"n": value}))
    assert (refusal.value.param, refusal.value.message) == ("n", "'n' must be a string.")


@pytest.mark.parametrize("value", [None, "", "   ", "\n\t"])
def test_a_required_text_that_is_missing_or_blank_is_refused_by_name(value: object) -> None:
    with pytest.raises(MissingParameter) as refusal:
        Fields({"prompt": value}).required_text("prompt")
    assert refusal.value.param == "prompt"


def test_a_required_text_is_answered_as_it_is() -> None:
    assert Fields({"prompt": " a cat "}).required_text("prompt") == " a cat "


@pytest.mark.parametrize(("value", "expected"), [(None, None), ("", None), ("url", "url")])
def test_a_choice_is_one_of_those_allowed(value: object, expected: str | None) -> None:
    assert _choice(Fields({"n": value})) == expected


@pytest.mark.parametrize("value", ["URL", "svg", 1, ["url"]])
def test_another_choice_is_refused_with_those_allowed(value: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        _choice(Fields({"n": value}))
    assert (refusal.value.param, refusal.value.message) == ("n", "'n' must be one of: url, b64_json.")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"steps": None, "num_steps": 5}, 5),
        ({"steps": 4, "num_steps": 5}, 4),
        ({"num_inference_steps": 6}, 6),
        ({}, None),
    ],
)
def test_aliases_stand_in_for_a_name_that_has_no_value(
    values: dict[str, object], expected: int | None
) -> None:
    names = ("steps", "num_steps", "num_inference_steps")
    assert Fields(values).integer(*names, default=None, low=1, high=8) == expected


def test_an_error_names_the_alias_that_was_used() -> None:
    with pytest.raises(InvalidValue) as refusal:
        Fields({"num_steps": 9}).integer("steps", "num_steps", default=None, low=1, high=8)
    assert refusal.value.param == "num_steps"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\ud83db", "a\ufffdb"),
        ("\ude00", "\ufffd"),
        ("x\ud83d", "x\ufffd"),
        ("\ufeff猫", "\ufeff猫"),
        ("😀", "😀"),
    ],
)
def test_a_lone_surrogate_is_replaced(text: str, expected: str) -> None:
    assert Fields({"n": text}).text("n") == expected


@given(st.text(st.characters()))
def test_a_well_formed_text_can_be_sent_as_utf_8(text: str) -> None:
    assert well_formed(text).encode().decode() == well_formed(text)


@given(st.text())
def test_a_text_without_surrogates_stays_as_it_is(text: str) -> None:
    assert well_formed(text) == text


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@pytest.mark.parametrize("read", [_integer, _number, _boolean, _text, _choice])
@given(value=_json)
def test_any_json_value_is_read_or_refused_by_name(read: Read, value: object) -> None:
    try:
        read(Fields({"n": value}))
    except InvalidValue as refusal:
        assert refusal.param == "n"  # noqa: PT017 - the other outcome is as good
