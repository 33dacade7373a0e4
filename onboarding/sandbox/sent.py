"""The JSON that programs send to the sandbox, read member by member."""

from types import UnionType
from typing import Any

from flask import request

from onboarding.strict_json import json_object


class Wrong(Exception):
    """What was sent cannot be done; the message says why."""


def sent(**kinds: type | UnionType) -> dict[str, Any]:
    """The members of the JSON object that was sent, each of its kind; one left out is null. Raises Wrong."""
    try:
        found = json_object(request.get_data())
    except ValueError:
        raise Wrong("the body is not a JSON object, or says a member twice") from None
    if found.keys() - kinds.keys():
        raise Wrong(f"send an object with these members: {', '.join(kinds)}")
    for name, kind in kinds.items():
        if not isinstance(found.get(name), kind) or isinstance(found.get(name), bool):
            raise Wrong(f"{name} is missing or of another kind")
    return {name: found.get(name) for name in kinds}
