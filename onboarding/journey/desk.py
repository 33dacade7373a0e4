"""What staff need of somebody's journey: its pages by name, where it stands, and its code once more.

The console reaches this by `app.extensions["journey"]`: two rooms with pages do not import each other.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext
from sqlalchemy.orm import Session

from onboarding.accounts import call_backs, codes, events, journeys
from onboarding.accounts.journeys import Journey
from onboarding.config import Settings
from onboarding.journey import notices, picture
from onboarding.journey.first import BY_VALUE
from onboarding.journey.table import TABLE


def title(name: str) -> str:
    """What a page is called; a page that is no more by its name."""
    return str(TABLE[name].title) if name in TABLE else name


def answer(value: str | None) -> str:
    """What was answered to the first question."""
    return str(BY_VALUE[value].label) if value in BY_VALUE else gettext("not yet answered")


def drawn(journey: Journey) -> str:
    """The way of a journey as a picture: what was answered and where it stands."""
    been = {answered["step"] for answered in journey.trail if answered["step"] in TABLE}
    return picture.svg(TABLE, picture.Walk(been, journey.step))


def waits_for_code(journey: Journey) -> bool:
    """Whether its page asks for a code, so that one can be sent again."""
    here = TABLE.get(journey.step)
    asks = here is not None and here.template == "code" and journey.outcome is None
    return asks and facts(journey).keys() >= {"number", "purpose", "flow", "address"}


def facts(journey: Journey) -> dict[str, Any]:
    """What the steps of a journey's trail, and the page where it stands, have found out."""
    told: dict[str, dict[str, Any]] = journey.memory.get("facts", {})
    found: dict[str, Any] = {}
    for name in [*(answered["step"] for answered in journey.trail), journey.step]:
        found |= told.get(name, {})
    return found


def number(db: Session, journey: Journey) -> str | None:
    """The number that a journey is about: the last one that was typed, even if it got no code (it may be closed).

    One that has ended with a wish for a call has forgotten that one, and is about the number to be called.
    """
    known = facts(journey)
    if typed := known.get("refused_number") or known.get("number"):
        return str(typed)
    asked = call_backs.of_journey(db, journey.id)
    return asked.number if asked else None


def resend(db: Session, now: datetime, settings: Settings, journey: Journey) -> "codes.Sent | codes.Refused":
    """Send the code of a journey once more, within every limit (P07 to P16); whoever asks never sees it.

    It counts for the address from which the citizen asked (P09, P13): a desk serves many, and must not run dry for
    all of them. The journey is locked, and its page learns when it may ask itself. It stays as idle as it was.
    """
    known = facts(journey)
    number, purpose, flow = known["number"], known["purpose"], UUID(known["flow"])
    sent = codes.send(db, now, settings, codes.Flow(flow, number, purpose, known["address"]))
    if isinstance(sent, codes.Refused):
        events.record(db, now, "code-limited", journey=journey.id, limit=sent.reason)
        return sent
    notices.code(db, now, journey.id, purpose, number, sent, flow)
    memory = journey.memory
    memory["facts"].setdefault(journey.step, {}).update(resend_at=sent.resend_at.isoformat(), over=None)
    journey.memory = memory
    journeys.save(db, journey)
    return sent
