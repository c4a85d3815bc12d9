import asyncio

import pytest

from flux.blobs import Blob
from flux.errors import InvalidValue
from flux.remote import check_address, fetch_picture
from tests.conftest import LoopClock
from tests.fakes import DOT, FakeBlob, FakeHttpClient, never

URL = "https://pictures.example/cat.png"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "HTTPS://Pictures.Example/cat.png",
        "https://pictures.example",
        "https://pictures.example:8443/a%20cat.png?size=1&next=http://127.0.0.1/#top",
        "https://pictures.example?@127.0.0.1/",
        "https://pictures.example#@127.0.0.1/",
        "https://pictures.example./cat.png",
        "https://a_b-c.pictures.example/",
        "https://xn--bcher-kva.example/",
        "https://3.example/",
        "https://1.2.3.4.example/",
        "https://localhost.example/",
        "https://mylocal.example/",
        "https://internal.example/",
    ],
)
def test_a_public_address_is_let_through(url: str) -> None:
    check_address(url, "image")


FORBIDDEN = {
    "public addresses by number": [
        "https://1.1.1.1/",
        "https://[2606:4700:4700::1111]/",
        "https://[::ffff:1.1.1.1]/",
    ],
    "another scheme": [
        "http://pictures.example/",
        "ftp://pictures.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "blob:https://pictures.example/1",
        "gopher://pictures.example/",
        "data:image/png,abc",
        "data:,7",
        "//pictures.example/",
        "/etc/passwd",
        "pictures.example/cat.png",
        "",
        "https",
        "https:",
        "https:/pictures.example/",
        "https:pictures.example",
        "https:\\\\pictures.example",
        "https://",
        "https:///pictures.example/",
        "https://:443/",
        "https://?",
    ],
    "a user name": [
        "https://user@pictures.example/",
        "https://user:password@pictures.example/",
        "https://:@pictures.example/",
        "https://@pictures.example/",
        "https://pictures.example@127.0.0.1/",
        "https://127.0.0.1@pictures.example/",
        "https://pictures.example\\@127.0.0.1/",
    ],
    "a local name": [
        "https://localhost/",
        "https://LOCALHOST/",
        "https://localhost./",
        "https://localhost:8787/",
        "https://a.localhost/",
        "https://a.localhost./",
        "https://printer.local/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://router.lan/",
        "https://nas.home/",
        "https://nas.home.arpa/",
        "https://wiki.corp/",
        "https://wiki.intranet/",
        "https://localhost.localdomain/",
        "https://db.private/",
        "https://hidden.onion/",
        "https://metadata/",
        "https://kubernetes/",
        "https://./",
        "https://../",
    ],
    "a public address by number": [
        "https://1.1.1.1/",
        "https://1.1.1.1./",
        "https://[2606:4700:4700::1111]/",
        "https://[::ffff:1.1.1.1]/",
    ],
    "a private IPv4 address": [
        "https://127.0.0.1/",
        "https://127.0.0.1:443/",
        "https://127.255.255.254/",
        "https://0.0.0.0/",
        "https://0.1.2.3/",
        "https://10.0.0.1/",
        "https://10.255.255.255/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.0.0.1/",
        "https://192.0.2.1/",
        "https://192.168.1.1/",
        "https://198.18.0.1/",
        "https://198.51.100.1/",
        "https://203.0.113.1/",
        "https://224.0.0.1/",
        "https://239.255.255.255/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
    ],
    "an IPv4 address in disguise": [
        "https://127.0.0.1./",
        "https://127.0.0.1../",
        "https://127.1/",
        "https://127.1./",
        "https://127.0.1/",
        "https://0/",
        "https://2130706433/",
        "https://2130706433./",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://0177.0.0.0x1/",
        "https://0x7f000001/",
        "https://0X7F000001/",
        "https://0x7f.0.0.1/",
        "https://0x7f.1/",
        "https://0x/",
        "https://127.0.0.0x1/",
        "https://127.000.000.001/",
        "https://2852039166/",
        "https://1.1.1.1.1/",
        "https://999.1.1.1/",
        "https://1.1.1.256/",
    ],
    "another way to write a host": [
        "https://１２７.０.０.１/",
        "https://１２７．０．０．１/",
        "https://127。0。0。1/",
        "https://127。0.0。1/",
        "https://127.0.0。1/",
        "https://127｡0.0｡1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://127.0.0.①/",
        "https://¹²⁷.⁰.⁰.¹/",
        "https://١٢٧.٠.٠.١/",
        "https://127.0.0.1\u00ad/",
        "https://127.0.0.\u200b1/",
        "https://ｌｏｃａｌｈｏｓｔ/",
        "https://a.ｌｏｃａｌｈｏｓｔ/",
        # Letters that are s and k when case is ignored: U+017F, U+212A.
        "https://a.localho\u017ft/",
        "http\u017f://pictures.example/",
        "https://pictures.\u212aitchen.example/",
        "https://a。localhost/",
        "https://a.loca\u00adlhost/",
        "https://printer。local/",
        "https://127.0.0.%31/",
        "https://%31%32%37.0.0.1/",
        "https://a.%6cocalhost/",
        "https://127%2e0%2e0%2e1/",
        "https://127.0.0.1\\.pictures.example/",
        "https://127.0.0.1\\@pictures.example/",
        "https://127.0.0.1%00.pictures.example/",
        "https://127.0.0.1 .pictures.example/",
        "https://pictures.example\\.example/",
        "https://pictures.example/\\127.0.0.1/",
        "https://pictures.example /",
        "https://\ud800.example/",
    ],
    "a private IPv6 address": [
        "https://[::1]/",
        "https://[::1]:443/",
        "https://[::]/",
        "https://[0:0:0:0:0:0:0:1]/",
        "https://[0000:0000:0000:0000:0000:0000:0000:0001]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[0:0:0:0:0:ffff:7f00:1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[2002:a9fe:a9fe::]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b::169.254.169.254]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://[2001:db8::1]/",
        "https://[100::1]/",
    ],
    "no address at all": [
        "https://[",
        "https://[::1",
        "https://[::g]/",
        "https://[pictures.example]/",
        "https://::1/",
        "https://pictures.example:99999/",
        "https://pictures.example:port/",
        "https://pictures.example:-1/",
        "https://pictures..example/",
        "https://.pictures.example/",
    ],
}


@pytest.mark.parametrize("url", [url for urls in FORBIDDEN.values() for url in urls])
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        check_address(url, "images[0]")
    assert refusal.value.message == (
        "'images[0]' must be a data URL, or a public https address without a user name."
    )
    assert refusal.value.param == "images[0]"


@pytest.mark.parametrize("place", ["\n", "\t", "\r", "\x00", " "])
def test_what_a_browser_strips_hides_no_private_host(place: str) -> None:
    for url in (
        f"https://127.0.{place}0.1/",
        f"https://{place}127.0.0.1/",
        f"https://127.0.0.1{place}/",
        f"ht{place}tps://127.0.0.1/",
        f"{place}https://127.0.0.1/",
        f"https:{place}//127.0.0.1/",
    ):
        with pytest.raises(InvalidValue):
            check_address(url, "image")


def _fetch(http: FakeHttpClient, url: str = URL, limit: int = 1000) -> "asyncio.Future[Blob]":
    return asyncio.ensure_future(fetch_picture(http, url, limit, "image"))


async def _refusal(http: FakeHttpClient, url: str = URL, limit: int = 1000) -> str:
    with pytest.raises(InvalidValue) as refusal:
        await _fetch(http, url, limit)
    assert refusal.value.param == "image"
    return refusal.value.message


async def test_a_picture_is_fetched() -> None:
    http = FakeHttpClient(pages={URL: DOT})
    assert await _fetch(http) == FakeBlob(DOT)
    assert http.gets == [URL]


async def test_a_picture_may_have_exactly_so_many_bytes() -> None:
    http = FakeHttpClient(pages={URL: DOT})
    assert await _fetch(http, limit=len(DOT)) == FakeBlob(DOT)


async def test_a_picture_that_is_too_large_is_refused() -> None:
    http = FakeHttpClient(pages={URL: DOT})
    limit = len(DOT) - 1
    assert await _refusal(http, limit=limit) == (
        f"'image' is too large; a picture of at most {limit} bytes is needed."
    )


async def test_a_forbidden_address_is_never_asked() -> None:
    http = FakeHttpClient()
    await _refusal(http, "https://169.254.169.254/latest/meta-data/")
    assert http.gets == []


async def test_redirects_are_followed_from_place_to_place() -> None:
    http = FakeHttpClient(
        pages={
            URL: "/other/dog.png?size=1",
            "https://pictures.example/other/dog.png?size=1": "//cdn.example/dog.png",
            "https://cdn.example/dog.png": "https://other.example/dog.png",
            "https://other.example/dog.png": DOT,
        }
    )
    assert await _fetch(http) == FakeBlob(DOT)
    assert http.gets == list(http.pages)


async def test_more_than_three_redirects_are_refused() -> None:
    http = FakeHttpClient(pages={URL: URL})
    assert await _refusal(http) == "'image' redirects more than 3 times."
    assert http.gets == [URL] * 4


@pytest.mark.parametrize(
    "location",
    [
        "http://pictures.example/cat.png",
        "https://127.0.0.1/",
        "//127.0.0.1/",
        "https://[::1]/",
        "https://user:password@pictures.example/",
        "https://localhost:8787/",
        "https://2130706433/",
        "https://[",
        "//[",
        "https://pictures.example:99999/",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "\\\\127.0.0.1\\x",
    ],
)
async def test_a_redirect_to_a_forbidden_place_is_not_followed(location: str) -> None:
    http = FakeHttpClient(pages={URL: location})
    assert (await _refusal(http)).startswith("'image' ")
    assert [url for url in http.gets if not url.startswith("https://pictures.example/")] == []


@pytest.mark.parametrize("status", [204, 304, 403, 404, 410, 500, 503])
async def test_a_status_that_brings_no_picture_is_told(status: int) -> None:
    http = FakeHttpClient(pages={URL: status})
    assert await _refusal(http) == (f"'image' answered {status}; a picture of at most 1000 bytes is needed.")


async def test_nobody_there_is_told_without_the_reason() -> None:
    http = FakeHttpClient(pages={URL: OSError("connection refused by 10.0.0.7")})
    assert await _refusal(http) == "'image' could not be fetched."


async def test_a_picture_has_ten_seconds(loop_clock: LoopClock) -> None:
    fetching = _fetch(FakeHttpClient(pages={URL: never()}))
    await loop_clock.advance(9.9)
    assert not fetching.done()
    await loop_clock.advance(0.2)
    with pytest.raises(InvalidValue) as refusal:
        await fetching
    assert (refusal.value.message, refusal.value.param) == (
        "'image' did not answer within 10 seconds.",
        "image",
    )


async def test_the_ten_seconds_are_for_all_the_redirects_together(loop_clock: LoopClock) -> None:
    other = "https://cdn.example/cat.png"
    http = FakeHttpClient(pages={URL: other, other: never()})
    fetching = _fetch(http)
    await loop_clock.advance(10.1)
    assert (fetching.done(), http.gets) == (True, [URL, other])
    assert isinstance(fetching.exception(), InvalidValue)
