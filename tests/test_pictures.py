import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from flux.pictures import GIF, JPEG, PNG, WEBP, NotAPicture, PictureInfo, PictureType, inspect
from flux.sizes import Size
from tests.fakes import DOT, FakeBlob, picture


def _jpeg_with(*segments: bytes) -> bytes:
    """Put application segments before the frame of a JPEG."""
    jpeg = picture(48, 32)
    written = b"".join(b"\xff\xe1" + (len(each) + 2).to_bytes(2, "big") + each for each in segments)
    return jpeg[:2] + written + jpeg[2:]


@pytest.mark.parametrize(
    ("data", "info"),
    [
        (picture(48, 32, "PNG"), PictureInfo(PNG, Size(48, 32))),
        (picture(1920, 256, "PNG"), PictureInfo(PNG, Size(1920, 256))),
        (picture(48, 32, "JPEG"), PictureInfo(JPEG, Size(48, 32))),
        (picture(48, 32, "JPEG", progressive=True), PictureInfo(JPEG, Size(48, 32))),
        (picture(1920, 256, "JPEG"), PictureInfo(JPEG, Size(1920, 256))),
        (picture(48, 32, "WEBP"), PictureInfo(WEBP, Size(48, 32))),
        (picture(48, 32, "WEBP", lossless=True), PictureInfo(WEBP, Size(48, 32))),
        (picture(48, 32, "WEBP", exif=Image.Exif().tobytes()), PictureInfo(WEBP, Size(48, 32))),
        (picture(1, 1, "WEBP", lossless=True), PictureInfo(WEBP, Size(1, 1))),
        (picture(48, 32, "GIF"), PictureInfo(GIF, Size(48, 32))),
        (DOT, PictureInfo(PNG, Size(1, 1))),
    ],
    ids=[
        "png", "wide png", "jpeg", "progressive jpeg", "wide jpeg", "lossy webp", "lossless webp",
        "extended webp", "tiny webp", "gif", "dot",
    ],
)  # fmt: skip
def test_the_bytes_tell_the_type_and_the_size(data: bytes, info: PictureInfo) -> None:
    assert inspect(FakeBlob(data)) == info


def test_the_samples_are_of_the_kinds_they_stand_for() -> None:
    webps = [picture(48, 32, "WEBP"), picture(48, 32, "WEBP", lossless=True)]
    webps.append(picture(48, 32, "WEBP", exif=Image.Exif().tobytes()))
    assert [webp[12:16] for webp in webps] == [b"VP8 ", b"VP8L", b"VP8X"]
    assert b"\xff\xc2" in picture(48, 32, "JPEG", progressive=True)


@pytest.mark.parametrize(
    "data",
    [
        _jpeg_with(b"Exif\0\0" + bytes(30_000)),
        _jpeg_with(b"Exif\0\0" + bytes(65_527)),
        _jpeg_with(b"Exif\0\0" + bytes(60_000), b"http://ns.adobe.com/xap/1.0/\0" + bytes(60_000)),
        picture(48, 32)[:2] + b"\xff\xff\xff" + picture(48, 32)[2:],
    ],
    ids=["big exif", "biggest exif", "two big segments", "fill bytes"],
)
def test_a_jpegs_size_is_found_behind_whatever_a_camera_writes(data: bytes) -> None:
    assert inspect(FakeBlob(data)) == PictureInfo(JPEG, Size(48, 32))


@pytest.mark.parametrize("picture_type", [PNG, JPEG])
def test_a_few_bytes_may_follow_a_drawn_picture(picture_type: PictureType) -> None:
    data = picture(48, 32, picture_type.name) + b"\r\n\0"
    assert inspect(FakeBlob(data)) == PictureInfo(picture_type, Size(48, 32))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the bytes are no PNG, JPEG, WebP or GIF picture"),
        (b"<svg></svg>", "the bytes are no PNG, JPEG, WebP or GIF picture"),
        (b'{"image": ""}', "the bytes are no PNG, JPEG, WebP or GIF picture"),
        (b"BM" + bytes(100), "the bytes are no PNG, JPEG, WebP or GIF picture"),
        (picture(480, 320, "PNG")[:-40], "the PNG breaks off"),
        (picture(480, 320, "PNG")[:20], "the PNG breaks off"),
        (picture(48, 32, "PNG")[:16] + bytes(8) + picture(48, 32, "PNG")[24:], "the PNG breaks off"),
        (picture(480, 320)[:-100], "the JPEG breaks off"),
        (picture(480, 320)[:100], "the JPEG breaks off"),
        (b"\xff\xd8\xff", "the JPEG breaks off"),
        (picture(48, 32, "WEBP")[:20], "the WEBP breaks off"),
        (picture(48, 32, "GIF")[:8], "the GIF breaks off"),
    ],
)
def test_what_is_no_whole_picture_is_refused_with_the_reason(data: bytes, message: str) -> None:
    with pytest.raises(NotAPicture) as refusal:
        inspect(FakeBlob(data))
    assert str(refusal.value) == message


_HEADS = [
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"\xff\xd8\xff\xe1",
    b"RIFF\0\0\0\0WEBP",
    b"RIFF\0\0\0\0WEBPVP8X",
    b"RIFF\0\0\0\0WEBPVP8L",
    b"GIF89a",
]


@given(st.sampled_from(_HEADS), st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_refused(head: bytes, rest: bytes) -> None:
    try:
        info = inspect(FakeBlob(head + rest))
    except NotAPicture:
        return
    assert all(info.size)


def test_little_is_read_of_a_large_picture() -> None:
    class Counting(FakeBlob):
        def read(self, start: int, stop: int) -> bytes:
            reads.append(stop - start)
            return super().read(start, stop)

    reads: list[int] = []
    inspect(Counting(_jpeg_with(bytes(65_000)) + bytes(10)))
    assert sum(reads) < 140_000
