"""What services ask for: a request that waits until its citizen has signed in and agreed (rule R44).

The browser holds a one-time token of it in a cookie, the row its hash, so the request outlives the change of the
browser's session at the sign-in and can be answered in that browser only. A request that the service's own program
has pushed waits in the same table, for whoever brings its name (RFC 9126); neither token stands for the other.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.accounts.clients import Client
from onboarding.db import Base, Db, HasId, insert_row

COOKIE = "request"  # the name of the cookie that holds the token
LIFE = timedelta(hours=1)  # long enough to register in
PUSHED_LIFE = timedelta(seconds=60)  # for the way through the browser alone
PUSHED = "urn:ietf:params:oauth:request_uri:"  # RFC 9126, 2.2: what the name of a pushed request begins with


@dataclass(frozen=True)
class Asked:
    """The parameters of a request, checked (OpenID Connect Core, 3.1.2.1; RFC 7636)."""

    redirect_uri: str
    code_challenge: str
    scopes: list[str]
    state: str | None = None
    nonce: str | None = None
    prompt: list[str] = field(default_factory=list)
    max_age: int | None = None
    acr: str | None = None
    subject: str | None = None
    language: str | None = None

    @property
    def again(self) -> bool:
        """Whether the citizen has to sign in anew."""
        return not {"login", "select_account"}.isdisjoint(self.prompt)


class Authorization(HasId, Base):
    """A request of a service that waits. It is answered once."""

    __tablename__ = "authorizations"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    client: Mapped[Client] = relationship()

    @property
    def asked(self) -> Asked:
        """What is asked for."""
        return Asked(**self.parameters)


def keep(db: Db, now: datetime, client: Client, asked: Asked) -> str:
    """Keep a request for one browser; returns the token for its cookie."""
    return add(db, now, client, asked, "", LIFE)


def push(db: Db, now: datetime, client: Client, asked: Asked) -> str:
    """Keep a request that its service brings itself; returns the name under which a browser may bring it once."""
    return add(db, now, client, asked, PUSHED, PUSHED_LIFE)


def add(db: Db, now: datetime, client: Client, asked: Asked, kind: str, life: timedelta) -> str:
    """Write the row of a request; returns its token, which begins with `kind`."""
    token = kind + secrets.token_urlsafe(32)
    row = Authorization(
        token_hash=token_hash(token),
        client_id=client.id,
        parameters=asdict(asked),
        asked_at=now,
        expires_at=now + life,
    )
    insert_row(db, row)
    return token


def pull(db: Db, now: datetime, client: Client, name: str) -> Asked | None:
    """Use up what this client has pushed; None where it is another's, used or over, or its address has gone.

    One statement (rule R01).
    """
    its_own = Authorization.token_hash == token_hash(name), Authorization.client_id == client.id
    mine = update(Authorization).where(*its_own, *unanswered(now))
    parameters = db.scalar(mine.values(used_at=now).returning(Authorization.parameters))
    asked = Asked(**parameters) if parameters is not None else None
    return asked if asked is not None and asked.redirect_uri in client.redirect_uris else None


def unanswered(now: datetime) -> list[ColumnElement[bool]]:
    """What is so of a request that can still be answered, also where the clock was set back (rule R06)."""
    return [Authorization.used_at.is_(None), Authorization.asked_at <= now, Authorization.expires_at > now]


def token_hash(token: str) -> bytes:
    """What is stored of a token of 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def waiting(db: Session, now: datetime, token: str | None) -> Authorization | None:
    """The request that waits in the browser with this token, unless its service has ended or left the address."""
    if not token or token.startswith(PUSHED):
        return None
    mine = select(Authorization).where(Authorization.token_hash == token_hash(token), *unanswered(now))
    found = db.scalar(mine.options(joinedload(Authorization.client)))
    if found is None or found.client.ended_at or found.asked.redirect_uri not in found.client.redirect_uris:
        return None
    return found


def take(db: Db, now: datetime, request: Authorization) -> bool:
    """Use up a request; False where it was answered before. One statement (rule R01)."""
    mine = update(Authorization).where(Authorization.id == request.id, *unanswered(now))
    return db.scalar(mine.values(used_at=now).returning(Authorization.id)) is not None


def forget_old(db: Session, now: datetime) -> None:
    """Delete requests that nobody can answer any more."""
    db.execute(delete(Authorization).where(Authorization.expires_at <= now))
