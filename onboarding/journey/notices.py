"""The text messages of the wizard: which one goes to whom. Each is promised in the transaction that it tells of."""

from uuid import UUID

from onboarding.accounts import codes, events, people
from onboarding.accounts.people import Account
from onboarding.journey.visit import Visit
from onboarding.sms import outbox, texts


def code(visit: Visit, purpose: str, number: str, sent: codes.Sent, flow: UUID) -> None:
    """The code itself; who registers with a number that has an account reads so in it (rule R14)."""
    taken = purpose == "registration" and people.find_by_number(visit.db, number) is not None
    text = texts.code("registration-again" if taken else purpose, sent.code, visit.settings)
    outbox.promise(
        visit.db, visit.now, number, text, purpose, not_after=sent.expires_at, journey_id=visit.journey_id, flow_id=flow
    )
    events.record(visit.db, visit.now, "code-sent", journey=visit.journey_id, purpose=purpose)


def welcome(visit: Visit, number: str) -> None:
    """To the owner of a new account."""
    promise(visit, number, "welcome")


def same_identity(visit: Visit, owner: Account) -> None:
    """To the owner of an account: somebody registered with the same id."""
    events.record(visit.db, visit.now, "account-exists", account=owner.id, by="identity")
    for phone in owner.numbers:
        promise(visit, str(phone.number), "same-identity")


def certificate_linked(visit: Visit, account: Account) -> None:
    """To the owner of an account: a signing certificate signs in from now on."""
    for phone in account.numbers:
        promise(visit, str(phone.number), "certificate-linked")


def promise(visit: Visit, number: str, notice: str) -> None:
    """Write one notice to the outbox."""
    text = texts.notice(notice, visit.settings)
    outbox.promise(visit.db, visit.now, number, text, notice, journey_id=visit.journey_id)
