"""What a person's page shows: one page that answers "what is wrong?". Personal values stand on it masked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.accounts import (
    browsers,
    call_backs,
    certificates,
    journeys,
    locks,
    masks,
    numbers,
    sessions,
    staff,
    usb_checks,
)
from onboarding.accounts.audit import Entry
from onboarding.accounts.journeys import Journey
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
    return {
        "account": shown,
        "why": why(db, shown),
        "values": masked(values(shown)),
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


def values(shown: Account) -> dict[str, str | None]:
    """All personal values of an account, by the word that asks for one in full."""
    if shown.wrapped_key is None:
        return {}
    phones = {f"phone-number-{n}": phone.number for n, phone in enumerate(shown.numbers, 1)}
    if len(phones) == 1:
        phones = {"phone-number": shown.numbers[0].number}
    named = {"name": shown.name, "national-id": shown.national_id, "tax-code": shown.tax_code}
    return {**named, "representative": shown.representative, "birth-date": shown.birth_date, **phones}


def masked(known: Mapping[str, str | None]) -> dict[str, str]:
    """The same values as they stand on the page (rule R49)."""
    return {word: mask(word, value) for word, value in known.items() if value}


def mask(word: str, value: str) -> str:
    """One value, masked by what it is."""
    if word in ("name", "representative"):
        return masks.name(value)
    if word.startswith("phone"):
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
