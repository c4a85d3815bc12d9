import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.errors import InvalidValue
from flux.sizes import RATIOS, Size, Sizes, parse_size, size_for_ratio

FLUX_2 = Sizes(256, 1920)
SCHNELL = Sizes(1024, 1024)


def test_the_ratios_that_people_name_have_these_sizes() -> None:
    assert {f"{width}:{height}": str(size) for (width, height), size in RATIOS.items()} == {
        "1:1": "1024x1024",
        "1:2": "512x1024",
        "2:1": "1024x512",
        "2:3": "512x768",
        "3:2": "768x512",
        "3:4": "768x1024",
        "4:3": "1024x768",
        "4:5": "768x960",
        "5:4": "960x768",
        "9:16": "576x1024",
        "16:9": "1024x576",
        "9:21": "576x1344",
        "21:9": "1344x576",
    }


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ((16, 10), "1296x816"),
        ((3, 1), "1776x592"),
        ((7, 5), "1216x864"),
        ((4, 1), "1920x480"),
        ((1, 4), "480x1920"),
        ((2, 2), "1024x1024"),
    ],
)
def test_another_ratio_is_computed(ratio: tuple[int, int], size: str) -> None:
    assert str(size_for_ratio(*ratio)) == size


@pytest.mark.parametrize("ratio", [(0, 1), (1, 0), (0, 0), (5, 1), (1, 5), (401, 100), (9999, 1)])
def test_a_ratio_that_is_too_steep_or_has_a_zero_has_no_size(ratio: tuple[int, int]) -> None:
    assert size_for_ratio(*ratio) is None


_side = st.integers(1, 9999)


@given(_side, _side)
def test_a_computed_size_is_about_a_megapixel_in_patches_of_16_and_of_the_asked_shape(
    width: int, height: int
) -> None:
    size = size_for_ratio(width, height)
    if size is None:
        assert not 1 / 4 <= width / height <= 4
    elif (width, height) not in RATIOS:
        assert [side % 16 for side in size] == [0, 0]
        assert FLUX_2.allow(size)
        assert 0.85 <= size.pixels / (1024 * 1024) <= 1.05
        assert size.width / size.height == pytest.approx(width / height, rel=0.05)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", None),
        ("auto", None),
        (" auto ", None),
        ("1024x1024", "1024x1024"),
        ("1536X1024", "1536x1024"),
        ("1536×1024", "1536x1024"),
        ("1536*1024", "1536x1024"),
        (" 640 x 480 ", "640x480"),
        ("16:9", "1024x576"),
        ("16：9", "1024x576"),
        ("16 : 9", "1024x576"),
        ("3:1", "1776x592"),
    ],
)
def test_a_size_is_read_from_pixels_or_a_ratio(text: str, size: str | None) -> None:
    assert (None if (read := parse_size(text)) is None else str(read)) == size


@pytest.mark.parametrize(
    "text",
    [
        "big",
        "1024",
        "1024x",
        "x1024",
        "1024x1024x3",
        "-1x5",
        "5:1",
        "0:1",
        "1.5:1",
        "123456x1",
        "0x0",
        "0x512",
    ],
)
def test_what_is_no_size_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_size(text, param="size")
    assert (refusal.value.param, refusal.value.code) == ("size", "invalid_value")


@pytest.mark.parametrize(
    ("size", "allowed"),
    [((256, 1920), True), ((255, 1024), False), ((1024, 1921), False), ((1000, 1000), True)],
)
def test_a_range_allows_sizes_with_both_sides_in_it(size: tuple[int, int], *, allowed: bool) -> None:
    assert FLUX_2.allow(Size(*size)) is allowed


@pytest.mark.parametrize(
    ("sizes", "asked", "nearest"),
    [
        (SCHNELL, (768, 512), "1024x1024"),
        (FLUX_2, (768, 512), "768x512"),
        (FLUX_2, (100, 200), "256x512"),
        (FLUX_2, (3000, 1500), "1920x960"),
        (FLUX_2, (99999, 1), "1920x256"),
    ],
)
def test_the_nearest_size_keeps_the_shape_where_it_can(
    sizes: Sizes, asked: tuple[int, int], nearest: str
) -> None:
    assert str(sizes.nearest(Size(*asked))) == nearest


@given(st.integers(1, 99999), st.integers(1, 99999), st.sampled_from([SCHNELL, FLUX_2, Sizes(64, 2500)]))
def test_the_nearest_size_is_always_one_the_model_draws(width: int, height: int, sizes: Sizes) -> None:
    assert sizes.allow(sizes.nearest(Size(width, height)))


@pytest.mark.parametrize(("sizes", "text"), [(SCHNELL, "1024x1024"), (FLUX_2, "256x256 to 1920x1920")])
def test_a_range_reads_as_people_write_it(sizes: Sizes, text: str) -> None:
    assert str(sizes) == text


@given(st.text())
def test_any_text_is_a_size_or_refused(text: str) -> None:
    try:
        size = parse_size(text)
    except InvalidValue:
        return
    assert size is None or all(size)
