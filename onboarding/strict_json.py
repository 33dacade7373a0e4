"""JSON as it is taken from strangers (RFC 8259, RFC 7493): one object, which all programs read alike."""

import json
from typing import Any, NoReturn


def json_object(text: str | bytes) -> dict[str, Any]:
    """The JSON object that a text is. Raises ValueError where it is none, or says a member twice or no number."""
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except RecursionError:
        raise ValueError("too deep") from None
    if isinstance(found, dict):
        return found
    raise ValueError("no object")


def once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError where a member is named twice."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a member twice")
    return found


def no_number(_constant: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads and JSON does not have. Raises ValueError."""
    raise ValueError("no number")
