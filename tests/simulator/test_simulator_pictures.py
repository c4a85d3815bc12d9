"""What the pictures of the stand-in look like."""

from typing import Any

import pytest
from PIL import Image

from simulator.drawing import draw, encode, facts
from simulator.lettering import measure, wrap
from simulator.models import Encoding
from simulator.sketch import Reference, Sketch
from tests.simulator.callers import DEV, SCHNELL, Caller

SKETCH = Sketch(DEV, "a lighthouse in a storm", width=512, height=384, steps=25, seed=42)


def drawn(**changes: Any) -> bytes:
    fields = {name: getattr(SKETCH, name) for name in Sketch.__slots__}
    return encode(draw(Sketch(**{**fields, **changes})), Encoding.JPEG)


def test_equal_sketches_give_equal_pictures() -> None:
    assert drawn() == drawn()


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 43},
        {"prompt": "a lighthouse in the sun"},
        {"steps": 24},
        {"guidance": 3.5},
        {"negative_prompt": "people"},
        {"references": (Reference(Image.new("RGB", (64, 64), "red")),)},
    ],
)
def test_every_choice_shows_in_the_picture(change: dict[str, Any]) -> None:
    assert drawn(**change) != drawn()


async def test_a_model_without_a_seed_never_draws_the_same_twice(stand_in: Caller) -> None:
    first, second = [await stand_in.binding(SCHNELL, {"prompt": "a cat"}) for _ in range(2)]
    assert first.json() != second.json()


async def test_the_same_seed_gives_the_same_answer(stand_in: Caller) -> None:
    fields = {"prompt": "a cat", "seed": "0", "width": "256", "height": "256"}
    first, second = [await stand_in.binding_form(DEV, fields) for _ in range(2)]
    assert first.json() == second.json()


def test_a_picture_weighs_what_a_real_one_does() -> None:
    assert 100_000 < len(drawn(width=1024, height=1024)) < 800_000


@pytest.mark.parametrize("size", [(1, 1), (95, 300), (96, 96), (1920, 256), (256, 1920)])
def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    prompt = "一只可爱的猫 Кошка 🎨 日本語 " * 9
    picture = draw(Sketch(DEV, prompt, width=size[0], height=size[1], steps=25, seed=1))
    assert picture.size == size


def test_references_stand_in_their_order() -> None:
    colours = ("#ff0000", "#00ff00", "#0000ff")
    references = tuple(Reference(Image.new("RGB", (100, 100), colour)) for colour in colours)
    picture = draw(Sketch(DEV, "a cat", width=1024, height=1024, steps=25, seed=1, references=references))
    row = [picture.getpixel((x, 80)) for x in range(picture.width)]
    pure = [pixel for pixel in row if pixel in {(255, 0, 0), (0, 255, 0), (0, 0, 255)}]
    assert list(dict.fromkeys(pure)) == [(255, 0, 0), (0, 255, 0), (0, 0, 255)]


def test_the_caption_states_what_was_asked() -> None:
    sketch = Sketch(DEV, "a cat", width=512, height=384, steps=25, seed=0, guidance=0.0, negative_prompt="")
    assert facts(sketch) == "size 512x384  ·  seed 0  ·  steps 25  ·  guidance 0.0"


def test_lines_are_broken_at_spaces_and_cut_with_a_mark() -> None:
    text = "one two three four five six seven eight nine ten"
    width = int(measure("one two three four ", 20)) + 1
    lines = wrap(text, 20, width, most=2)
    assert [line.split() for line in lines] == [["one", "two", "three", "four"], ["five", "six", "seve…"]]


def test_a_script_without_spaces_is_broken_anywhere() -> None:
    width = int(measure("一只可爱", 20)) + 1
    assert wrap("一只可爱的猫坐在", 20, width, most=9) == ["一只可爱", "的猫坐在"]


def test_marks_that_are_nothing_on_their_own_are_left_out() -> None:
    assert wrap("a\u200d\ufe0fb cafe\u0301", 20, 500, most=1) == ["ab café"]
