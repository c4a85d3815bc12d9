"""Reading JSON that somebody else wrote."""

import json
import re
from typing import Final

MAX_DEPTH: Final = 100
"""Levels of nesting that are read. Pyodide 314's interpreter ends, for good, between 5,000 and 10,000."""

_SIGNIFICANT: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def parse_json(text: str) -> object:
    """Read *text*. Raises ValueError where it is not JSON, or nested more than `MAX_DEPTH` levels deep."""
    if _is_deep(text):
        raise ValueError("it is nested too deeply")
    value: object = json.loads(text, parse_constant=_refuse)
    return value


def _refuse(constant: str) -> object:
    """Refuse NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(f"{constant} is no JSON")


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth = 0
    for match in _SIGNIFICANT.finditer(text):
        sign = match[0][0]
        depth += 1 if sign in "[{" else -1 if sign in "]}" else 0
        if depth > MAX_DEPTH:
            return True
    return False
