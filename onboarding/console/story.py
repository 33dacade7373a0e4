"""Somebody's whole story, a sentence for each thing that happened, in the order in which it happened."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding.accounts.audit import Entry
from onboarding.accounts.call_backs import CallBack
from onboarding.accounts.events import Event
from onboarding.accounts.journeys import Journey
from onboarding.console import sentences
from onboarding.sms.outbox import Message

MOST = 200  # events, and as many acts of staff: more than anybody reads out on the telephone


@dataclass(frozen=True)
class Line:
    """One sentence. `kind` is `event`, `message`, `page` or `staff`; `by` is who of the staff it was."""

    at: datetime
    kind: str
    sentence: str
    by: UUID | None = None
    reason: str = ""


def of_account(db: Session, account_id: UUID, journeys: list[Journey], messages: list[Message]) -> list[Line]:
    """The story of an account and of the journeys that led to it."""
    ids = [journey.id for journey in journeys]
    happened = or_(Event.account_id == account_id, Event.journey_id.in_(ids))
    done = Entry.account_id == account_id
    return in_order(walked(journeys), events(db, happened), told(messages), acts(db, done), called(db, ids))


def of_journey(db: Session, journey: Journey, messages: list[Message]) -> list[Line]:
    """The story of a journey that has led to no account yet."""
    happened, done = Event.journey_id == journey.id, Entry.journey_id == journey.id
    told_of = walked([journey]), events(db, happened), told(messages), acts(db, done), called(db, [journey.id])
    return in_order(*told_of)


def in_order(*parts: Iterable[Line]) -> list[Line]:
    """All lines, oldest first; what happened in the same moment stays in the order of the parts."""
    return sorted((line for part in parts for line in part), key=lambda line: line.at)


def events(db: Session, happened: Any) -> Iterator[Line]:
    """The newest events."""
    for event in db.scalars(select(Event).where(happened).order_by(Event.at.desc()).limit(MOST)):
        yield Line(event.at, "event", sentences.event(event.kind, event.facts))


def acts(db: Session, done: Any) -> Iterator[Line]:
    """The newest acts of staff; what is asked of a second person stands with its reason too."""
    for entry in db.scalars(select(Entry).where(done).order_by(Entry.number.desc()).limit(MOST)):
        sentence, why = sentences.act(entry.kind, entry.facts), sentences.reason(entry.reason)
        yield Line(entry.at, "staff", sentence, entry.staff_id, why)


def called(db: Session, journey_ids: list[UUID]) -> Iterator[Line]:
    """What staff noted of their calls."""
    for one in db.scalars(select(CallBack).where(CallBack.journey_id.in_(journey_ids), CallBack.state == "done")):
        if one.done_at and one.note:
            sentence = gettext("How the call went: %(note)s", note=one.note)
            yield Line(one.done_at, "staff", sentence, one.taken_by)


def told(messages: list[Message]) -> Iterator[Line]:
    """What became of messages."""
    for message in messages:
        sentence = sentences.message(message.state, message.purpose, message.gateway, message.reason)
        yield Line(message.delivered_at or message.sent_at or message.created_at, "message", sentence)


def walked(journeys: list[Journey]) -> Iterator[Line]:
    """The pages that were answered."""
    title = current_app.extensions["journey"].title
    for journey in journeys:
        for answered in journey.trail:
            page = gettext("The page “%(title)s” was answered.", title=title(answered["step"]))
            yield Line(datetime.fromisoformat(answered["at"]), "page", page)
