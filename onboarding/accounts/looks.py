"""Who of the staff looked at somebody, and why: asked before a page opens, and told to the citizen (R48, R49)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from onboarding.accounts.audit import Entry
from onboarding.accounts.journeys import Journey
from onboarding.accounts.staff_sessions import StaffSession
from onboarding.resources import N_

OPEN = timedelta(minutes=15)  # how long a reason counts: as long as a session may idle (P23)
WHYS = {
    "telephone": N_("The citizen is on the telephone"),
    "desk": N_("The citizen is at the desk"),
    "call-back": N_("The citizen asked to be called back"),
    "complaint": N_("A complaint or a report is looked into"),
    "second-person": N_("A colleague asks for an approval"),
}


@dataclass(frozen=True)
class Look:
    """One look, as the citizen may know it: without a name."""

    at: datetime
    role: str
    why: str


def is_open(
    db: Session, now: datetime, session: StaffSession, *, account: UUID | None = None, journey: UUID | None = None
) -> bool:
    """Whether this session has given a reason for this person a short while ago."""
    whose: Any = Entry.account_id == account if account else Entry.journey_id == journey
    given = select(func.count()).where(
        whose,
        Entry.kind == "person-opened",
        Entry.staff_id == session.staff_id,
        Entry.at >= max(session.started_at, now - OPEN),
    )
    return bool(db.scalar(given))


def at_account(db: Session, account_id: UUID, most: int | None) -> list[Look]:
    """The newest looks at an account and at the journeys that led to it, newest first; `most` None: all."""
    walked = select(Journey.id).where(Journey.account_id == account_id)
    theirs = or_(Entry.account_id == account_id, Entry.journey_id.in_(walked))
    looks = select(Entry.at, Entry.facts).where(theirs, Entry.kind == "person-opened")
    found = db.execute(looks.order_by(Entry.number.desc()).limit(most))
    return [Look(at, facts["role"], WHYS[facts["why"]]) for at, facts in found]
