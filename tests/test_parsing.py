import json

import pytest

from flux.parsing import MAX_DEPTH, parse_json


def test_json_is_read() -> None:
    assert parse_json('{"a": [1, "[[["]}') == {"a": [1, "[[["]}


@pytest.mark.parametrize("text", ["", "{", "[1,]", "nonsense"])
def test_what_is_not_json_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Illegal|delimiter"):
        parse_json(text)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 100_000, "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)]
)
def test_deep_nesting_is_refused_before_it_is_tried(text: str) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(text)


def test_brackets_in_strings_and_side_by_side_are_no_nesting() -> None:
    value = [['\\"[{' * 1000]] * 1000
    assert parse_json(json.dumps(value)) == value
