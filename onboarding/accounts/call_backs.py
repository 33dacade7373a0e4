"""Requests to be called back by the one-stop centre: a queue that staff work off, oldest first.

A request is `waiting`, `taken` by one member of staff, or `done`. Each step is one statement, so that nobody's
request is taken twice, however many press the button at the same time.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Update, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import events
from onboarding.accounts.journeys import Journey
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

# Why somebody asks: help in general, a number that is lost or not theirs, a token that could not be linked.
REASONS = ("", "lost-number", "token-not-linked")
KEPT = timedelta(days=90)  # after it is done
BATCH = 1000


class CallBack(HasId, Base):
    """Somebody waits for a call. One journey asks once; who asks again for a number changes what was asked."""

    __tablename__ = "call_backs"
    __table_args__ = (Index("ix_call_backs_state_requested_at", "state", "requested_at"),)

    journey_id: Mapped[UUID] = mapped_column(ForeignKey(Journey.id), unique=True)
    wrapped_key: Mapped[bytes]
    name_sealed: Mapped[bytes]
    number_sealed: Mapped[bytes]
    number_index: Mapped[bytes | None] = mapped_column(index=True)
    best_time: Mapped[str]
    reason: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting")
    requested_at: Mapped[datetime]
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    note_sealed: Mapped[bytes | None]

    name = Sealed("name_sealed")
    number = Sealed("number_sealed")
    note = Sealed("note_sealed")

    def person_key(self) -> bytes:
        """The key of whoever asked."""
        return self.wrapped_key


def request(
    db: Session, now: datetime, journey: Journey, name: str, number: str, best_time: str, reason: str
) -> CallBack:
    """Store the request for staff. Where one for this number waits, its words are replaced; it keeps its place.

    So are those of what was asked on this journey before, and one that is done waits anew. Two at the same moment
    are one where their transactions hold something of the number, as those do that have spent `limits.sends`.
    """
    keyring = db.info["keyring"]
    index = keyring.index("phone_numbers.number", number)
    same = select(CallBack).where(CallBack.number_index == index, CallBack.state == "waiting").with_for_update()
    own = of_journey(db, journey.id)
    call_back = db.scalars(same.order_by(CallBack.requested_at)).first() or own
    if call_back is None:
        call_back = CallBack(wrapped_key=keyring.new_person_key(), requested_at=now)
        db.add(call_back)
    elif call_back.state == "done":
        call_back.state, call_back.requested_at = "waiting", now
        call_back.taken_by = call_back.taken_at = call_back.done_at = None
    if own is None:
        call_back.journey_id = journey.id
    call_back.name, call_back.number, call_back.number_index = name, number, index
    call_back.best_time, call_back.reason = best_time, reason
    events.record(db, now, "call-back-requested", journey=journey.id, reason=reason)
    return call_back


def waiting(db: Session, most: int) -> list[CallBack]:
    """The requests that nobody has taken, oldest first."""
    open_ones = select(CallBack).where(CallBack.state == "waiting")
    return list(db.scalars(open_ones.order_by(CallBack.requested_at).limit(most)))


def taken(db: Session) -> list[CallBack]:
    """The requests that somebody works on, oldest first."""
    return list(db.scalars(select(CallBack).where(CallBack.state == "taken").order_by(CallBack.requested_at)))


def of_journey(db: Session, journey_id: UUID) -> CallBack | None:
    """What was asked on a journey."""
    return db.scalar(select(CallBack).where(CallBack.journey_id == journey_id))


def take(db: Session, now: datetime, call_back_id: UUID, staff_id: UUID) -> CallBack | None:
    """Take a request that waits. None where somebody was faster."""
    free = update(CallBack).where(CallBack.id == call_back_id, CallBack.state == "waiting")
    return changed(db, free, state="taken", taken_by=staff_id, taken_at=now)


def give_back(db: Session, call_back_id: UUID, staff_id: UUID) -> CallBack | None:
    """Leave one's own request to others; it keeps its place in the queue."""
    return changed(db, own(call_back_id, staff_id), state="waiting", taken_by=None, taken_at=None)


def finish(db: Session, now: datetime, call_back_id: UUID, staff_id: UUID, note: str) -> CallBack | None:
    """Note how one's own request was answered; it is done then."""
    done = changed(db, own(call_back_id, staff_id), state="done", done_at=now)
    if done is not None:
        done.note = note
    return done


def own(call_back_id: UUID, staff_id: UUID) -> Update:
    """A change of a request, if this member of staff has taken it."""
    mine = CallBack.state == "taken", CallBack.taken_by == staff_id
    return update(CallBack).where(CallBack.id == call_back_id, *mine)


def changed(db: Session, statement: Update, **values: Any) -> CallBack | None:
    """Run a change; None where nothing was left to change."""
    return db.scalars(statement.values(**values).returning(CallBack)).first()


def forget_old(db: Session, now: datetime) -> None:
    """Forget who was called long ago; whoever waits goes on waiting."""
    done = delete(CallBack).where(CallBack.state == "done", CallBack.done_at <= now - KEPT)
    db.execute(done.execution_options(synchronize_session=False))


def index_numbers(db: Session) -> None:
    """Make requests from before migration 0014 findable by their number; migrations have no keys."""
    unfound = select(CallBack).where(CallBack.number_index.is_(None)).limit(BATCH)
    for one in db.scalars(unfound.with_for_update(skip_locked=True)):
        one.number_index = db.info["keyring"].index("phone_numbers.number", one.number)
