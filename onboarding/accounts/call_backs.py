"""Requests to be called back by the one-stop centre."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts import events
from onboarding.accounts.journeys import Journey
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

# Why somebody asks: help in general, a number that is lost or not theirs, a token that could not be linked.
REASONS = ("", "lost-number", "token-not-linked")


class CallBack(HasId, Base):
    """Somebody waits for a call. One journey asks once; asking again changes what was asked."""

    __tablename__ = "call_backs"

    journey_id: Mapped[UUID] = mapped_column(ForeignKey("journeys.id"), unique=True)
    wrapped_key: Mapped[bytes]
    name_sealed: Mapped[bytes]
    number_sealed: Mapped[bytes]
    best_time: Mapped[str]
    reason: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting")
    requested_at: Mapped[datetime]

    name = Sealed("name_sealed")
    number = Sealed("number_sealed")

    def person_key(self) -> bytes:
        """The key of whoever asked."""
        return self.wrapped_key


def request(
    db: Session, now: datetime, journey: Journey, name: str, number: str, best_time: str, reason: str
) -> CallBack:
    """Store the request for staff."""
    key = db.info["keyring"].new_person_key()
    call_back = CallBack(
        journey_id=journey.id, wrapped_key=key, best_time=best_time, reason=reason, requested_at=now
    )
    db.add(call_back)
    call_back.name, call_back.number = name, number
    events.record(db, now, "call-back-requested", journey=journey.id, reason=reason)
    return call_back
