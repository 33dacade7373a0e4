"""The wizard's text messages: which goes to whom. Each is promised in the transaction that it tells of."""

from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from onboarding.accounts import codes, events, people
from onboarding.accounts.people import Account
from onboarding.journey.visit import Visit
from onboarding.sms import outbox
from onboarding.sms.texts import Text, Texts

REGISTER, SIGN_IN, RESUME, LINK, CONFIRM = "registration", "sign-in", "resume", "link", "confirm"


def code(
    db: Session, now: datetime, journey: UUID | None, purpose: str, number: str, sent: codes.Sent, flow: UUID
) -> None:
    """The code itself; who registers with a number that has an account reads so in it (rule R14)."""
    known = purpose == REGISTER and people.find_by_number(db, number) is not None
    words = {
        REGISTER: texts().registration_code_known if known else texts().registration_code,
        SIGN_IN: texts().sign_in_code,
        RESUME: texts().resume_code,
        LINK: texts().certificate_link_code,
        CONFIRM: texts().confirm_code,
    }
    outbox.promise(db, now, number, words[purpose](sent.code), purpose, sent.expires_at, journey, flow)
    events.record(db, now, "code-sent", journey=journey, purpose=purpose)


def welcome(visit: Visit, number: str) -> None:
    """To the owner of a new account."""
    tell(visit, number, "welcome", texts().welcome())


def same_identity(visit: Visit, owner: Account) -> None:
    """To the owner of an account: somebody registered with the same id."""
    events.record(visit.db, visit.now, "account-exists", account=owner.id, by="identity")
    tell_owner(visit, owner, "identity-tried", texts().identity_tried())


def identity_disputed(visit: Visit, loser: Account) -> None:
    """To the holder of an account: another one has proven the id that this one has only stated."""
    tell_owner(visit, loser, "identity-disputed", texts().identity_disputed())


def certificate_linked(visit: Visit, account: Account) -> None:
    """To the owner of an account: a signing certificate signs in from now on."""
    tell_owner(visit, account, "certificate-linked", texts().certificate_linked())


def certificate_removed(visit: Visit, account: Account) -> None:
    """To the owner of an account: a signing certificate signs in no more."""
    tell_owner(visit, account, "certificate-removed", texts().certificate_removed())


def number_changed(visit: Visit, old: list[str]) -> None:
    """To the old numbers of an account: another one has taken their place."""
    for number in old:
        tell(visit, number, "number-changed", texts().number_changed())


def call_back_received(visit: Visit, number: str) -> None:
    """To whoever asked to be called."""
    tell(visit, number, "call-back-received", texts().call_back_received())


def tell_owner(visit: Visit, account: Account, purpose: str, text: Text) -> None:
    """Promise one notice to each number of an account."""
    for phone in account.numbers:
        tell(visit, str(phone.number), purpose, text)


def tell(visit: Visit, number: str, purpose: str, text: Text) -> None:
    """Promise one notice."""
    outbox.promise(visit.db, visit.now, number, text, purpose, visit.now + outbox.NOTICE_LIFE, visit.journey_id)


def texts() -> Texts:
    """The texts of this portal."""
    found: Texts = current_app.extensions["texts"]
    return found
