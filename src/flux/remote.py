"""Fetching pictures from addresses that a client gives, without becoming anybody's way into a network.

Only https, no credentials, no private or local host; redirects are followed by hand and checked again
(https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html).
What a name resolves to cannot be seen from a Worker; Cloudflare's ``fetch`` reaches public hosts only.
"""

import asyncio
import ipaddress
import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from flux.blobs import Blob
from flux.errors import InvalidValue
from flux.ports import HttpClient

SECONDS: Final = 10.0
MAX_REDIRECTS: Final = 3

_LOCAL_NAMES: Final = re.compile(r"(^|\.)(localhost|local|internal|intranet|lan|home|corp|home\.arpa)\.?$")
# What a URL parser takes for an IPv4 address (https://url.spec.whatwg.org/#ends-in-a-number-checker).
_ENDS_IN_NUMBER: Final = re.compile(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$")


async def fetch_picture(http: HttpClient, url: str, limit: int, param: str) -> Blob:
    """Fetch at most *limit* bytes from *url*. Raises InvalidValue that names *param*."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _follow(http, url, limit, param)
    except TimeoutError:
        raise InvalidValue(f"'{param}' did not answer within {SECONDS:.0f} seconds.", param=param) from None
    except OSError as error:
        raise InvalidValue(f"'{param}' could not be fetched.", param=param) from error


async def _follow(http: HttpClient, url: str, limit: int, param: str) -> Blob:
    for _ in range(MAX_REDIRECTS + 1):
        check_address(url, param)
        fetched = await http.get(url, limit)
        if fetched.blob is not None:
            return fetched.blob
        if fetched.location is None:
            reason = "is too large" if fetched.status == 200 else f"answered {fetched.status}"  # noqa: PLR2004
            raise InvalidValue(
                f"'{param}' {reason}; a picture of at most {limit} bytes is needed.", param=param
            )
        url = urljoin(url, fetched.location)
    raise InvalidValue(f"'{param}' redirects more than {MAX_REDIRECTS} times.", param=param)


def check_address(url: str, param: str) -> None:
    """Raise InvalidValue for an address that is not a public https one without credentials."""
    try:
        parts = urlsplit(url)
        host, has_login = parts.hostname or "", parts.username is not None or parts.password is not None
        _ = parts.port
    except ValueError:
        host, has_login, parts = "", False, urlsplit("")
    if parts.scheme != "https" or not host or has_login or not _is_public(host.lower()):
        raise InvalidValue(
            f"'{param}' must be a data URL, or a public https address without a user name.", param=param
        )


def _is_public(host: str) -> bool:
    if ":" in host or _ENDS_IN_NUMBER.search(host):
        try:
            address = ipaddress.ip_address(host)
        except ValueError:  # 127.1, 0x7f000001 and the like mean an address too
            return False
        mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        return (mapped or address).is_global and not address.is_multicast
    return "." in host.rstrip(".") and not _LOCAL_NAMES.search(host)
