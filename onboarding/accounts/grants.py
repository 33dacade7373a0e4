"""Grants: what a citizen's sign-in to a service has given it. Its code and all its tokens hang on the grant's row.

Codes and tokens have 256 bits, are stored as hashes and used up by one statement each (rule R01, P39, P43). One
that is used twice ends its grant and with it all that came from it (RFC 9700, 4.14; ASVS 10.4.2, 10.4.5).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.accounts import events
from onboarding.accounts.authorizations import Asked
from onboarding.accounts.clients import Client
from onboarding.accounts.sign_ins import SignIn
from onboarding.config import Settings
from onboarding.db import UTC, Base, HasId, insert_row, table

CODE_LIFE = timedelta(seconds=60)  # P39
ACCESS_LIFE = timedelta(minutes=5)  # P43
REFRESH_IDLE = timedelta(hours=1)  # P43
CODE, ACCESS, REFRESH = "code", "access", "refresh"


class Grant(HasId, Base):
    """What one sign-in to one service has given, bound to client, address, challenge, nonce and login (R42)."""

    __tablename__ = "grants"

    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey("sign_ins.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    redirect_uri: Mapped[str]
    code_challenge: Mapped[str]
    nonce: Mapped[str | None]
    given_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    client: Mapped[Client] = relationship()
    sign_in: Mapped[SignIn] = relationship()

    def is_open(self, now: datetime) -> bool:
        """Whether it still counts: it, its sign-in and its service have not ended, and the account is active."""
        over = any(one.ended_at is not None for one in (self, self.sign_in, self.client))
        return not over and now < self.ends_at and self.sign_in.account.state == "active"


class Token(HasId, Base):
    """A code, an access token or a refresh token of a grant."""

    __tablename__ = "tokens"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    grant: Mapped[Grant] = relationship()

    def is_open(self, now: datetime) -> bool:
        """Whether it counts: neither used up nor over, and its grant is open."""
        return self.used_at is None and self.issued_at <= now < self.expires_at and self.grant.is_open(now)


@dataclass(frozen=True)
class Issued:
    """Fresh tokens as their client gets them; the refresh token for those that have one."""

    access: str
    refresh: str | None
    scopes: list[str]


def hashed(token: str) -> bytes:
    """What the database keeps of a code or token."""
    return hashlib.sha256(token.encode()).digest()


def issue(
    db: Session, now: datetime, grant: Grant, kind: str, life: timedelta, scopes: Sequence[str] | None = None
) -> str:
    """A fresh code or token of a grant; none outlives it."""
    token = secrets.token_urlsafe(32)
    row = Token(
        grant_id=grant.id,
        kind=kind,
        token_hash=hashed(token),
        scopes=list(grant.scopes if scopes is None else scopes),
        issued_at=now,
        expires_at=min(now + life, grant.ends_at),
    )
    insert_row(db, row)
    return token


def give(db: Session, now: datetime, settings: Settings, sign_in: SignIn, client: Client, asked: Asked) -> str:
    """A new grant of what was asked for; returns its code."""
    grant = Grant(
        client_id=client.id,
        account_id=sign_in.account_id,
        sign_in_id=sign_in.id,
        scopes=asked.scopes,
        redirect_uri=asked.redirect_uri,
        code_challenge=asked.code_challenge,
        nonce=asked.nonce,
        given_at=now,
        ends_at=sign_in.started_at + timedelta(seconds=settings.absolute_seconds),
    )
    insert_row(db, grant)
    return issue(db, now, grant, CODE, CODE_LIFE)


def tokens(db: Session, now: datetime, grant: Grant, scopes: Sequence[str]) -> Issued:
    """Fresh tokens of a grant; what is refreshed later has all of the grant's scopes again."""
    access = issue(db, now, grant, ACCESS, ACCESS_LIFE, scopes)
    refresh = issue(db, now, grant, REFRESH, REFRESH_IDLE) if grant.client.refreshes else None
    return Issued(access, refresh, list(scopes))


GRANT = joinedload(Token.grant, innerjoin=True)
BY_HASH = select(Token).options(
    GRANT.joinedload(Grant.client, innerjoin=True),
    GRANT.joinedload(Grant.sign_in, innerjoin=True).joinedload(SignIn.account, innerjoin=True),
).where(Token.token_hash == bindparam("its_hash"))  # fmt: skip


def find(db: Session, token: str, *kinds: str) -> Token | None:
    """The row of a code or token of one of these kinds, with all that it hangs on, dead or alive."""
    found = db.scalar(BY_HASH, {"its_hash": hashed(token)})
    return found if found is not None and found.kind in kinds else None


def taking() -> Any:
    """The statement of `take`, built once."""
    token, now = table(Token).c, bindparam("now", type_=UTC())
    open_now = token.used_at.is_(None), token.issued_at <= now, token.expires_at > now
    mine = update(table(Token)).where(token.id == bindparam("its_id"), *open_now)
    return mine.values(used_at=now).returning(token.id)


TAKING = taking()


def take(db: Session, now: datetime, client: Client, token: Token) -> bool:
    """Use up a code or refresh token of this client; one that was used before ends its grant.

    One statement decides which of many uses at once is the first. False where this is not it, or it is over.
    """
    if token.grant.client_id != client.id or not token.grant.is_open(now):
        return False
    if db.scalar(TAKING, {"its_id": token.id, "now": now}) is not None:
        return True
    if now < token.expires_at:
        end(db, now, token.grant, "used-twice")
    return False


def end(db: Session, now: datetime, grant: Grant, reason: str) -> None:
    """End a grant: everything that came from it is dead from here on."""
    mine = update(Grant).where(Grant.id == grant.id, Grant.ended_at.is_(None)).values(ended_at=now)
    if db.scalar(mine.returning(Grant.id)) is not None:
        events.record(db, now, "grant-ended", account=grant.account_id, client=str(grant.client_id), reason=reason)


def end_all(db: Session, now: datetime, account_id: UUID, client_id: UUID) -> int:
    """End all that a citizen's sign-ins have given a service; returns how many of them were still open."""
    mine = update(Grant).where(
        Grant.account_id == account_id, Grant.client_id == client_id, Grant.ended_at.is_(None), Grant.ends_at > now
    )
    return len(db.scalars(mine.values(ended_at=now).returning(Grant.id)).all())


def newest(db: Session, now: datetime, account_id: UUID, client_id: UUID) -> Grant | None:
    """What a citizen's newest sign-in to a service has given it, if that is still open."""
    theirs = select(Grant).where(
        Grant.account_id == account_id, Grant.client_id == client_id, Grant.ended_at.is_(None), Grant.ends_at > now
    )
    whole = joinedload(Grant.sign_in).joinedload(SignIn.account)
    found = db.scalars(theirs.order_by(Grant.given_at.desc()).options(whole))
    return next((grant for grant in found if grant.is_open(now)), None)


def forget_old(db: Session, now: datetime) -> None:
    """Delete tokens and grants whose time is over."""
    db.execute(delete(Token).where(Token.grant_id.in_(select(Grant.id).where(Grant.ends_at <= now))))
    db.execute(delete(Grant).where(Grant.ends_at <= now))
