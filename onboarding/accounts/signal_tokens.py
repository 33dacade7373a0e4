"""The signed tokens that carry signals: logout tokens and Security Event Tokens (RFC 8417).

Neither can be taken for an ID token or for one another: each has its own `typ`, an event, and no nonce.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding.accounts import jose, signing_keys
from onboarding.accounts.signals import (
    CREDENTIAL_CHANGE,
    DISABLED,
    ENABLED,
    LOGOUT,
    PURGED,
    SESSION_REVOKED,
    Signal,
)
from onboarding.accounts.subjects import session, subject

LOGOUT_LIFE = timedelta(minutes=2)  # Back-Channel Logout 1.0, section 4
CAEP, RISC = (f"https://schemas.openid.net/secevent/{family}/event-type/" for family in ("caep", "risc"))
TYPES = {
    LOGOUT: "http://schemas.openid.net/event/backchannel-logout",
    SESSION_REVOKED: CAEP + SESSION_REVOKED,
    CREDENTIAL_CHANGE: CAEP + CREDENTIAL_CHANGE,
    DISABLED: RISC + DISABLED,
    ENABLED: RISC + ENABLED,
    PURGED: RISC + PURGED,
}
# RISC's identifier-changed would name the old number; that the way to sign in is another one is all that is told.
MEMBERS = {CREDENTIAL_CHANGE: {"credential_type": "phone-sms", "change_type": "update"}}


def token(db: Session, now: datetime, issuer: str, signal: Signal) -> str:
    """The token of a signal as it goes out now."""
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": str(signal.client_id),
        "jti": str(signal.id),
        "events": {TYPES[signal.kind]: MEMBERS.get(signal.kind, {})},
    }
    logout = signal.kind == LOGOUT
    claims |= logout_claims(db, now, signal) if logout else event_claims(db, issuer, signal)
    key = signing_keys.current(db, now, signal.client.id_token_algorithm)
    return jose.sign(key, claims, "logout+jwt" if logout else "secevent+jwt")


def logout_claims(db: Session, now: datetime, signal: Signal) -> dict[str, Any]:
    """What only a logout token has (Back-Channel Logout 1.0, 2.4); without `sid` it is of all sessions."""
    sub = subject(db, signal.client.sector, signal.account_id)
    sid = {"sid": session(db, signal.client_id, signal.sign_in_id)} if signal.sign_in_id else {}
    return {"sub": sub, "iat": jose.seconds(now), "exp": jose.seconds(now + LOGOUT_LIFE), **sid}


def event_claims(db: Session, issuer: str, signal: Signal) -> dict[str, Any]:
    """What only an event has: when it happened, and to whom (RFC 9493; OpenID Shared Signals Framework 1.0)."""
    who: dict[str, Any] = {
        "format": "iss_sub",
        "iss": issuer,
        "sub": subject(db, signal.client.sector, signal.account_id),
    }
    if signal.sign_in_id:
        of = {"format": "opaque", "id": session(db, signal.client_id, signal.sign_in_id)}
        who = {"format": "complex", "user": who, "session": of}
    return {"iat": jose.seconds(signal.happened_at), "sub_id": who}
