"""The ready client: a service that is there from a sandbox's first start on, with an id and secret that stay.

It can send citizens to the developer's own computer and nowhere else.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from onboarding.accounts import clients
from onboarding.accounts.clients import SCOPES, Client

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
