"""How a service proves who it is at the endpoints for programs: by its secret, or by an assertion (P44).

RFC 6749, 2.3.1, and RFC 7523. A secret in the body (`client_secret_post`) is not taken: bodies end in logs.
"""

import base64
import binascii
from datetime import datetime, timedelta
from urllib.parse import unquote_plus

from flask import request
from sqlalchemy.orm import Session

from onboarding.accounts import assertions, clients
from onboarding.accounts.clients import Client
from onboarding.config import Settings
from onboarding.oidc import jose
from onboarding.web.requests import note_refusal

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE = timedelta(seconds=60)  # P44
SKEW = timedelta(seconds=10)  # how far a service's clock may run ahead of ours
LONGEST_JTI = 200


def authenticated(db: Session, now: datetime, settings: Settings) -> Client | None:
    """The client that this request proves to be, or None; a refusal leaves one event."""
    sent = request.form
    by_header, by_assertion = "Authorization" in request.headers, "client_assertion" in sent
    client = None
    if by_header and not by_assertion:
        client = by_secret(db, request.headers["Authorization"])
    elif by_assertion and not by_header and sent.get("client_assertion_type") == ASSERTION:
        client = by_signature(db, now, settings, sent["client_assertion"])
    named = sent.get("client_id")
    if client is None or named not in (None, str(client.id)) or "client_secret" in sent:
        note_refusal("client")
        return None
    return client


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
