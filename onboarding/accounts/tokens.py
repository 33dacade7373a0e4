"""Tokens of grants: by an access token a service asks about its citizen, by a refresh token for the next ones."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, bindparam, update
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.accounts import grants
from onboarding.accounts.clients import Client, hashed
from onboarding.accounts.grants import Grant, Standing
from onboarding.db import UTC, Base, Db, HasId, insert_rows, new_id, table

ACCESS_LIFE = timedelta(minutes=5)  # P43
REFRESH_IDLE = timedelta(hours=1)  # P43
ACCESS, REFRESH = "access", "refresh"


class Token(HasId, Base):
    """An access token or a refresh token of a grant."""

    __tablename__ = "tokens"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey(Grant.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Shown:
    """A token that somebody has shown, with its grant."""

    grant: Standing
    id: UUID
    kind: str
    scopes: list[str]
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @property
    def allowed(self) -> list[str]:
        """Those of its scopes that its service is still registered for (decision 26)."""
        return [scope for scope in self.scopes if scope in self.grant.client_scopes]

    def is_open(self, now: datetime) -> bool:
        """Whether it counts: neither used up nor over, and its grant is open."""
        return self.used_at is None and self.issued_at <= now < self.expires_at and self.grant.is_open(now)


@dataclass(frozen=True)
class Issued:
    """Fresh tokens as their client gets them; the refresh token for those that have one."""

    access: str
    refresh: str | None
    scopes: list[str]


def issue(db: Db, now: datetime, grant: Standing, scopes: Sequence[str]) -> Issued:
    """Fresh tokens of a grant, none of which outlives it; what is refreshed later has all of its scopes again."""
    wanted = {ACCESS: (ACCESS_LIFE, list(scopes))}
    if grant.refreshes:
        wanted[REFRESH] = REFRESH_IDLE, grant.scopes
    fresh = {kind: secrets.token_urlsafe(32) for kind in wanted}
    rows = [
        {
            "id": new_id(),
            "grant_id": grant.id,
            "kind": kind,
            "token_hash": hashed(fresh[kind]),
            "scopes": its_scopes,
            "issued_at": now,
            "expires_at": min(now + life, grant.ends_at),
        }
        for kind, (life, its_scopes) in wanted.items()
    ]
    insert_rows(db, Token, *rows)
    return Issued(fresh[ACCESS], fresh.get(REFRESH), list(scopes))


def reading() -> Any:
    """The statement that reads a token with its grant; columns stand as the fields of the rows do."""
    token = table(Token).c
    of_token = token.id, token.kind, token.scopes, token.issued_at, token.expires_at, token.used_at
    whole = grants.reading(*of_token).join(table(Token), token.grant_id == table(Grant).c.id)
    return whole.where(token.token_hash == bindparam("its_hash"))


SHOWN = reading()


def find(db: Db, token: str, *kinds: str) -> Shown | None:
    """The token of one of these kinds, with all that it hangs on, dead or alive."""
    row = db.execute(SHOWN, {"its_hash": hashed(token)}).one_or_none()
    return Shown(grants.standing(db, *row[6:]), *row[:6]) if row is not None and row.kind in kinds else None


def taking() -> Any:
    """The statement of `take`, built once."""
    token, now = table(Token).c, bindparam("now", type_=UTC())
    open_now = token.used_at.is_(None), token.issued_at <= now, token.expires_at > now
    mine = update(table(Token)).where(token.id == bindparam("its_id"), *open_now)
    return mine.values(used_at=now).returning(token.id)


TAKING = taking()


def take(db: Db, now: datetime, client: Client, token: Shown) -> bool:
    """Use up a refresh token of this client; see `grants.use_up`."""
    return grants.use_up(db, now, client, token.grant, TAKING, token.expires_at, its_id=token.id)
