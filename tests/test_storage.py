import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flux.pictures import GIF, JPEG, PNG, WEBP, PictureType
from flux.sizes import Size
from flux.storage import ImageRecord, is_key, new_key
from tests.fakes import NOW


def _record(prompt: str = "a cat", label: str = "phone", seed: int | None = 7) -> ImageRecord:
    return ImageRecord(
        model="@cf/stabilityai/stable-diffusion-xl-base-1.0",
        prompt=prompt,
        seed=seed,
        size=Size(1024, 576),
        type=JPEG,
        length=123_456,
        created=1_800_000_000,
        expires=1_800_001_800,
        label=label,
    )


@pytest.mark.parametrize(
    ("picture_type", "extension"), [(PNG, "png"), (JPEG, "jpg"), (WEBP, "webp"), (GIF, "gif")]
)
def test_a_key_is_the_time_left_and_128_random_bits_with_an_extension(
    picture_type: PictureType, extension: str
) -> None:
    assert (
        new_key(bytes(range(16)), NOW, picture_type)
        == f"fe5ce7a3afff000102030405060708090a0b0c0d0e0f.{extension}"
    )


def test_two_keys_differ() -> None:
    assert new_key(os.urandom(16), NOW, PNG) != new_key(os.urandom(16), NOW, PNG)


@given(st.lists(st.integers(0, 2**47), min_size=1).map(sorted))
def test_in_alphabetical_order_the_newest_comes_first(milliseconds: list[int]) -> None:
    keys = [new_key(bytes(16), time / 1000, PNG) for time in milliseconds]
    assert keys == sorted(keys, reverse=True)


@pytest.mark.parametrize("picture_type", [PNG, JPEG, WEBP, GIF])
def test_every_key_that_is_made_is_one(picture_type: PictureType) -> None:
    assert is_key(new_key(os.urandom(16), NOW, picture_type))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 44,
        "0" * 44 + ".svg",
        "0" * 43 + ".png",
        "0" * 45 + ".png",
        "0" * 32 + ".png",
        "G" * 44 + ".png",
        "A" * 44 + ".png",
        "0" * 44 + ".png\n",
        "../" + "0" * 44 + ".png",
        "0" * 44 + "Xpng",
    ],
)
def test_anything_else_is_no_key(text: str) -> None:
    assert not is_key(text)


def test_metadata_carries_what_is_known_of_a_picture() -> None:
    assert _record().metadata() == {
        "model": "@cf/stabilityai/stable-diffusion-xl-base-1.0",
        "prompt": "a cat",
        "seed": 7,
        "width": 1024,
        "height": 576,
        "mime": "image/jpeg",
        "length": 123_456,
        "created": 1_800_000_000,
        "expires": 1_800_001_800,
        "label": "phone",
    }


@pytest.mark.parametrize("seed", [None, 0, 2**32 - 1])
def test_a_record_survives_being_stored(seed: int | None) -> None:
    record = _record(seed=seed)
    assert ImageRecord.from_metadata(json.loads(json.dumps(record.metadata()))) == record


def test_a_long_prompt_is_cut_with_a_sign() -> None:
    cut = str(_record("a cat " * 500).metadata()["prompt"])
    assert ("a cat " * 500).startswith(cut[:-1])
    assert (cut[-1], len(cut) > 600) == ("…", True)


@pytest.mark.parametrize("letter", ["a", "猫", "😀", '"', "\x01"])
def test_a_long_prompt_fills_the_metadata_to_the_limit_and_no_further(letter: str) -> None:
    written = json.dumps(_record(letter * 5000).metadata(), ensure_ascii=False)
    assert 1000 < len(written.encode()) <= 1024


@given(
    st.text() | st.text(st.sampled_from('a猫😀"\\\n\x01\x7f'), max_size=2000).map(lambda text: text * 3),
    st.text(max_size=100),
)
def test_metadata_fits_whatever_the_prompt_and_the_label(prompt: str, label: str) -> None:
    written = json.dumps(_record(prompt, label).metadata(), ensure_ascii=False)
    assert len(written.encode()) <= 1024


@given(st.text(max_size=100))
def test_a_short_prompt_is_kept_whole(prompt: str) -> None:
    assert _record(prompt).metadata()["prompt"] == prompt


@pytest.mark.parametrize(
    "change",
    [
        {"mime": "text/html"},
        {"mime": None},
        {"width": "1024"},
        {"width": True},
        {"length": None},
        {"expires": 1.5},
    ],
)
def test_metadata_of_something_else_is_no_record(change: dict[str, object]) -> None:
    assert ImageRecord.from_metadata(_record().metadata() | change) is None


def test_no_metadata_is_no_record() -> None:
    assert ImageRecord.from_metadata({}) is None
