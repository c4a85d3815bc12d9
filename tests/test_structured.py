import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.structured import document, parse_structured, readable


@pytest.mark.parametrize(
    ("text", "structure"),
    [
        ('{"scene": "a pond"}', {"scene": "a pond"}),
        (' \n{"a": {"b": [1, true, null]}}\n ', {"a": {"b": [1, True, None]}}),
        ("{}", None),
        ("", None),
        ("a pond", None),
        ("[1]", None),
        ('"a pond"', None),
        ("{a pond}", None),
        ('{"scene": "a pond"', None),
        ('{"scene": "a pond"} 16:9', None),
        ("{" * 100_000, None),
    ],
)
def test_only_a_json_object_with_something_in_it_is_structured(
    text: str, structure: dict[str, object] | None
) -> None:
    assert parse_structured(text) == structure


def test_a_document_keeps_the_order_and_the_letters() -> None:
    assert document({"scene": "池塘", "b": [1, None], "a": 1.5}) == (
        '{"scene": "池塘", "b": [1, null], "a": 1.5}'
    )


# https://docs.bfl.ai/guides/prompting_guide_flux2, "JSON structured prompting".
GUIDE: Any = {
    "scene": "Professional studio product photography setup with polished concrete surface",
    "subjects": [
        {
            "type": "Minimalist ceramic coffee mug",
            "description": "Matte black finish.",
            "position": "Center foreground on the left",
            "color_palette": ["matte black ceramic"],
        },
        {"type": "Second mug", "position": "right"},
    ],
    "style": "Ultra-realistic product photography",
    "color_palette": ["matte black", "#808080"],
    "lighting": "Three-point softbox setup",
    "camera": {"angle": "high angle", "lens-mm": 85, "f-number": "f/5.6", "ISO": 200},
    "glossy": True,
    "people": False,
    "notes": None,
}


def test_the_guides_own_example_reads_as_plain_text() -> None:
    assert readable(GUIDE) == (
        "Professional studio product photography setup with polished concrete surface. "
        "Minimalist ceramic coffee mug, Matte black finish, position Center foreground on the left, "
        "color palette matte black ceramic; Second mug, position right. "
        "Style: Ultra-realistic product photography. "
        "Color palette: matte black; #808080. "
        "Lighting: Three-point softbox setup. "
        "Camera: angle high angle, lens mm 85, f number f/5.6, ISO 200. "
        "Glossy: yes."
    )


@pytest.mark.parametrize(
    ("structure", "text"),
    [
        ({"prompt": "a cat."}, "a cat."),
        ({"prompt": " a cat "}, "a cat."),
        ({"prompt": "a cat", "empty": "", "nothing": [], "none": {}, "blank": [None, ""]}, "a cat."),
        ({"prompt": "a cat", "count": 0}, "a cat. Count: 0."),
        ({"subject": ["a cat", ["a dog", "a mouse"]]}, "a cat; a dog; a mouse."),
    ],
)
def test_what_says_nothing_is_left_out(structure: dict[str, object], text: str) -> None:
    assert readable(structure) == text


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=10), json_values, min_size=1, max_size=5))
def test_any_structure_is_written_and_read_back(structure: dict[str, object]) -> None:
    assert parse_structured(document(structure)) == structure
    assert json.dumps(readable(structure))


@pytest.mark.parametrize(
    "text",
    ['{"a": ' * 499 + "1" + "}" * 499, '{"a": ' + "[" * 499 + "1" + "]" * 499 + "}"],
    ids=["objects", "lists"],
)
def test_what_is_read_is_not_too_deep_to_be_written(text: str) -> None:
    structure = parse_structured(text)
    assert structure is None or readable(structure).endswith("1.")


@pytest.mark.parametrize("write", [document, readable])
def test_half_a_letter_is_never_written(write: Callable[[dict[str, object]], str]) -> None:
    assert write({"mood": "a\ud800b"}).encode()
