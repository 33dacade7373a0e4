"""The messages between Web eID's browser extension and its native application, whose place the agent takes.

They are those of "Web eID: electronic identity cards on the Web" (web-eid/web-eid-system-architecture-doc).
The extension puts the page's origin in, so unlike the socket protocols nothing here hangs on what a page says.
"""

import base64
import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from onboarding.token_agent import algorithms
from onboarding.token_agent.desk import MALFORMED, Desk
from onboarding.token_agent.failures import BadInput, Cancelled, Failure, Literal, OriginRefused

VERSION = f"2.0.0+onboarding.{version('onboarding')}"  # the extension wants one of the 2.x that it fits to
FORMAT = "web-eid:1.0"
USER_CANCELLED = "ERR_WEBEID_USER_CANCELLED"
INVALID_ARGUMENT = "ERR_WEBEID_NATIVE_INVALID_ARGUMENT"
FATAL = "ERR_WEBEID_NATIVE_FATAL"


def answer(desk: Desk, allowed_origins: Sequence[str], message: bytes) -> str:
    """The reply to one message; whatever goes wrong is told in it."""
    try:
        request = json.loads(message)
        command = request["command"]
        return json.dumps(COMMANDS[command](desk.of(command), allowed_origins, request["arguments"]))
    except Literal as literal:
        return literal.text
    except Failure as failure:
        desk.person.show(failure.sentence)
        return refusal(failure)
    except MALFORMED:
        return refusal(BadInput())


def refusal(failure: Failure) -> str:
    """The reply to what went wrong."""
    cancelled, unfit = isinstance(failure, Cancelled), isinstance(failure, BadInput)
    code = USER_CANCELLED if cancelled else INVALID_ARGUMENT if unfit else FATAL
    told = failure.code if isinstance(failure.code, str) else code
    return json.dumps({"error": {"code": told, "message": failure.sentence}})


def authenticate(desk: Desk, allowed_origins: Sequence[str], arguments: dict[str, Any]) -> dict[str, Any]:
    """The token that proves who is at the computer: Sign(H(origin) || H(nonce)).

    The nonce is hashed as the text that it is, not decoded.
    """
    nonce, desk.origin = arguments["challengeNonce"], arguments["origin"]
    if desk.origin not in allowed_origins:
        raise OriginRefused
    if not 44 <= len(nonce) <= 128:
        raise BadInput
    content = desk.agreed(nonce.encode())
    signer = desk.signer()
    parts = [algorithms.digest(signer.algorithm, part) for part in (desk.origin.encode(), content)]
    signature = signer.sign(b"".join(parts))
    return {
        "unverifiedCertificate": base64.b64encode(signer.certificate).decode(),
        "algorithm": signer.algorithm,
        "signature": base64.b64encode(signature).decode(),
        "format": FORMAT,
        "appVersion": f"urn:onboarding:token-agent:{version('onboarding')}",
    }


def leave(_: Desk, __: Sequence[str], ___: dict[str, Any]) -> dict[str, Any]:
    """The extension only wanted to see the version; it waits for an empty reply."""
    return {}


COMMANDS = {"authenticate": authenticate, "quit": leave}
