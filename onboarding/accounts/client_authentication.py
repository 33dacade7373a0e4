"""The proofs by which a service shows who it is to endpoints for programs: its secret, or an assertion (P44).

RFC 6749, 2.3.1, and RFC 7523. Where they stand in a request is the endpoints' matter.
"""

import base64
import binascii
from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from sqlalchemy.orm import Session

from onboarding.accounts import assertions, clients, jose
from onboarding.accounts.clients import Client
from onboarding.config import Settings

LIFE = timedelta(seconds=60)  # P44
SKEW = timedelta(seconds=10)  # how far a service's clock may run ahead of ours
LONGEST_JTI = 200


def by_secret(db: Session, header: str) -> Client | None:
    """The client of an `Authorization: Basic` header; its parts are form-encoded (RFC 6749, 2.3.1)."""
    kind, _, text = header.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    client = clients.find(db, unquote_plus(client_id))
    right = clients.holds(client, unquote_plus(secret))
    return client if right and kind.lower() == "basic" else None


def by_signature(db: Session, now: datetime, settings: Settings, assertion: str) -> Client | None:
    """The client that has signed this assertion for us, a minute ago at most, and not sent it before."""
    client = clients.find(db, str((jose.claims_of(assertion) or {}).get("sub")))
    if client is None or client.jwks is None:
        return None
    told = jose.verified(assertion, client.jwks["keys"])
    if told is None or told.get("iss") != str(client.id) or told.get("aud") not in audiences(settings):
        return None
    ends = end_of(now, told)
    if ends is None or not usable(told.get("jti")) or not assertions.take(db, client.id, told["jti"], ends):
        return None
    return client


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
