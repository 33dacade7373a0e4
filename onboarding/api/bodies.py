"""The body of a request, read strictly and held to its model (rules R17, R19, R20)."""

import json
from typing import Any, NoReturn, TypeVar

import msgspec
from flask import request

from onboarding.accounts import jose
from onboarding.web.problems import NOT_JSON, UNFIT, Problem

DEPTH = 20  # P50
Model = TypeVar("Model", bound=msgspec.Struct)


def read(model: type[Model]) -> Model:
    """What was sent. Raises Problem where it is no JSON object as we take them, or does not fit the model."""
    try:
        found = json.loads(request.get_data(), object_pairs_hook=jose.once, parse_constant=refuse)
        check(found)
    except (ValueError, RecursionError):
        raise Problem(NOT_JSON) from None
    if not isinstance(found, dict):
        raise Problem(NOT_JSON)
    try:
        return msgspec.convert(found, model)
    except msgspec.ValidationError as error:
        raise Problem(UNFIT, str(error)[:200]) from None


def refuse(_constant: str) -> NoReturn:
    """JSON has no NaN and no Infinity. Raises ValueError."""
    raise ValueError("no number")


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
