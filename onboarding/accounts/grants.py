"""Grants: what a citizen's sign-in to a service has given it. Its code is part of it, its tokens hang on its row.

Codes and tokens have 256 bits, are stored as hashes and used up by one statement each (rule R01, P39, P43). One
that is used twice ends its grant and with it all that came from it (RFC 9700, 4.14; ASVS 10.4.2, 10.4.5).

Every sign-in to a service comes by here and by `tokens` three times: all is read and written by plain statements
(decision 9).
"""

import secrets
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


def reading(*beside: Any) -> Any:
    """The statement that reads grants after the columns `beside`; its own stand as the fields of `Standing` do."""
    grant, client, sign_in = (table(model).c for model in (Grant, Client, SignIn))
    of_grant = (
        *(grant.id, grant.account_id, grant.client_id, grant.sign_in_id, grant.scopes, grant.redirect_uri),
        *(grant.code_challenge, grant.nonce, grant.given_at, grant.ends_at, grant.ended_at),
        *(client.ended_at, client.sector, client.scopes, client.refreshes, client.id_token_algorithm),
        *(sign_in.ended_at, sign_in.started_at, sign_in.how, *table(Account).c),
    )
    whole = table(Grant).join(table(Client)).join(table(SignIn), sign_in.id == grant.sign_in_id)
    whole = whole.join(table(Account), table(Account).c.id == sign_in.account_id)
    return select(*beside, *of_grant).select_from(whole)


STANDING = reading()
BY_CODE = STANDING.where(table(Grant).c.code_hash == bindparam("its_hash"))


def standing(db: Db, *row: Any) -> Standing:
    """A grant from the columns that `reading` says."""
    account = len(row) - len(names(Account))
    fields = *row[:account], plain(db, Account, row[account:])
    return Standing(*fields)


def of_code(db: Db, code: str) -> Standing | None:
    """The grant of a code, dead or alive."""
    row = db.execute(BY_CODE, {"its_hash": hashed(code)}).one_or_none()
    return standing(db, *row) if row is not None else None


def taking() -> Any:
    """The statement of `take_code`, built once."""
    grant, now = table(Grant).c, bindparam("now", type_=UTC())
    mine = update(table(Grant)).where(grant.id == bindparam("its_id"), grant.ended_at.is_(None))
    mine = mine.where(
        grant.code_used_at.is_(None), grant.given_at <= now, grant.given_at > bindparam("since", type_=UTC())
    )
    return mine.values(code_used_at=now).returning(grant.id)


TAKING = taking()


def take_code(db: Db, now: datetime, client: Client, grant: Standing) -> bool:
    """Use up the code of this client's grant; see `use_up`."""
    ends, since = grant.given_at + CODE_LIFE, now - CODE_LIFE
    return use_up(db, now, client, grant, TAKING, ends, its_id=grant.id, since=since)


def use_up(
    db: Db, now: datetime, client: Client, grant: Standing, taking: Any, ends: datetime, **bound: Any
) -> bool:
    """Use up a code or token of this client's grant; one that was used before `ends` ends the grant.

    One statement decides which of many uses at once is the first. False where this is not it, or it is over.
    """
    if grant.client_id != client.id or not grant.is_open(now):
        return False
    if db.scalar(taking, {"now": now, **bound}) is not None:
        return True
    if now < ends:
        end(db, now, grant, "used-twice")
    return False


def end(db: Db, now: datetime, grant: Standing, reason: str) -> None:
    """End a grant: everything that came from it is dead from here on."""
    mine = update(Grant).where(Grant.id == grant.id, Grant.ended_at.is_(None)).values(ended_at=now)
    if db.scalar(mine.returning(Grant.id)) is not None:
        events.record(db, now, "grant-ended", account=grant.account_id, client=str(grant.client_id), reason=reason)


def end_all(db: Db, now: datetime, account_id: UUID, client_id: UUID) -> int:
    """End all that a citizen's sign-ins have given a service; returns how much of it still counted."""
    mine = update(Grant).where(
        Grant.account_id == account_id, Grant.client_id == client_id, Grant.ended_at.is_(None), Grant.ends_at > now
    )
    given_by = db.scalars(mine.values(ended_at=now).returning(Grant.sign_in_id)).all()
    lasting = set(db.scalars(select(SignIn.id).where(SignIn.id.in_(given_by), SignIn.ended_at.is_(None))))
    return sum(sign_in in lasting for sign_in in given_by)


def newest(db: Db, now: datetime, account_id: UUID, client_id: UUID) -> Standing | None:
    """What a citizen's newest sign-in to a service has given it, if that is still open."""
    theirs = STANDING.where(Grant.account_id == account_id, Grant.client_id == client_id)
    found = (standing(db, *row) for row in db.execute(theirs.order_by(Grant.given_at.desc())))
    return next((grant for grant in found if grant.is_open(now)), None)


def forget_old(db: Session, now: datetime) -> None:
    """Delete grants whose time is over, and with them their tokens."""
    db.execute(delete(Grant).where(Grant.ends_at <= now))
