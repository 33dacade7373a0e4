"""An operation of the API: who may call it, what it takes and gives. What all have in common is here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from flask import Response, request

from onboarding.api import bodies, limits
from onboarding.api.callers import Caller
from onboarding.api.description import described
from onboarding.api.once import once
from onboarding.web.requests import now

View = Callable[..., msgspec.Struct]


def operation(
    by: Caller, *, gives: type[msgspec.Struct], sends: type[msgspec.Struct] | None = None, **path: str
) -> Callable[[View], Callable[..., Response]]:
    """Make a view an operation of the API; `path` describes the parts of its address.

    The view gets who calls (a Client, or a citizen's token as Shown), the parts of its address by name and, where
    something is sent, `sent`. It returns what it gives, or raises Problem. A POST honours `Idempotency-Key`.
    """

    def decorate(view: View) -> Callable[..., Response]:
        @wraps(described(view, by.security, sends, gives, path))
        def call(**named: Any) -> Response:
            caller = by.prove()
            client_id = by.client_id(caller)
            limits.spend(now(), client_id)
            if sends is not None:
                named["sent"] = bodies.read(sends)

            def work() -> str:
                return msgspec.json.encode(view(caller, **named)).decode()

            answer = once(now(), client_id, work) if request.method == "POST" else work()
            return Response(answer, mimetype="application/json")

        return call

    return decorate
