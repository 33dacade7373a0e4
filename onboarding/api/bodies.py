"""The body of a request, read strictly and held to its model (rules R17, R19, R20)."""

from typing import Any, TypeVar

import msgspec
from flask import request

from onboarding.strict_json import json_object
from onboarding.web.problems import NOT_JSON, UNFIT, Problem

DEPTH = 20  # P50
Model = TypeVar("Model", bound=msgspec.Struct)


def read(model: type[Model]) -> Model:
    """What was sent. Raises Problem where it is no JSON object as we take them, or does not fit the model."""
    try:
        found = json_object(request.get_data())
        check(found)
    except ValueError:
        raise Problem(NOT_JSON) from None
    try:
        return msgspec.convert(found, model)
    except msgspec.ValidationError as error:
        raise Problem(UNFIT, str(error)[:200]) from None


def check(found: Any, depth: int = 1) -> None:
    """Raise ValueError for what is too deep, and for texts that no database keeps: NUL, half a character."""
    if depth > DEPTH:
        raise ValueError("too deep")
    if isinstance(found, str) and "\0" in str(found.encode(), "utf-8"):
        raise ValueError("NUL")
    if isinstance(found, dict):
        found = [*found, *found.values()]
    if isinstance(found, list):
        for part in found:
            check(part, depth + 1)
