"""Services for trying out: the ready client, which is there from the first start on, and those that come later.

The ready client's id and secret never change; it can send citizens to the developer's own computer alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.accounts import clients
from onboarding.accounts.clients import SCOPES, Client, WrongClient

READY = UUID("00000000-0000-4000-8000-000000000001")
READY_SECRET = "sandbox-secret"  # noqa: S105 - known to everybody, good in a sandbox only
PORTS = (3000, 5000, 8001, 8080, 9000)  # where Node, Flask and others listen when nobody tells them otherwise
HOSTS = [f"http://{name}:{port}" for name in ("localhost", "127.0.0.1") for port in PORTS]


def ensure_ready_client(db: Session, now: datetime) -> None:
    """Make the ready client where it is not there yet."""
    if db.get(Client, READY) is None:
        client, _ = clients.add(
            db,
            now,
            "Sandbox",
            [f"{host}/callback" for host in HOSTS],
            logout_uris=[f"{host}/" for host in HOSTS],
            scopes=SCOPES,
            sector="sandbox",
            loopback=True,
        )
        client.id, client.secret_hash = READY, clients.hashed(READY_SECRET)


def registered(db: Session) -> list[Client]:
    """The services that have not ended, in the order in which they came."""
    known = select(Client).where(Client.ended_at.is_(None))
    return list(db.scalars(known.order_by(Client.registered_at, Client.name)))


def register(
    db: Session,
    now: datetime,
    name: str,
    redirect_uris: list[str],
    logout_uris: Sequence[str] = (),
    **told_at: str | None,
) -> tuple[Client, str | None]:
    """Register a service that may have everything; returns it with its secret. Raises WrongClient.

    `told_at` are its `backchannel_logout_uri` and `events_uri`.
    """
    if not all(isinstance(address, str) for address in (*redirect_uris, *logout_uris)):
        raise WrongClient("addresses are texts")
    whole: dict[str, Any] = {"logout_uris": logout_uris, "scopes": SCOPES, "sector": name, **told_at}
    return clients.add(db, now, name, redirect_uris, loopback=True, **whole)
