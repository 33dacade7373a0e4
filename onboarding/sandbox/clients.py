"""Services for trying out: the ready client, which is there from the first start on, and those that come later.

The ready client's id and secret never change; it can send citizens to the developer's own computer alone.
"""

from datetime import datetime
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
    """All services, in the order in which they came."""
    return list(db.scalars(select(Client).order_by(Client.registered_at, Client.name)))


def register(db: Session, now: datetime, name: str, redirect_uris: list[str]) -> tuple[Client, str | None]:
    """Register a service that may have everything; returns it with its secret. Raises WrongClient."""
    if not all(isinstance(address, str) for address in redirect_uris):
        raise WrongClient("redirect addresses are texts")
    return clients.add(db, now, name, redirect_uris, scopes=SCOPES, sector=name, loopback=True)
