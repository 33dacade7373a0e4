"""Grants: what a citizen's sign-in to a service has given it. Its code and all its tokens hang on the grant's row.

Codes and tokens have 256 bits, are stored as hashes and used up by one statement each (rule R01, P39, P43). One
that is used twice ends its grant and with it all that came from it (RFC 9700, 4.14; ASVS 10.4.2, 10.4.5).

Every sign-in to a service comes by here three times, so all is read and written by plain statements (decision 9).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import events
from onboarding.accounts.authorizations import Asked
from onboarding.accounts.clients import Client, hashed
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.config import Settings
from onboarding.db import UTC, Base, HasId, insert_rows, new_id, table

CODE_LIFE = timedelta(seconds=60)  # P39
ACCESS_LIFE = timedelta(minutes=5)  # P43
REFRESH_IDLE = timedelta(hours=1)  # P43
CODE, ACCESS, REFRESH = "code", "access", "refresh"


class Grant(HasId, Base):
    """What one sign-in to one service has given, bound to client, address, challenge, nonce and login (R42)."""

    __tablename__ = "grants"

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey(SignIn.id), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    redirect_uri: Mapped[str]
    code_challenge: Mapped[str]
    nonce: Mapped[str | None]
    given_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class Token(HasId, Base):
    """A code, an access token or a refresh token of a grant."""

    __tablename__ = "tokens"

    grant_id: Mapped[UUID] = mapped_column(ForeignKey(Grant.id, ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """A grant as it stands, with what decides about it of its service, its sign-in and its account."""

    id: UUID
    account_id: UUID
    client_id: UUID
    sign_in_id: UUID
    scopes: list[str]
    redirect_uri: str
    code_challenge: str
    nonce: str | None
    ends_at: datetime
    ended_at: datetime | None
    client_ended_at: datetime | None
    sector: str
    client_scopes: list[str]
    refreshes: bool
    id_token_algorithm: str
    signed_out_at: datetime | None
    started_at: datetime
    how: str
    account_state: str

    def is_open(self, now: datetime) -> bool:
        """Whether it still counts: it, its service and its sign-in have not ended, and the account is active."""
        ends = self.ended_at, self.client_ended_at, self.signed_out_at
        return all(end is None for end in ends) and now < self.ends_at and self.account_state == "active"


@dataclass(frozen=True, slots=True)
class Shown:
    """A code or token that somebody has shown, with its grant."""

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


def give(db: Session, now: datetime, settings: Settings, sign_in: SignIn, client: Client, asked: Asked) -> str:
    """A new grant of what was asked for; returns its code."""
    grant, ends_at = new_id(), sign_in.started_at + timedelta(seconds=settings.absolute_seconds)
    row = {
        "id": grant,
        "client_id": client.id,
        "account_id": sign_in.account_id,
        "sign_in_id": sign_in.id,
        "scopes": asked.scopes,
        "redirect_uri": asked.redirect_uri,
        "code_challenge": asked.code_challenge,
        "nonce": asked.nonce,
        "given_at": now,
        "ends_at": ends_at,
    }
    insert_rows(db, Grant, row)
    return issue(db, now, grant, ends_at, {CODE: (CODE_LIFE, asked.scopes)})[CODE]


def tokens(db: Session, now: datetime, grant: Standing, scopes: Sequence[str]) -> Issued:
    """Fresh tokens of a grant; what is refreshed later has all of the grant's scopes again."""
    wanted = {ACCESS: (ACCESS_LIFE, list(scopes))}
    if grant.refreshes:
        wanted[REFRESH] = REFRESH_IDLE, grant.scopes
    fresh = issue(db, now, grant.id, grant.ends_at, wanted)
    return Issued(fresh[ACCESS], fresh.get(REFRESH), list(scopes))


def issue(
    db: Session, now: datetime, grant: UUID, ends_at: datetime, wanted: dict[str, tuple[timedelta, list[str]]]
) -> dict[str, str]:
    """Fresh codes or tokens of a grant, by kind with life and scopes; none outlives the grant."""
    fresh = {kind: secrets.token_urlsafe(32) for kind in wanted}
    rows = [
        {
            "id": new_id(),
            "grant_id": grant,
            "kind": kind,
            "token_hash": hashed(fresh[kind]),
            "scopes": scopes,
            "issued_at": now,
            "expires_at": min(now + life, ends_at),
        }
        for kind, (life, scopes) in wanted.items()
    ]
    insert_rows(db, Token, *rows)
    return fresh


def reading() -> tuple[Any, Any]:
    """The statements that read a token with its grant, and grants; columns stand as the fields of the rows do."""
    token, grant, client, sign_in = (table(model).c for model in (Token, Grant, Client, SignIn))
    of_grant = (
        *(grant.id, grant.account_id, grant.client_id, grant.sign_in_id, grant.scopes, grant.redirect_uri),
        *(grant.code_challenge, grant.nonce, grant.ends_at, grant.ended_at),
        *(client.ended_at, client.sector, client.scopes, client.refreshes, client.id_token_algorithm),
        *(sign_in.ended_at, sign_in.started_at, sign_in.how, table(Account).c.state),
    )
    of_token = token.id, token.kind, token.scopes, token.issued_at, token.expires_at, token.used_at
    whole = table(Grant).join(table(Client)).join(table(SignIn), sign_in.id == grant.sign_in_id)
    whole = whole.join(table(Account), table(Account).c.id == sign_in.account_id)
    shown = select(*of_token, *of_grant).select_from(whole.join(table(Token), token.grant_id == grant.id))
    return shown.where(token.token_hash == bindparam("its_hash")), select(*of_grant).select_from(whole)


SHOWN, STANDING = reading()


def find(db: Session, token: str, *kinds: str) -> Shown | None:
    """The code or token of one of these kinds, with all that it hangs on, dead or alive."""
    row = db.execute(SHOWN, {"its_hash": hashed(token)}).one_or_none()
    return Shown(Standing(*row[6:]), *row[:6]) if row is not None and row.kind in kinds else None


def taking() -> Any:
    """The statement of `take`, built once."""
    token, now = table(Token).c, bindparam("now", type_=UTC())
    open_now = token.used_at.is_(None), token.issued_at <= now, token.expires_at > now
    mine = update(table(Token)).where(token.id == bindparam("its_id"), *open_now)
    return mine.values(used_at=now).returning(token.id)


TAKING = taking()


def take(db: Session, now: datetime, client: Client, token: Shown) -> bool:
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


def end(db: Session, now: datetime, grant: Standing, reason: str) -> None:
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


def newest(db: Session, now: datetime, account_id: UUID, client_id: UUID) -> Standing | None:
    """What a citizen's newest sign-in to a service has given it, if that is still open."""
    theirs = STANDING.where(Grant.account_id == account_id, Grant.client_id == client_id)
    found = (Standing(*row) for row in db.execute(theirs.order_by(Grant.given_at.desc())))
    return next((grant for grant in found if grant.is_open(now)), None)


def forget_old(db: Session, now: datetime) -> None:
    """Delete tokens and grants whose time is over."""
    db.execute(delete(Token).where(Token.grant_id.in_(select(Grant.id).where(Grant.ends_at <= now))))
    db.execute(delete(Grant).where(Grant.ends_at <= now))
