"""Stored pictures, on real workerd and in a real browser."""

import html
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest

from tests.e2e.service import Service, address, error, expire_on_disk, said, set_end_on_disk

NEVER: Final = "/image/00000000000000000000000000000000000000000000.jpg"
IMG: Final = {"accept": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}
TAB: Final = {"accept": "text/html,application/xhtml+xml,image/avif,image/webp,*/*;q=0.8"}

CHROMIUM: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
IN_A_BROWSER: Final = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not on this machine")
_BROWSER_SECONDS: Final = 60

PAGE: Final = """\
<!doctype html>
<title>Elsewhere</title>
<img src="{address}">
<script>
  addEventListener("load", () => {{
    const {{ naturalWidth: width, naturalHeight: height, complete }} = document.images[0];
    document.body.dataset.seen = JSON.stringify({{ width, height, complete }});
  }});
</script>
"""

See = Callable[[str], Any]


@pytest.fixture(scope="module")
def drawn(main: Service) -> str:
    """The address of a picture."""
    return address(said(main.chat("A heron 3:2")))


def test_a_picture_says_all_that_a_browser_wants_to_know(main: Service, drawn: str) -> None:
    shown = main.get(drawn, key=None)
    key = drawn.rpartition("/")[2]
    told = {
        "content-type": "image/jpeg",
        "content-length": str(len(shown.content)),
        "etag": f'"{key.partition(".")[0]}"',
        "accept-ranges": "bytes",
        "content-disposition": f'inline; filename="{key}"',
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
    }
    assert {name: shown.headers.get(name) for name in told} == told


def test_a_picture_is_cached_no_longer_than_it_lives(main: Service, folder: Path) -> None:
    path = address(said(main.chat("A mayfly")))
    set_end_on_disk(folder, path.rpartition("/")[2], int(time.time()) + 100)
    policy = main.get(path, key=None).headers["cache-control"]
    max_age = int(policy.removeprefix("public, immutable, max-age="))
    assert 50 < max_age <= 100


def test_head_tells_a_pictures_length(main: Service, drawn: str) -> None:
    whole, head = main.get(drawn, key=None), main.send("HEAD", drawn, key=None)
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "accept-ranges"):
        assert head.headers[name] == whole.headers[name]


def test_a_picture_that_has_not_changed_is_not_sent_again(main: Service, drawn: str) -> None:
    etag = main.get(drawn, key=None).headers["etag"]
    answers = [
        main.get(drawn, key=None, headers={"if-none-match": value})
        for value in (etag, f"W/{etag}", f'"other", {etag}', "*", '"other"')
    ]
    assert [answer.status_code for answer in answers] == [304, 304, 304, 304, 200]
    assert [answer.content for answer in answers[:4]] == [b""] * 4
    assert answers[0].headers["etag"] == etag


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=100-199", slice(100, 200)),
        ("bytes=1000-", slice(1000, None)),
        ("bytes=-100", slice(-100, None)),
        ("bytes=0-99999999", slice(None)),
    ],
)
def test_a_part_of_a_picture_is_sent_alone(main: Service, drawn: str, asked: str, expected: slice) -> None:
    whole = main.get(drawn, key=None).content
    part = main.get(drawn, key=None, headers={"range": asked})
    assert (part.status_code, part.content) == (206, whole[expected])
    assert part.headers["content-length"] == str(len(whole[expected]))


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=-", "pages=1-2", "bytes=0-1,5-6", "bytes=a-b"])
def test_a_range_that_cannot_be_read_gets_the_whole(main: Service, drawn: str, asked: str) -> None:
    whole = main.get(drawn, key=None)
    answer = main.get(drawn, key=None, headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, whole.content)


def test_a_part_of_another_version_is_not_sent(main: Service, drawn: str) -> None:
    headers = {"range": "bytes=0-9", "if-range": '"other"'}
    assert main.get(drawn, key=None, headers=headers).status_code == 200


@pytest.mark.parametrize("path", [NEVER, "/image/", "/image/x", "/image/..%2f..%2fsecret", "/image/a/b.jpg"])
def test_what_was_never_there_is_not_found(main: Service, path: str) -> None:
    assert error(main.get(path, key=None)) == (404, "invalid_request_error", "not_found", None)


@pytest.mark.parametrize("end", [set_end_on_disk, expire_on_disk])
def test_a_picture_whose_time_is_over_is_gone_whether_kv_still_has_it_or_not(
    main: Service, folder: Path, end: Callable[[Path, str, int], None]
) -> None:
    path = address(said(main.chat("A mayfly")))
    before = main.get(path, key=None)
    end(folder, path.rpartition("/")[2], int(time.time()) - 1)
    after = main.get(path, key=None)
    assert (before.status_code, after.status_code) == (200, 404)


def test_an_img_gets_a_picture_that_says_so_and_a_tab_gets_the_error(main: Service) -> None:
    img, tab = main.get(NEVER, key=None, headers=IMG), main.get(NEVER, key=None, headers=TAB)
    assert (img.status_code, img.headers["content-type"]) == (404, "image/svg+xml")
    assert "This picture has expired" in img.text
    assert (img.headers["cache-control"], img.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert error(tab) == (404, "invalid_request_error", "not_found", None)


@pytest.fixture
def see(tmp_path: Path) -> Iterator[See]:
    """Show the picture at an address in a page of another origin, and answer what the page sees of it."""
    handler = partial(_Quiet, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()

        def look(at: str) -> Any:
            (tmp_path / "page.html").write_text(PAGE.format(address=at), encoding="utf-8")
            dom = dump(f"http://127.0.0.1:{server.server_port}/page.html", tmp_path)
            seen = re.search(r'data-seen="([^"]*)"', dom)
            assert seen, dom
            return json.loads(html.unescape(seen[1]))

        yield look
        server.shutdown()
        thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def dump(url: str, folder: Path) -> str:
    """Open *url* in Chromium, and answer the page as it is then."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", "--dump-dom", url]
    done = subprocess.run(command, capture_output=True, timeout=_BROWSER_SECONDS, check=True)
    return done.stdout.decode()


@IN_A_BROWSER
def test_a_page_elsewhere_shows_the_picture_at_its_true_size(see: See, drawn: str) -> None:
    assert see(drawn) == {"width": 768, "height": 512, "complete": True}


@IN_A_BROWSER
def test_a_tab_shows_the_picture_as_a_picture(drawn: str, tmp_path: Path) -> None:
    assert f'<img src="{drawn}"' in re.sub(r'<img style="[^"]*"', "<img", dump(drawn, tmp_path))


@IN_A_BROWSER
def test_a_page_elsewhere_shows_that_a_picture_has_expired(see: See, main: Service, folder: Path) -> None:
    path = address(said(main.chat("A mayfly")))
    set_end_on_disk(folder, path.rpartition("/")[2], int(time.time()) - 1)
    width, height = re.findall(r'(?:width|height)="(\d+)"', main.get(path, key=None, headers=IMG).text)[:2]
    assert see(path) == {"width": int(width), "height": int(height), "complete": True}
