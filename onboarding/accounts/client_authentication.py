"""The proofs by which a service shows who it is to endpoints for programs: its secret, or an assertion (P44).

RFC 6749, 2.3.1, and RFC 7523. Where they stand in a request is the endpoints' matter.
"""

import base64
import binascii
from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from onboarding.accounts import assertions, clients, jose
from onboarding.accounts.clients import Client
from onboarding.config import Settings
from onboarding.db import Db

LIFE = timedelta(seconds=60)  # P44
SKEW = timedelta(seconds=10)  # how far a service's clock may run ahead of ours
LONGEST_JTI = 200


def by_secret(db: Db, header: str) -> tuple[Client | None, bool]:
    """The client that an `Authorization: Basic` header names, and whether the secret is its own.

    The header's parts are form-encoded (RFC 6749, 2.3.1).
    """
    kind, _, text = header.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None, False
    client = clients.find(db, unquote_plus(client_id))
    right = clients.holds(client, unquote_plus(secret))
    return client, right and kind.lower() == "basic"


def by_signature(db: Db, now: datetime, settings: Settings, assertion: str) -> tuple[Client | None, bool]:
    """The client that an assertion names, and whether it signed it for us, a minute ago at most, for one use."""
    client = clients.find(db, str((jose.claims_of(assertion) or {}).get("sub")))
    if client is None or client.jwks is None:
        return client, False
    told = jose.verified(assertion, client.jwks["keys"])
    if told is None or told.get("iss") != str(client.id) or told.get("aud") not in audiences(settings):
        return client, False
    ends = end_of(now, told)
    fresh = ends is not None and usable(told.get("jti")) and assertions.take(db, client.id, told["jti"], ends)
    return client, fresh


def audiences(settings: Settings) -> tuple[object, ...]:
    """How an assertion may say that it is for us: by the issuer alone, as a text or a list of it."""
    return settings.public_url, [settings.public_url]


def end_of(now: datetime, told: jose.Claims) -> datetime | None:
    """When an assertion ends; None where it has ended, lasts too long, or begins later."""
    limits = {name: told.get(name, now.timestamp()) for name in ("nbf", "iat")}
    ends = told.get("exp")
    if not all(type(time) in (int, float) for time in (ends, *limits.values())):
        return None
    latest, ahead = (now + LIFE + SKEW).timestamp(), (now + SKEW).timestamp()
    if not now.timestamp() < ends <= latest or max(limits.values()) > ahead:  # type: ignore[operator]
        return None
    return now + LIFE + SKEW


def usable(jti: object) -> bool:
    """Whether an assertion's id is one."""
    return isinstance(jti, str) and 0 < len(jti) <= LONGEST_JTI
