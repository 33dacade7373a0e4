"""What is done for a person only when a second one has approved it (P31): asked for on the person's page."""

from datetime import datetime
from uuid import UUID

from flask import current_app, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from onboarding.accounts import browsers, endings, journeys, locks, number_changes, numbers, people
from onboarding.accounts.approvals import Approval
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.config import Settings
from onboarding.console.telling import tell, tell_all, texts
from onboarding.web import requests
from onboarding.work import current_session

Facts = dict[str, str]


class Ended(Exception):
    """What was approved cannot be done any more: what it is about has ended or changed meanwhile."""


def nothing(_account: Account) -> Facts | str:
    """What needs no more than the account."""
    return {}


def closed_number(whose: Account | Journey) -> Facts | str:
    """Which number shall be opened: on a journey another one may be typed before it is approved."""
    if isinstance(whose, Account):
        return {}
    db = current_session()
    number = current_app.extensions["journey"].number(db, whose)
    return {"number": blind(db, number)} if number else str(gettext("There is no lock to be ended."))


def new_number(account: Account) -> Facts | str:
    """Keep the new number, sealed, until it is approved; or say what is wrong with it."""
    try:
        number = numbers.normalise(request.form.get("number", ""))
    except numbers.Refused as refused:
        return str(gettext(refused.message, **refused.values))
    db = current_session()
    if people.find_by_number(db, number):
        return str(gettext("This number belongs to an account already."))
    return {"change": str(number_changes.ask(db, requests.now(), account, number).id)}


def other_account(account: Account) -> Facts | str:
    """The account that holds the disputed number."""
    holder = people.find_by_identity(current_session(), account.kind, account.national_id, account.tax_code)
    if holder is None or holder.id == account.id:
        return str(gettext("No other account holds this identity number."))
    return {"into": str(holder.id)}


def reopen(db: Session, now: datetime, approval: Approval) -> None:
    """Lift the hard stop (P18) of all numbers of an account, or of the one that a journey is about."""
    if approval.journey_id is not None:
        number = number_of(db, approval)
        locks.reopen(db, now, settings(), number, [])
        tell(number, texts().unlocked())
        return
    account = subject(db, approval)
    known = browsers.of_account(db, now, account.id)
    for phone in account.numbers:
        locks.reopen(db, now, settings(), str(phone.number), known)
    tell_all(account, texts().unlocked())


def close(db: Session, now: datetime, approval: Approval) -> None:
    """Tell the owner, then close and erase the account."""
    account = subject(db, approval)
    tell_all(account, texts().closed())
    endings.close(db, now, settings(), account)


def change_number(db: Session, now: datetime, approval: Approval) -> None:
    """Let the owner sign in with the new number, and tell both numbers."""
    account, change = subject(db, approval), number_changes.approve(db, now, UUID(approval.facts["change"]))
    if change is None:
        raise Ended
    tell_all(account, texts().number_changes())
    tell(str(change.number), texts().number_offered())


def forget_number(db: Session, approval: Approval) -> None:
    """Keep nothing of a new number that was refused."""
    number_changes.drop(db, UUID(approval.facts["change"]))


def merge(db: Session, now: datetime, approval: Approval) -> None:
    """Merge the account into the one that holds the number, and tell the owner on all numbers."""
    account, into = subject(db, approval), people.hold(db, UUID(approval.facts["into"]))
    if into is None or into.wrapped_key is None:
        raise Ended
    endings.merge(db, now, settings(), account, into)
    db.expire(into, ["numbers"])
    tell_all(into, texts().merged())


def subject(db: Session, approval: Approval) -> Account:
    """The account that it is about. Raises Ended."""
    account = people.hold(db, approval.account_id) if approval.account_id else None
    if account is None or account.wrapped_key is None:
        raise Ended
    return account


def number_of(db: Session, approval: Approval) -> str:
    """The number of the journey that it is about. Raises Ended where another one was typed there meanwhile."""
    journey = journeys.by_id(db, approval.journey_id, lock=True) if approval.journey_id else None
    number: str | None = current_app.extensions["journey"].number(db, journey) if journey else None
    if number is None or blind(db, number) != approval.facts["number"]:
        raise Ended
    return number


def blind(db: Session, number: str) -> str:
    """A number as an approval keeps it: to be compared, not to be read, and found nowhere else."""
    index: bytes = db.info["keyring"].index("approvals.number", number)
    return index.hex()


def settings() -> Settings:
    """The settings of this portal."""
    found: Settings = current_app.extensions["settings"]
    return found
