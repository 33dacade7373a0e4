"""The JSON that programs send to the sandbox, read member by member."""

import json
from types import UnionType
from typing import Any

from flask import request


class Wrong(Exception):
    """What was sent cannot be done; the message says why."""


def sent(**kinds: type | UnionType) -> dict[str, Any]:
    """The members of the JSON object that was sent, each of its kind; one left out is null. Raises Wrong."""
    try:
        found = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Wrong("the body is not JSON") from None
    if not isinstance(found, dict) or found.keys() - kinds.keys():
        raise Wrong(f"send an object with these members: {', '.join(kinds)}")
    for name, kind in kinds.items():
        if not isinstance(found.get(name), kind) or isinstance(found.get(name), bool):
            raise Wrong(f"{name} is missing or of another kind")
    return {name: found.get(name) for name in kinds}
