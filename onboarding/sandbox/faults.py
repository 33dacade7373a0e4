"""Faults at a service's wish: what it is answered is spoilt, to prove that it would notice.

OpenID Connect itself knows nothing of this: its views' answers are changed on their way out.
"""

import base64
import json
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus, urlencode

from flask import Flask, current_app, jsonify, request
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from onboarding.accounts import clients, signing_keys
from onboarding.accounts.signing_keys import OLDER, RSA_BITS
from onboarding.config import Settings
from onboarding.resources import N_
from onboarding.sandbox import kept
from onboarding.web.requests import PROGRAMS
from onboarding.work import current_session, step_aside

TOKEN = f"{PROGRAMS}.token"
ANSWERS = ("oidc.authorize", "oidc.consent", "oidc.decide")  # where citizens are sent back to a service
SLOW = 10  # seconds
AGO = 7200  # seconds since an expired token was good
Claims = dict[str, Any]
View = Callable[..., Any]

FAULTS = {
    "wrong-signature": N_("The ID token is signed by another key than it names"),
    "unknown-key": N_("The ID token names a key that is not published"),
    "alg-none": N_("The ID token is not signed: alg none"),
    "expired": N_("The ID token has expired"),
    "wrong-nonce": N_("The ID token has another nonce"),
    "wrong-audience": N_("The ID token is for another service"),
    "wrong-issuer": N_("The ID token is from another issuer"),
    "mixed-up": N_("The answer that comes with the citizen names another issuer"),
    "slow": N_("The token endpoint answers after 10 seconds"),
    "unavailable": N_("The token endpoint answers with 503"),
}
OTHER = "https://another-issuer.example"
CLAIMS: dict[str, Callable[[Claims], Claims]] = {
    "expired": lambda told: {name: told[name] - AGO for name in ("iat", "exp")},
    "wrong-nonce": lambda _: {"nonce": "another-nonce"},
    "wrong-audience": lambda _: {"aud": "another-service"},
    "wrong-issuer": lambda _: {"iss": OTHER},
}


def init_app(app: Flask) -> None:
    """Put the faults around the views that answer services."""
    app.view_functions[TOKEN] = token_endpoint(app.view_functions[TOKEN])
    for endpoint in ANSWERS:
        app.view_functions[endpoint] = answering(app.view_functions[endpoint])


def faults_file(settings: Settings) -> Path:
    """Where it stands which client has which fault."""
    return settings.instance / "sandbox-faults.json"


def switch(settings: Settings, client_id: str, fault: str | None) -> None:
    """Switch a fault on for a client in place of the one that it had, or none."""
    with kept.changing(faults_file(settings)) as on:
        on.pop(client_id, None)
        if fault:
            on[client_id] = fault


def fault_of_request() -> str | None:
    """The fault of the client that this request says it is from."""
    on = kept.read(faults_file(current_app.extensions["settings"]))
    return on.get(named_client()) if on else None


def named_client() -> str:
    """The client that a request names as its sender, unproven; in a header form-encoded (RFC 6749, 2.3.1)."""
    sent = request.authorization
    if sent is not None and sent.username:
        return unquote_plus(sent.username)
    try:
        return str(part(request.form["client_assertion"].split(".")[1])["sub"])
    except (LookupError, ValueError, TypeError, RecursionError):
        return ""


def token_endpoint(view: View) -> View:
    """The token endpoint that waits first, is away, or spoils its ID token.

    Where it is away the code that was sent is still good afterwards.
    """

    @wraps(view)
    def faulty() -> Any:
        fault = fault_of_request()
        if fault is None:
            return view()
        if fault == "slow":
            step_aside()
            time.sleep(SLOW)
        if fault == "unavailable":
            return jsonify(error="temporarily_unavailable"), 503
        answer = current_app.make_response(view())
        if answer.status_code == 200:
            told = answer.get_json()
            answer.set_data(json.dumps(told | {"id_token": spoilt(fault, told["id_token"])}))
        return answer

    return faulty


def answering(view: View) -> View:
    """A view that names another issuer to a service that wants to be mixed up (RFC 9207, 2.4)."""

    @wraps(view)
    def faulty() -> Any:
        settings: Settings = current_app.extensions["settings"]
        mixed_up = [one for one, fault in kept.read(faults_file(settings)).items() if fault == "mixed-up"]
        if not mixed_up:
            return view()
        answer = current_app.make_response(view())
        found = [clients.find(current_session(), one) for one in mixed_up]
        theirs = tuple(address for client in found if client for address in client.redirect_uris)
        if (answer.location or "").startswith(theirs):
            right, wrong = (urlencode({"iss": issuer}) for issuer in (settings.public_url, OTHER))
            answer.location = str(answer.location).replace(right, wrong)
        return answer

    return faulty


def spoilt(fault: str, token: str) -> str:
    """An ID token with a fault; one that is of another kind leaves it as it is."""
    header, told = (part(text) for text in token.split(".")[:2])
    if fault == "alg-none":
        return f"{packed(header | {'alg': 'none'})}.{packed(told)}."
    if fault == "unknown-key":
        header["kid"] = "unknown"
    if fault in ("wrong-signature", "unknown-key"):
        key = stranger(header["alg"])
    elif fault in CLAIMS:
        told |= CLAIMS[fault](told)
        keys = signing_keys.published(current_session())
        key = next(one.opened for one in keys if one.kid == header["kid"])
    else:
        return token
    return jwt.encode(header, told, key, [header["alg"]])


def stranger(algorithm: str) -> ECKey | RSAKey:
    """A key for this algorithm that is none of ours."""
    return RSAKey.generate_key(RSA_BITS) if algorithm == OLDER else ECKey.generate_key("P-256")


def part(text: str) -> Claims:
    """A part of a token. Raises ValueError or TypeError where it is none."""
    found: Claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def packed(part: Claims) -> str:
    """A part of a token as it is sent."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
