"""What a person's page shows: one page that answers "what is wrong?". Personal values stand on it masked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.accounts import (
    approvals,
    browsers,
    call_backs,
    certificates,
    journeys,
    locks,
    masks,
    number_changes,
    numbers,
    sessions,
    staff,
    usb_checks,
)
from onboarding.accounts.audit import Entry
from onboarding.accounts.journeys import Journey
from onboarding.accounts.number_changes import NumberChange
from onboarding.accounts.people import Account
from onboarding.config import Settings
from onboarding.console import sentences, story, usb_findings
from onboarding.console.story import Line
from onboarding.sms import history
from onboarding.sms.outbox import Message

MESSAGES, JOURNEYS, SIGN_INS = 30, 10, 20
CHANGES_STATE = ("suspended", "reinstated")


def account(db: Session, now: datetime, settings: Settings, shown: Account) -> dict[str, Any]:
    """The page of an account."""
    walked = journeys.of_account(db, shown.id, JOURNEYS)
    messages = history.of_numbers(db, [phone.number_index for phone in shown.numbers], MESSAGES)
    sign_ins = sessions.of_account(db, shown.id, SIGN_INS)
    changes = number_changes.waiting(db, now, shown.id)
    return {
        "account": shown,
        "why": why(db, shown),
        "values": masked(values(shown, changes)),
        "waiting": waiting(db, now, shown, changes),
        "certificates": certificates.of_account(db, shown.id),
        "sign_ins": sign_ins,
        "open_sessions": [one for one in sign_ins if one.is_open(now, settings)],
        "locks": standing(db, now, settings, shown),
        "messages": table(messages),
        "usb_checks": usb_findings.told(usb_checks.of_journeys(db, [one.id for one in walked])),
        "journeys": [journey_head(one) for one in walked],
        "picture": drawn(walked[0]) if walked else None,
        **signed(db, story.of_account(db, shown.id, walked, messages)),
    }


def asked(db: Session, now: datetime, shown: Account | Journey) -> list[tuple[str, datetime]]:
    """What waits for a second person, and until when it does."""
    found = approvals.open_ones(db, now, shown.id)
    return [(sentences.act("approval-requested", {"act": one.act}), one.expires_at) for one in found]


def waiting(db: Session, now: datetime, shown: Account, changes: list[NumberChange]) -> list[tuple[str, datetime]]:
    """What waits for a second person or for the owner, and until when it does."""
    lines = asked(db, now, shown) if shown.wrapped_key else []
    told = gettext("The new phone number counts once its owner signs in with it.")
    return lines + [(told, one.expires_at) for one in changes if one.state == "approved"]


def journey(db: Session, now: datetime, settings: Settings, shown: Journey) -> dict[str, Any]:
    """The page of a journey; `waits_for_code` says that a code can be sent again."""
    messages = history.of_journey(db, shown.id, MESSAGES)
    desk = current_app.extensions["journey"]
    typed = desk.number(db, shown)
    return {
        "journey": shown,
        **journey_head(shown),
        "values": masked({"phone-number": typed}),
        "waits_for_code": desk.waits_for_code(shown),
        "locks": locks.standing(db, now, settings, typed, []) if typed else [],
        "messages": table(messages),
        "usb_checks": usb_findings.told(usb_checks.of_journeys(db, [shown.id])),
        "picture": drawn(shown),
        "waiting": asked(db, now, shown),
        "call_back": call_backs.of_journey(db, shown.id),
        **signed(db, story.of_journey(db, shown, messages)),
    }


def why(db: Session, shown: Account) -> str | None:
    """The reason of the last change of an account's state."""
    changed = select(Entry.reason).where(Entry.account_id == shown.id, Entry.kind.in_(CHANGES_STATE))
    return db.scalar(changed.order_by(Entry.number.desc()).limit(1))


def journey_head(shown: Journey) -> dict[str, Any]:
    """A journey in a few words: what was answered, where it stands."""
    desk = current_app.extensions["journey"]
    own = {name: getattr(shown, name) for name in ("id", "support_code", "outcome", "started_at", "last_at")}
    return {**own, "step": desk.title(shown.step), "answer": desk.answer(shown.answer)}


def drawn(shown: Journey) -> Markup:
    """A journey's picture, which our own table of steps is drawn into: nothing in it was sent by anybody."""
    return Markup(current_app.extensions["journey"].drawn(shown))  # noqa: S704


def values(shown: Account, changes: list[NumberChange]) -> dict[str, str | None]:
    """All personal values of an account and of changes that wait, by the word that asks for one in full."""
    if shown.wrapped_key is None:
        return {}
    phones = counted("phone-number", [phone.number for phone in shown.numbers])
    phones |= counted("new-phone-number", [change.number for change in changes])
    named = {"name": shown.name, "national-id": shown.national_id, "tax-code": shown.tax_code}
    return {**named, "representative": shown.representative, "birth-date": shown.birth_date, **phones}


def counted(word: str, found: list[str | None]) -> dict[str, str | None]:
    """Values of one kind, by a word of its own for each where there are several."""
    return {word: found[0]} if len(found) == 1 else {f"{word}-{n}": one for n, one in enumerate(found, 1)}


def masked(known: Mapping[str, str | None]) -> dict[str, str]:
    """The same values as they stand on the page (rule R49)."""
    return {word: mask(word, value) for word, value in known.items() if value}


def mask(word: str, value: str) -> str:
    """One value, masked by what it is."""
    if word in ("name", "representative"):
        return masks.name(value)
    if "phone-number" in word:
        return numbers.masked(value)
    return masks.DOTS if word == "birth-date" else masks.ending(value)


def standing(db: Session, now: datetime, settings: Settings, shown: Account) -> list[locks.Lock]:
    """The locks of all numbers of an account."""
    if shown.wrapped_key is None:
        return []
    known = browsers.of_account(db, now, shown.id)
    found = [locks.standing(db, now, settings, str(phone.number), known) for phone in shown.numbers]
    return [lock for lock_of_number in found for lock in lock_of_number]


def table(messages: list[Message]) -> list[dict[str, Any]]:
    """Messages as rows: what for, what became of them, and why."""
    return [
        {
            "at": message.created_at,
            "prefix": message.prefix,
            "sentence": sentences.message(message.state, message.purpose, message.gateway, message.reason),
            "sent_at": message.sent_at,
            "delivered_at": message.delivered_at,
        }
        for message in messages
    ]


def signed(db: Session, lines: list[Line]) -> dict[str, Any]:
    """A story with the names of the staff in it."""
    return {"story": lines, "names": staff.names(db, {line.by for line in lines})}
