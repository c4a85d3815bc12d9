"""Reference pictures on their way to FLUX.2, byte for byte, by the binding and by REST."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import httpx
import pytest

from tests.e2e.control import Control
from tests.e2e.pictures import HOST, HOSTED, data_url, noise, sha256
from tests.e2e.service import (
    DEV,
    EDITS,
    GENERATIONS,
    KLEIN_4B,
    SCHNELL,
    Anywhere,
    Service,
    address,
    drawn,
    error,
    picture,
    said,
)

BY_BOTH_WAYS: Final = pytest.mark.parametrize("name", ["main", "rest"])
BAD: Final = (400, "invalid_request_error", "invalid_value")


def pictures(count: int) -> list[bytes]:
    """Make small pictures of every type there is, in turn."""
    return [noise(60 + at, 40, kind=("PNG", "JPEG", "WEBP", "GIF")[at % 4]) for at in range(count)]


def check_form(control: Control, sent: Sequence[bytes], *, route: str, model: str = DEV) -> None:
    """See that the one call brought *sent* as FLUX.2 wants it."""
    (call,) = control.calls()
    assert (call["model"], call["route"], call["status"]) == (model, route, 200)
    assert re.fullmatch(r"multipart/form-data; ?boundary=\S+", call["content_type"])
    assert [(file["name"], file["sha256"], file["content_type"]) for file in call["files"]] == [
        (f"input_image_{at}", sha256(data), picture(data)[0]) for at, data in enumerate(sent)
    ]


ROUTES: Final = {"main": "binding", "rest": "rest"}
FIELDS: Final = (
    ("image", "image", "image", "image"),
    ("image[]", "image[]", "image[]", "image[]"),
    ("image[0]", "image[1]", "image[2]", "image[3]"),
    ("input_image_0", "input_image_1", "input_image_2", "input_image_3"),
)


@BY_BOTH_WAYS
@pytest.mark.parametrize("fields", FIELDS, ids=lambda fields: fields[1])
def test_four_files_of_a_form_arrive(
    anywhere: Anywhere, control: Control, name: str, fields: Sequence[str]
) -> None:
    sent = pictures(4)
    # The file names and types are what some clients send; only the bytes count.
    files = [
        (field, ("blob", data, "application/octet-stream")) for field, data in zip(fields, sent, strict=True)
    ]
    answer = anywhere(name).post(EDITS, data={"prompt": "All in one", "model": "flux-2-dev"}, files=files)
    assert len(drawn(answer)) == 1
    check_form(control, sent, route=ROUTES[name])


@BY_BOTH_WAYS
def test_numbered_files_arrive_in_the_order_of_their_numbers(
    anywhere: Anywhere, control: Control, name: str
) -> None:
    sent = pictures(3)
    files = [(f"input_image_{at}", ("blob", sent[at])) for at in (2, 0, 1)]
    drawn(anywhere(name).post(GENERATIONS, data={"prompt": "One", "model": "flux-2-dev"}, files=files))
    check_form(control, sent, route=ROUTES[name])


def plain(text: str) -> str:
    return text


def with_slashes_escaped(text: str) -> str:
    return text.replace("/", "\\/")


def with_signs_escaped(text: str) -> str:
    return text.replace("/", "\\/").replace("+", "\\u002B").replace("=", "\\u003d")


@BY_BOTH_WAYS
@pytest.mark.parametrize("write", [plain, with_slashes_escaped, with_signs_escaped])
def test_four_data_urls_arrive_however_json_writes_them(
    anywhere: Anywhere, control: Control, name: str, write: Any
) -> None:
    sent = pictures(4)
    urls = ", ".join(f'{{"image_url": "{write(data_url(data, picture(data)[0]))}"}}' for data in sent)
    body = f'{{"prompt": "One", "model": "flux-2-dev", "images": [{urls}]}}'
    assert len(drawn(anywhere(name).post(EDITS, content=body))) == 1
    check_form(control, sent, route=ROUTES[name])


@BY_BOTH_WAYS
def test_a_body_of_six_megabytes_arrives(anywhere: Anywhere, control: Control, name: str) -> None:
    sent = [noise(511, 511, "RGBA") for _ in range(4)]
    body = json.dumps({"prompt": "One", "model": "flux-2-dev", "images": [data_url(data) for data in sent]})
    assert len(body) > 5_500_000
    assert len(drawn(anywhere(name).post(EDITS, content=body))) == 1
    check_form(control, sent, route=ROUTES[name])


@BY_BOTH_WAYS
def test_pictures_that_are_stored_here_arrive_by_their_address(
    anywhere: Anywhere, control: Control, name: str
) -> None:
    service = anywhere(name)
    urls = [
        drawn(service.generate("A heron", model="flux-2-klein-4b", size="256x256"))[0]["url"] for _ in "ab"
    ]
    sent = [service.get(url, key=None).content for url in urls]
    control.reset()
    own = [urls[0], urls[1].removeprefix(service.url)]
    assert len(drawn(service.post(EDITS, json={"prompt": "One", "model": "flux-2-dev", "images": own}))) == 1
    check_form(control, sent, route=ROUTES[name])


@BY_BOTH_WAYS
def test_four_pictures_of_another_host_arrive(anywhere: Anywhere, control: Control, name: str) -> None:
    images = [{"image_url": f"https://{HOST}{path}"} for path in HOSTED]
    answer = anywhere(name).post(EDITS, json={"prompt": "One", "model": "flux-2-dev", "images": images})
    assert len(drawn(answer)) == 1
    check_form(control, list(HOSTED.values()), route=ROUTES[name])


def edit(service: Service, path: str) -> httpx.Response:
    images = [{"image_url": path if ":" in path else f"https://{HOST}{path}"}]
    return service.post(EDITS, json={"prompt": "One", "images": images})


@pytest.mark.parametrize("path", ["/once", "/twice", "/thrice"])
def test_up_to_three_redirects_are_followed(anywhere: Anywhere, control: Control, path: str) -> None:
    assert len(drawn(edit(anywhere("main"), path))) == 1
    check_form(control, [HOSTED["/a.png"]], route="binding", model=KLEIN_4B)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/four-times", "redirects more than 3 times"),
        ("/for-ever", "redirects more than 3 times"),
        ("/inward", "public https address"),
        ("/inward-by-name", "public https address"),
        ("/to-http", "public https address"),
        ("/to-data", "public https address"),
        ("/with-login", "public https address"),
        ("/large", "too large"),
        ("/large-chunked", "too large"),
        ("/page", "must be a PNG, JPEG, WebP or GIF picture"),
        ("/empty", "must be a PNG, JPEG, WebP or GIF picture"),
        ("/nothing", "answered 404"),
        ("https://127.0.0.1/a.png", "public https address"),
        ("https://[::1]/a.png", "public https address"),
        ("https://0x7f.1/a.png", "public https address"),
        ("https://localhost/a.png", "public https address"),
        (f"http://{HOST}/a.png", "public https address"),
        (f"https://me:secret@{HOST}/a.png", "public https address"),
        ("https://nowhere.example/a.png", "could not be fetched"),
        ("data:image/png;base64,AAAA", "must be a PNG, JPEG, WebP or GIF picture"),
        ("file:///etc/passwd", "public https address"),
    ],
)
def test_what_is_no_picture_to_fetch_is_refused_before_anything_is_paid(
    anywhere: Anywhere, control: Control, path: str, reason: str
) -> None:
    answer = edit(anywhere("main"), path)
    assert error(answer) == (*BAD, "images[0]")
    assert reason in answer.json()["error"]["message"]
    assert control.calls() == []


def test_five_references_are_too_many(anywhere: Anywhere, control: Control) -> None:
    images = [{"image_url": data_url(data)} for data in pictures(5)]
    answer = anywhere("main").post(EDITS, json={"prompt": "One", "images": images})
    assert error(answer) == (*BAD, "images[4]")
    assert control.calls() == []


@pytest.mark.parametrize(
    ("width", "height", "fitted"), [(2000, 1000, (511, 256)), (512, 512, (511, 511)), (511, 511, (511, 511))]
)
def test_a_large_reference_is_shrunk(
    anywhere: Anywhere, control: Control, width: int, height: int, fitted: tuple[int, int]
) -> None:
    answer = anywhere("main").post(EDITS, data={"prompt": "One"}, files=[("image", noise(width, height))])
    assert len(drawn(answer)) == 1
    (call,) = control.calls()
    ((shown_width, shown_height),) = [(file["width"], file["height"]) for file in call["files"]]
    assert (shown_width, shown_height) == pytest.approx(fitted, abs=1)
    assert max(shown_width, shown_height) < 512


def test_a_large_reference_without_images_is_refused_with_a_word_of_what_to_do(
    anywhere: Anywhere, control: Control
) -> None:
    answer = anywhere("rest").post(EDITS, data={"prompt": "One"}, files=[("image", noise(2000, 1000))])
    assert error(answer) == (*BAD, "image")
    assert "2000x1000" in answer.json()["error"]["message"]
    assert "IMAGES" in answer.json()["error"]["message"]
    assert control.calls() == []


def test_a_large_file_that_only_looks_like_a_picture_is_refused(anywhere: Anywhere, control: Control) -> None:
    data = noise(600, 600)
    spoilt = data[:30] + bytes(len(data) - 60) + data[-30:]
    answer = anywhere("main").post(EDITS, data={"prompt": "One"}, files=[("image", spoilt)])
    assert error(answer) == (*BAD, "image")
    assert control.calls() == []


def ask_in_chat(service: Service, *images: str, **more: Any) -> httpx.Response:
    parts = [{"type": "image_url", "image_url": {"url": url}} for url in images]
    return service.chat([{"type": "text", "text": "By night 16:9"}, *parts], **more)


@BY_BOTH_WAYS
def test_a_picture_in_a_chat_goes_to_the_edit_model_and_the_answer_says_so(
    anywhere: Anywhere, control: Control, name: str
) -> None:
    service, data = anywhere(name), noise(80, 60)
    text = said(ask_in_chat(service, data_url(data), f"https://{HOST}/b.png", model=SCHNELL))
    assert "flux-2-klein-4b" in text
    assert "flux-1-schnell" in text
    assert picture(service.get(address(text), key=None).content) == ("image/jpeg", 1024, 576)
    check_form(control, [data, HOSTED["/b.png"]], route=ROUTES[name], model=KLEIN_4B)


def test_a_model_that_takes_pictures_is_kept_in_a_chat(anywhere: Anywhere, control: Control) -> None:
    data = noise(80, 60)
    said(ask_in_chat(anywhere("main"), data_url(data), model="flux-2-dev"))
    check_form(control, [data], route="binding", model=DEV)


@pytest.mark.parametrize("modalities", [["image", "text"], ["image"]])
def test_pictures_stand_beside_the_text_where_a_client_asks_for_that(
    anywhere: Anywhere, modalities: list[str]
) -> None:
    service = anywhere("main")
    message = ask_in_chat(service, data_url(noise(80, 60)), modalities=modalities).json()["choices"][0][
        "message"
    ]
    ((kind, url),) = [(image["type"], image["image_url"]["url"]) for image in message["images"]]
    assert (kind, "![" in message["content"]) == ("image_url", False)
    assert picture(service.get(url, key=None).content) == ("image/jpeg", 1024, 576)
