"""Who calls: bearer keys, compared in constant time."""

import re
from hmac import compare_digest
from typing import Final

from flux.errors import NotConfigured, Unauthorized
from flux.settings import Settings

_BEARER: Final = re.compile(r"Bearer +([^\s]+)", re.IGNORECASE)


def authenticate(authorization: str | None, settings: Settings) -> str:
    """Answer the label of the key in *authorization*.

    Raises NotConfigured where the service has no key, so that it is closed and never open; Unauthorized
    where the key is missing, malformed or wrong.
    """
    if not settings.keys:
        raise NotConfigured("The service is closed because it has no key: set API_KEY.")
    if authorization is None or not authorization.strip():
        raise Unauthorized("No key was given. Send the header 'Authorization: Bearer YOUR_KEY'.")
    match = _BEARER.fullmatch(authorization.strip())
    if match is None:
        raise Unauthorized("The header 'Authorization' must read 'Bearer YOUR_KEY'.")
    given = match[1].encode()
    # Every key is compared, whichever fits: the time taken tells nothing.
    labels = [known.label for known in settings.keys if compare_digest(given, known.key.encode())]
    if not labels:
        raise Unauthorized("The key is wrong.")
    return labels[0]
