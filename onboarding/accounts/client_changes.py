"""What administrators do with registered services. Each act counts from the next request on."""

import hashlib
import json
import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.accounts import clients
from onboarding.accounts.clients import Client

ADDRESSES = ("redirect_uris", "logout_uris", "backchannel_logout_uri", "events_uri")
FIELDS = (*ADDRESSES, "scopes")


def every(db: Session) -> list[Client]:
    """All services by name, those that have ended last."""
    return list(db.scalars(select(Client).order_by(Client.ended_at.is_not(None), Client.name)))


def by_id(db: Session, client_id: UUID, *, lock: bool = False) -> Client | None:
    """A service, ended or not; with `lock` nobody else changes it until this transaction is over."""
    return db.get(Client, client_id, with_for_update=lock or None)


def change(client: Client, *, loopback: bool = False, **described: Any) -> list[str]:
    """Make addresses and scopes of a service what is described, at once; returns what became different.

    Its sector stays, so that it knows everybody as before. Raises WrongClient.
    """
    clients.check_all_addresses(*(described[name] for name in ADDRESSES), loopback=loopback)
    described["scopes"] = clients.in_order(described["scopes"])
    different = [name for name in FIELDS if described[name] != getattr(client, name)]
    for name in different:
        setattr(client, name, described[name])
    return different


def version(client: Client) -> str:
    """What changes whenever one of these fields does."""
    fields = [getattr(client, name) for name in FIELDS]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()[:16]


def new_secret(client: Client) -> str:
    """A fresh secret, by which alone it proves itself from now on; what it had before is worth nothing."""
    secret = secrets.token_urlsafe(32)
    client.secret_hash, client.jwks = clients.hashed(secret), None
    return secret


def replace_keys(client: Client, jwks: dict[str, Any]) -> None:
    """Checked keys, by which alone it proves itself from now on."""
    client.secret_hash, client.jwks = None, jwks


def end(now: datetime, client: Client) -> None:
    """A service is known no more: whatever it holds of anybody is dead, and it gets nothing new."""
    client.ended_at = now
