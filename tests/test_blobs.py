import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.blobs import Base64, Spliced, encode_json, join
from tests.fakes import FakeBlob, filled

HOLE = Base64(FakeBlob(b"picture"))
FILLED = "cGljdHVyZQ=="


def test_a_value_without_holes_becomes_a_plain_string() -> None:
    assert encode_json({"a": [1, None, "é"]}) == '{"a":[1,null,"\\u00e9"]}'


def test_a_hole_stands_where_the_base64_goes() -> None:
    assert encode_json({"b64_json": HOLE, "n": 1}) == Spliced(('{"b64_json":"', HOLE, '","n":1}'))


def test_a_text_with_holes_becomes_one_json_string() -> None:
    text = Spliced(('say "', HOLE, '" and ', HOLE))
    assert encode_json([text]) == Spliced(('["say \\"', HOLE, '\\" and ', HOLE, '"]'))


@pytest.mark.parametrize(
    "prompt", ["\ufdd0", "\\ufdd0", "\\\ufdd0", "ends with a \\", "\ufdd0\ufdd1\ufdd2", '"\\\\ufdd0"']
)
def test_a_prompt_that_looks_like_a_hole_is_not_taken_for_one(prompt: str) -> None:
    encoded = filled(encode_json({"prompt": prompt, "text": Spliced((prompt, HOLE, prompt))}))
    assert json.loads(encoded) == {"prompt": prompt, "text": f"{prompt}{FILLED}{prompt}"}


def test_a_text_with_every_marker_is_refused_rather_than_garbled() -> None:
    markers = "".join(chr(code) for code in range(0xFDD0, 0xFDF0))
    with pytest.raises(ValueError, match="noncharacter"):
        encode_json([markers, HOLE])


def test_a_value_that_has_no_json_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no JSON form"):
        encode_json({"a": set()})


_plain = st.text(st.sampled_from('aé"\\u\ufdd0fd\ufdd1 1\n')) | st.text()
_texts = st.recursive(
    _plain | st.none() | st.integers() | st.booleans() | st.just(HOLE)
    | st.lists(_plain | st.just(HOLE)).map(lambda parts: Spliced(tuple(parts))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)  # fmt: skip


def _as_plain(value: Any) -> Any:
    if isinstance(value, Base64 | Spliced):
        return filled(value if isinstance(value, Spliced) else Spliced((value,)))
    if isinstance(value, list):
        return [_as_plain(item) for item in value]
    return {key: _as_plain(item) for key, item in value.items()} if isinstance(value, dict) else value


@given(_texts)
def test_filled_json_is_the_json_of_the_filled_value(value: object) -> None:
    assert filled(encode_json(value)) == json.dumps(_as_plain(value), separators=(",", ":"))


def test_joining_plain_strings_gives_a_plain_string() -> None:
    assert join("a", "", "b") == "ab"


def test_joining_keeps_the_holes_in_order() -> None:
    assert join("a", Spliced((HOLE, "b")), "c") == Spliced(("a", HOLE, "b", "c"))


def test_an_empty_text_with_holes_is_false_as_an_empty_string_is() -> None:
    assert [bool(Spliced(())), bool(Spliced((HOLE,)))] == [False, True]
