"""How an account ends: for a while, or closed and erased, or merged into another one.

A tombstone stays of one that ended for good, with nothing personal.

Erasing destroys the person's key: what was sealed under it, in backups too, opens for nobody (rule R47).
"""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from onboarding.accounts import browsers, certificates, consents, sessions, signals
from onboarding.accounts.call_backs import CallBack
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.journeys import Journey
from onboarding.accounts.number_changes import NumberChange
from onboarding.accounts.people import Account, PhoneNumber
from onboarding.accounts.sign_ins import SignIn
from onboarding.config import Settings

SEALED = ("name_sealed", "birth_date_sealed", "national_id_sealed", "tax_code_sealed", "representative_sealed")
FOUND_BY = ("national_id_index", "tax_code_index")


def suspend(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    """Let nobody sign in to an account until it is reinstated."""
    account.state = "suspended"
    consents.tell(db, now, account.id, signals.DISABLED)
    sign_out(db, now, settings, account)


def reinstate(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    """Let the owner of a suspended account in again, by a sign-in anew: none that came in meanwhile counts."""
    account.state = "active"
    sign_out(db, now, settings, account)
    consents.tell(db, now, account.id, signals.ENABLED)


def close(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    """Close an account and erase who it belonged to; number and id are free for a new account."""
    sign_out(db, now, settings, account)
    walked = select(Journey.id).where(Journey.account_id == account.id)
    numbers = select(PhoneNumber.number_index).where(PhoneNumber.account_id == account.id)
    asked = or_(CallBack.journey_id.in_(walked), CallBack.number_index.in_(numbers))
    unsynchronised = {"synchronize_session": False}
    db.execute(delete(CallBack).where(asked), execution_options=unsynchronised)
    forgotten = {"memory_sealed": None, "token_hash": None, "earlier_token_hash": None}
    theirs = update(Journey).where(Journey.account_id == account.id)
    db.execute(theirs.values(forgotten), execution_options=unsynchronised)
    parted = update(SignIn).where(SignIn.account_id == account.id).values(certificate_id=None)
    db.execute(parted, execution_options=unsynchronised)
    for kind in (PhoneNumber, Certificate):
        db.execute(delete(kind).where(kind.account_id == account.id), execution_options=unsynchronised)
    bury(db, now, account, "closed")


def merge(db: Session, now: datetime, settings: Settings, account: Account, into: Account) -> None:
    """Give an account's numbers, certificates and journeys to the other one of the same person, and end it."""
    sign_out(db, now, settings, account)
    for phone in list(account.numbers):
        number = phone.number
        hand_over(phone, into)
        phone.number = number
    for certificate in certificates.of_account(db, account.id, ended=True):
        subject, encoded = certificate.subject, certificate.encoded
        hand_over(certificate, into)
        certificate.subject, certificate.encoded = subject, encoded
    theirs = update(Journey).where(Journey.account_id == account.id)
    db.execute(theirs.values(account_id=into.id), execution_options={"synchronize_session": False})
    bury(db, now, account, "merged")


def hand_over(row: PhoneNumber | Certificate, into: Account) -> None:
    """Make a row the other account's; what is sealed in it has to be sealed anew, under the other key."""
    row.account = into
    row.__dict__.pop("opened_key", None)


def sign_out(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    """End every session, and know none of the account's browsers any more (rule R24).

    Whoever just signs in, or proves a new number, is waited for, and nobody begins to: the account is held against
    rows that refer to it, too (see `people.hold`).
    """
    db.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    db.expire(account, ["numbers"])
    sessions.end_all(db, now, settings, account.id, "by-staff")
    browsers.revoke(db, account.id)


def bury(db: Session, now: datetime, account: Account, state: str) -> None:
    """Leave the tombstone: that there was an account, and how it ended."""
    consents.tell(db, now, account.id, signals.PURGED)
    db.execute(delete(NumberChange).where(NumberChange.account_id == account.id))
    account.state, account.wrapped_key = state, None
    for column in (*SEALED, *FOUND_BY):
        setattr(account, column, None)
    db.flush()
    db.expire(account)
