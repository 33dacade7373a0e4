"""Sign-ins begin, are found again and end. The browser holds a token, the row its hash."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from onboarding.accounts import consents, events
from onboarding.accounts.grants import Grant
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.config import Settings
from onboarding.db import Db, insert_row, names, plain, table

TOUCH = timedelta(seconds=60)  # how exactly the last click is kept
RECHECK = timedelta(hours=1)  # how often the certificate of an open sign-in is checked again (P38)
RECHECK_SOON = timedelta(minutes=5)  # after a check that nobody could answer


def token_hash(token: str) -> bytes:
    """What the database keeps of a browser's token; 256 random bits need no slow hash (P21)."""
    return hashlib.sha256(token.encode()).digest()


def start(
    db: Session,
    now: datetime,
    settings: Settings,
    account: Account,
    token: str,
    how: str,
    device: str,
    certificate_id: UUID | None = None,
) -> SignIn:
    """Sign an account in under a fresh token; the oldest sign-ins end where there are too many (P26)."""
    for oldest in open_ones(db, now, settings, account)[max(settings.parallel_sessions - 1, 0) :]:
        end(db, now, oldest, "too-many")
    sign_in = SignIn(
        token_hash=token_hash(token),
        account_id=account.id,
        certificate_id=certificate_id,
        how=how,
        device=device,
        started_at=now,
        last_seen_at=now,
        recheck_at=now + RECHECK if certificate_id else None,
    )
    insert_row(db, sign_in)
    events.record(db, now, "signed-in", account=account.id, how=how)
    return sign_in


def leave_behind(db: Session, now: datetime, settings: Settings, its_token: bytes, account: Account) -> None:
    """End the sign-in of a browser in which this account signs in anew: nobody can come back to it.

    One of the same person lasts where services still hold something by it.
    """
    here = of_hash(db, its_token)
    if here is None or not here.is_open(now, settings):
        return
    given = select(Grant.id).where(Grant.sign_in_id == here.id, Grant.ended_at.is_(None)).limit(1)
    if here.account_id != account.id or db.scalar(given) is None:
        end(db, now, mine(db, here), "signed-in-again")


OPEN = (
    select(SignIn)
    .where(
        SignIn.account_id == bindparam("its_account"),
        SignIn.ended_at.is_(None),
        SignIn.last_seen_at > bindparam("idle_since"),
        SignIn.started_at > bindparam("old_since"),
    )
    .order_by(SignIn.started_at.desc())
)


def open_ones(db: Session, now: datetime, settings: Settings, account: Account) -> list[SignIn]:
    """The sign-ins of an active account that still count, as `SignIn.is_open` tells them; newest first."""
    idle, old = timedelta(seconds=settings.idle_seconds), timedelta(seconds=settings.absolute_seconds)
    bounds = {"its_account": account.id, "idle_since": now - idle, "old_since": now - old}
    return list(db.scalars(OPEN, bounds))


def lasting(db: Session, now: datetime, settings: Settings, account_id: UUID) -> list[SignIn]:
    """The sign-ins that were not ended and may still give something to services, those left idle among them."""
    old = now - timedelta(seconds=settings.absolute_seconds)
    mine = select(SignIn).where(
        SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.started_at > old
    )
    return list(db.scalars(mine))


def of_account(db: Session, account_id: UUID, most: int | None = 20) -> list[SignIn]:
    """The newest sign-ins of an account, newest first; with `most` None all of them."""
    mine = select(SignIn).where(SignIn.account_id == account_id).options(joinedload(SignIn.account))
    return list(db.scalars(mine.order_by(SignIn.started_at.desc()).limit(most)))


def own(db: Session, account_id: UUID, sign_in_id: UUID) -> SignIn | None:
    """One of an account's own sign-ins."""
    return db.scalar(select(SignIn).where(SignIn.id == sign_in_id, SignIn.account_id == account_id))


BY_TOKEN = (
    select(table(SignIn), table(Account))
    .join_from(table(SignIn), table(Account))
    .where(table(SignIn).c.token_hash == bindparam("its_token"))
)


def find(db: Db, now: datetime, settings: Settings, token: str) -> SignIn | None:
    """The open sign-in of a browser's token, with its account: plain rows (see `mine`)."""
    sign_in = of_token(db, token)
    return sign_in if sign_in is not None and sign_in.is_open(now, settings) else None


def touch(db: Db, now: datetime, sign_in: SignIn) -> None:
    """Keep the time of the last click, in the database and in the plain row that was found; never backwards."""
    later = update(table(SignIn)).where(table(SignIn).c.id == sign_in.id, table(SignIn).c.last_seen_at < now)
    db.execute(later.values(last_seen_at=now))
    vars(sign_in)["last_seen_at"] = now


def of_token(db: Db, token: str) -> SignIn | None:
    """The sign-in of a browser's token, whether it is open, was left alone or was ended by somebody."""
    return of_hash(db, token_hash(token))


def of_hash(db: Db, its_token: bytes) -> SignIn | None:
    """The same by the hash of the token."""
    row = db.execute(BY_TOKEN, {"its_token": its_token}).one_or_none()
    if row is None:
        return None
    whole = len(names(SignIn))
    return plain(db, SignIn, row[:whole], account=plain(db, Account, row[whole:]))


def mine(db: Session, sign_in: SignIn) -> SignIn:
    """A sign-in that was found, with its account as they are now, to be changed."""
    return db.get_one(SignIn, sign_in.id, options=[joinedload(SignIn.account)])


def recheck_from(db: Db, sign_in: SignIn, due: datetime) -> None:
    """Have its certificate checked again at the first request from then on."""
    later = update(SignIn).where(SignIn.id == sign_in.id, SignIn.certificate_id.is_not(None))
    db.execute(later.values(recheck_at=due).execution_options(synchronize_session=False))


def end_all(db: Session, now: datetime, settings: Settings, account_id: UUID, reason: str) -> None:
    """End every sign-in of an account, idle ones too: they and what they gave to services are dead."""
    for one in lasting(db, now, settings, account_id):
        end(db, now, one, reason)


def end_opened_by(db: Session, now: datetime, certificate_id: UUID, reason: str) -> None:
    """End every sign-in that a certificate has opened (rule R24)."""
    for opened in db.scalars(
        select(SignIn).where(SignIn.certificate_id == certificate_id, SignIn.ended_at.is_(None))
    ):
        end(db, now, opened, reason)


def end(db: Session, now: datetime, sign_in: SignIn, reason: str) -> None:
    """End a sign-in: its token is dead from here on, and the services that it has given something learn so."""
    sign_in.ended_at, sign_in.end_reason = now, reason
    consents.tell_signed_out(db, now, sign_in)
    events.record(db, now, "session-ended", account=sign_in.account_id, reason=reason)
