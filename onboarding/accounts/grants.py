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
from onboarding.db import UTC, Base, Db, HasId, insert_rows, names, new_id, plain, table

CODE_LIFE = timedelta(seconds=60)  # P39
ACCESS_LIFE = timedelta(minutes=5)  # P43
REFRESH_IDLE = timedelta(hours=1)  # P43
ACCESS, REFRESH = "access", "refresh"


class Grant(HasId, Base):
    """What one sign-in to one service has given, bound to client, address, challenge, nonce and login (R42).

    Its code counts once, from `given_at` on.
    """

    __tablename__ = "grants"

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    sign_in_id: Mapped[UUID] = mapped_column(ForeignKey(SignIn.id), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    redirect_uri: Mapped[str]
    code_challenge: Mapped[str]
    nonce: Mapped[str | None]
    code_hash: Mapped[bytes | None] = mapped_column(index=True, unique=True)
    code_used_at: Mapped[datetime | None]
    given_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class Token(HasId, Base):
    """An access token or a refresh token of a grant."""

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
    given_at: datetime
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
    account: Account

    def is_open(self, now: datetime) -> bool:
        """Whether it still counts: it, its service and its sign-in have not ended, and the account is active."""
        ends = self.ended_at, self.client_ended_at, self.signed_out_at
        return all(end is None for end in ends) and now < self.ends_at and self.account.state == "active"


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


def give(db: Db, now: datetime, settings: Settings, sign_in: SignIn, client: Client, asked: Asked) -> str:
    """A new grant of what was asked for; returns its code."""
    code = secrets.token_urlsafe(32)
    row = {
        "id": new_id(),
        "client_id": client.id,
        "account_id": sign_in.account_id,
        "sign_in_id": sign_in.id,
        "scopes": asked.scopes,
        "redirect_uri": asked.redirect_uri,
        "code_challenge": asked.code_challenge,
        "nonce": asked.nonce,
        "code_hash": hashed(code),
        "given_at": now,
        "ends_at": sign_in.started_at + timedelta(seconds=settings.absolute_seconds),
    }
    insert_rows(db, Grant, row)
    return code


def tokens(db: Db, now: datetime, grant: Standing, scopes: Sequence[str]) -> Issued:
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


def reading() -> tuple[Any, Any]:
    """The statements that read a token with its grant, and grants; columns stand as the fields of the rows do."""
    token, grant, client, sign_in = (table(model).c for model in (Token, Grant, Client, SignIn))
    of_grant = (
        *(grant.id, grant.account_id, grant.client_id, grant.sign_in_id, grant.scopes, grant.redirect_uri),
        *(grant.code_challenge, grant.nonce, grant.given_at, grant.ends_at, grant.ended_at),
        *(client.ended_at, client.sector, client.scopes, client.refreshes, client.id_token_algorithm),
        *(sign_in.ended_at, sign_in.started_at, sign_in.how, *table(Account).c),
    )
    of_token = token.id, token.kind, token.scopes, token.issued_at, token.expires_at, token.used_at
    whole = table(Grant).join(table(Client)).join(table(SignIn), sign_in.id == grant.sign_in_id)
    whole = whole.join(table(Account), table(Account).c.id == sign_in.account_id)
    shown = select(*of_token, *of_grant).select_from(whole.join(table(Token), token.grant_id == grant.id))
    return shown.where(token.token_hash == bindparam("its_hash")), select(*of_grant).select_from(whole)


SHOWN, STANDING = reading()
BY_CODE = STANDING.where(table(Grant).c.code_hash == bindparam("its_hash"))


def standing(db: Db, *row: Any) -> Standing:
    """A grant from the columns that `reading` says."""
    account = len(row) - len(names(Account))
    fields = *row[:account], plain(db, Account, row[account:])
    return Standing(*fields)


def find(db: Db, token: str, *kinds: str) -> Shown | None:
    """The token of one of these kinds, with all that it hangs on, dead or alive."""
    row = db.execute(SHOWN, {"its_hash": hashed(token)}).one_or_none()
    return Shown(standing(db, *row[6:]), *row[:6]) if row is not None and row.kind in kinds else None


def of_code(db: Db, code: str) -> Standing | None:
    """The grant of a code, dead or alive."""
    row = db.execute(BY_CODE, {"its_hash": hashed(code)}).one_or_none()
    return standing(db, *row) if row is not None else None


def taking() -> tuple[Any, Any]:
    """The statements that use up a code and a token, built once."""
    grant, token, now = table(Grant).c, table(Token).c, bindparam("now", type_=UTC())
    code = update(table(Grant)).where(grant.id == bindparam("its_id"), grant.code_used_at.is_(None))
    code = code.where(grant.given_at <= now, grant.given_at > bindparam("since", type_=UTC()))
    open_now = token.used_at.is_(None), token.issued_at <= now, token.expires_at > now
    shown = update(table(Token)).where(token.id == bindparam("its_id"), *open_now)
    return code.values(code_used_at=now).returning(grant.id), shown.values(used_at=now).returning(token.id)


TAKING_CODE, TAKING = taking()


def take_code(db: Db, now: datetime, client: Client, grant: Standing) -> bool:
    """Use up the code of this client's grant; one that was used before ends the grant.

    One statement decides which of many uses at once is the first. False where this is not it, or it is over.
    """
    if grant.client_id != client.id or not grant.is_open(now):
        return False
    if db.scalar(TAKING_CODE, {"its_id": grant.id, "now": now, "since": now - CODE_LIFE}) is not None:
        return True
    if now < grant.given_at + CODE_LIFE:
        end(db, now, grant, "used-twice")
    return False


def take(db: Db, now: datetime, client: Client, token: Shown) -> bool:
    """Use up a refresh token of this client, as `take_code` does a code."""
    if token.grant.client_id != client.id or not token.grant.is_open(now):
        return False
    if db.scalar(TAKING, {"its_id": token.id, "now": now}) is not None:
        return True
    if now < token.expires_at:
        end(db, now, token.grant, "used-twice")
    return False


def end(db: Db, now: datetime, grant: Standing, reason: str) -> None:
    """End a grant: everything that came from it is dead from here on."""
    mine = update(Grant).where(Grant.id == grant.id, Grant.ended_at.is_(None)).values(ended_at=now)
    if db.scalar(mine.returning(Grant.id)) is not None:
        events.record(db, now, "grant-ended", account=grant.account_id, client=str(grant.client_id), reason=reason)


def end_all(db: Db, now: datetime, account_id: UUID, client_id: UUID) -> int:
    """End all that a citizen's sign-ins have given a service; returns how many of them were still open."""
    mine = update(Grant).where(
        Grant.account_id == account_id, Grant.client_id == client_id, Grant.ended_at.is_(None), Grant.ends_at > now
    )
    return len(db.scalars(mine.values(ended_at=now).returning(Grant.id)).all())


def newest(db: Db, now: datetime, account_id: UUID, client_id: UUID) -> Standing | None:
    """What a citizen's newest sign-in to a service has given it, if that is still open."""
    theirs = STANDING.where(Grant.account_id == account_id, Grant.client_id == client_id)
    found = (standing(db, *row) for row in db.execute(theirs.order_by(Grant.given_at.desc())))
    return next((grant for grant in found if grant.is_open(now)), None)


def forget_old(db: Session, now: datetime) -> None:
    """Delete tokens and grants whose time is over."""
    db.execute(delete(Token).where(Token.grant_id.in_(select(Grant.id).where(Grant.ends_at <= now))))
    db.execute(delete(Grant).where(Grant.ends_at <= now))
