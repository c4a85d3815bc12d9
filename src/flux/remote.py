"""Fetching pictures from addresses that a client gives, without becoming anybody's way into a network.

Only https, no credentials, no private or local host; redirects are followed by hand and checked again
(https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html).
What a name resolves to cannot be seen from a Worker; Cloudflare's ``fetch`` reaches public hosts only.
"""

import asyncio
import re
from typing import Final
from urllib.parse import urljoin

from flux.blobs import Blob
from flux.errors import InvalidValue
from flux.ports import HttpClient

SECONDS: Final = 10.0
MAX_REDIRECTS: Final = 3


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
        url = _target(url, fetched.location)
    raise InvalidValue(f"'{param}' redirects more than {MAX_REDIRECTS} times.", param=param)


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:  # such as https://[, which the next check refuses too
        return location


# A name with a dot, in ASCII: what else a URL parser would make a host of (numbers in any base, full-width
# letters, soft hyphens, percent signs) is refused unread. What follows the host may be any printable text.
_ADDRESS: Final = re.compile(
    r"https://(?P<host>(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\.?)"
    r"(?::(?P<port>\d{1,5}))?(?:[/?#][^\s\\\x00-\x1f\x7f]*)?",
    re.IGNORECASE | re.ASCII,
)
_LOCAL: Final = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|lan|home|corp|home\.arpa|onion)\.?$"
)
_PORTS: Final = 65_535


def check_address(url: str, param: str) -> None:
    """Raise InvalidValue for an address that is not a public https one without credentials.

    Addresses by number are refused whole: who serves pictures by https has a name.
    """
    match = _ADDRESS.fullmatch(url)
    if match is None or _LOCAL.search(match["host"].lower()) or int(match["port"] or 0) > _PORTS:
        raise InvalidValue(
            f"'{param}' must be a data URL, or a public https address without a user name.", param=param
        )
