import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.grammar import Prompt, parse_prompt
from flux.sizes import Size


@pytest.mark.parametrize(
    ("written", "text", "size"),
    [
        ("a cute cat 16:9", "a cute cat", (1024, 576)),
        ("16:9 a cute cat", "a cute cat", (1024, 576)),
        ("a cute 9:16 cat", "a cute cat", (576, 1024)),
        ("a cat, 16:9", "a cat", (1024, 576)),
        ("a cat, 16:9, at night", "a cat, at night", (1024, 576)),
        ("a cat (3:2)", "a cat", (768, 512)),
        ("a cat [3:2]", "a cat", (768, 512)),
        ("a cat 16:9.", "a cat.", (1024, 576)),
        ("a cat --ar 16:9", "a cat", (1024, 576)),
        ("a cat 16 : 9", "a cat", (1024, 576)),
        ("a cat\n16:9", "a cat", (1024, 576)),
        ("4:5\na portrait", "a portrait", (768, 960)),
        ("a photograph at 16:9", "a photograph at", (1024, 576)),
        ("the letters ab 1:1", "the letters ab", (1024, 1024)),
    ],
)
def test_a_known_ratio_that_stands_free_chooses_the_size_and_is_cut_out(
    written: str, text: str, size: tuple[int, int]
) -> None:
    assert parse_prompt(written) == Prompt(text, Size(*size))


@pytest.mark.parametrize(
    ("written", "text", "size"),
    [
        ("一只可爱的猫 16：9", "一只可爱的猫", (1024, 576)),
        ("一只可爱的猫16:9", "一只可爱的猫", (1024, 576)),
        ("一只可爱的猫，16：9", "一只可爱的猫", (1024, 576)),
        ("一只可爱的猫１６：９", "一只可爱的猫", (1024, 576)),
        ("一只可爱的猫 16比9", "一只可爱的猫", (1024, 576)),
        ("一只可爱的猫，比例为3:2", "一只可爱的猫，比例为", (768, 512)),
        ("かわいい猫３：２", "かわいい猫", (768, 512)),
        ("милый кот 2:3", "милый кот", (512, 768)),
        ("一只猫1536×1024", "一只猫", (1536, 1024)),
        ("一只猫１５３６×１０２４", "一只猫", (1536, 1024)),
    ],
)
def test_full_width_signs_and_digits_count_and_no_space_is_needed(
    written: str, text: str, size: tuple[int, int]
) -> None:
    assert parse_prompt(written) == Prompt(text, Size(*size))


@pytest.mark.parametrize(
    ("written", "text", "size"),
    [
        ("a cat 1536x1024", "a cat", (1536, 1024)),
        ("a cat 1536X1024", "a cat", (1536, 1024)),
        ("a cat 1536×1024", "a cat", (1536, 1024)),
        ("a cat 1536*1024", "a cat", (1536, 1024)),
        ("a cat 1536 x 1024", "a cat", (1536, 1024)),
        ("1920x1080 wallpaper", "wallpaper", (1920, 1080)),
        ("a cat, 512x512, oil", "a cat, oil", (512, 512)),
    ],
)
def test_a_size_that_stands_free_is_taken_and_cut_out(written: str, text: str, size: tuple[int, int]) -> None:
    assert parse_prompt(written) == Prompt(text, Size(*size))


@pytest.mark.parametrize(
    "written",
    [
        "a clock showing 10:30",
        "a clock showing 10:30.",
        "a train leaving 21:45",
        "sunrise, 9:16 am, over a lake",
        "sunrise 9:16 a.m.",
        "a lake at 9:16",
        "meet me at 9:16 o'clock",
        "a scoreboard 3:1 in a stadium",
        "a 7:5 sign on a wall",
        "a map in scale 1:64",
        "a cat 5:1",
        "a cat 0:0",
        "a screenshot of http://127.0.0.1:8787",
        "a screenshot of https://example.com:443/16:9/1024x768",
        "a ladder 1:2:3",
        "release v1.2:3",
        "a sticker abc16:9",
        "a sticker 16:9abc",
        "a file IMG_1024x768.jpg",
        "a price tag 1.5x2.5",
        "a 4x4 car and a 3x3 cube",
        "in the year 1024 x",
        "chapter 3:16-18 of John",
        "12345:9",
        "a cat 99999x1024",
    ],
)
def test_what_only_looks_like_a_size_stays_in_the_prompt(written: str) -> None:
    assert parse_prompt(written) == Prompt(written)


@pytest.mark.parametrize(
    ("written", "text", "size"),
    [
        ("a cat 7:5", "a cat", (1216, 864)),
        ("a cat 7:5!", "a cat!", (1216, 864)),
        ("a clock showing 10:30 16:9", "a clock showing 10:30", (1024, 576)),
        ("10:30 16:9", "10:30", (1024, 576)),
        ("一只猫 3:1。", "一只猫。", (1776, 592)),
    ],
)
def test_an_unknown_ratio_counts_only_at_the_very_end(written: str, text: str, size: tuple[int, int]) -> None:
    assert parse_prompt(written) == Prompt(text, Size(*size))


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("a 4:5 cat 16:9", (1024, 576)),
        ("16:9, no, 1:1", (1024, 1024)),
        ("16:9 or rather 1536x1024", (1536, 1024)),
        ("1536x1024 or rather 16:9", (1024, 576)),
    ],
)
def test_the_last_of_several_mentions_counts(written: str, size: tuple[int, int]) -> None:
    assert parse_prompt(written).size == Size(*size)


@pytest.mark.parametrize(
    ("written", "text", "optimize"),
    [
        ("a cat ---tl", "a cat", True),
        ("a cat ---ntl", "a cat", False),
        ("---ntl a cat", "a cat", False),
        ("a ---NTL cat", "a cat", False),
        ("a cat ---tl ---ntl", "a cat", False),
        ("a cat ---ntl ---tl", "a cat", True),
        ("a cat---ntl", "a cat", False),
        ("一只猫---ntl", "一只猫", False),
        ("a cat", "a cat", None),
        ("a ---tlx cat", "a ---tlx cat", None),
        ("a --tl cat", "a --tl cat", None),
    ],
)
def test_switches_stand_anywhere_and_are_cut_out(written: str, text: str, *, optimize: bool | None) -> None:
    assert parse_prompt(written) == Prompt(text, None, optimize)


@pytest.mark.parametrize("written", ["a cat 16:9 ---ntl", "a cat ---ntl 16:9", "---ntl 16:9 a cat"])
def test_a_switch_and_a_ratio_go_together(written: str) -> None:
    assert parse_prompt(written) == Prompt("a cat", Size(1024, 576), optimize=False)


@pytest.mark.parametrize("written", ["16:9", " 16：9 ", "16:9 ---tl", "1024x576"])
def test_a_prompt_that_is_only_a_size_leaves_no_text(written: str) -> None:
    parsed = parse_prompt(written)
    assert (parsed.text, parsed.size) == ("", Size(1024, 576))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("  a   cat \n  on a  mat  ", "a cat\non a mat"),
        ("a cat,", "a cat,"),
        ("a smiley :-)", "a smiley :-)"),
        ("f()", "f()"),
        ("", ""),
    ],
)
def test_a_prompt_that_asks_for_nothing_special_keeps_its_words_and_signs(written: str, text: str) -> None:
    assert parse_prompt(written) == Prompt(text)


@given(st.text() | st.text(st.sampled_from("019:：x×* 比-tlna.,()/\n猫")))
def test_any_text_can_be_parsed(written: str) -> None:
    parsed = parse_prompt(written)
    assert parsed.size is None or all(parsed.size)


_without_digits = st.text(st.characters(exclude_categories=["Cs", "Nd"])) | st.text(
    st.sampled_from("ab猫 ,，.;；|()（）[]:x-\n")
)


@given(_without_digits.filter(lambda text: "---" not in text))
def test_a_text_without_digits_changes_in_its_white_space_alone(written: str) -> None:
    parsed = parse_prompt(written)
    assert ("".join(parsed.text.split()), parsed.size, parsed.optimize) == (
        "".join(written.split()),
        None,
        None,
    )
