"""What became of messages, for those who help: by number, by journey, never with what was written."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.sms.outbox import Message


def of_numbers(db: Session, indexes: list[bytes], most: int) -> list[Message]:
    """The newest messages to numbers, given by their blind indexes; newest first."""
    theirs = select(Message).where(Message.number_index.in_(indexes))
    return list(db.scalars(theirs.order_by(Message.created_at.desc()).limit(most)))


def of_journey(db: Session, journey_id: UUID, most: int) -> list[Message]:
    """The newest messages of a journey; newest first."""
    theirs = select(Message).where(Message.journey_id == journey_id)
    return list(db.scalars(theirs.order_by(Message.created_at.desc()).limit(most)))


def journeys_to(db: Session, number: str, since: datetime) -> list[UUID]:
    """The journeys that have had messages sent to a number since then."""
    index = db.info["keyring"].index("phone_numbers.number", number)
    theirs = select(Message.journey_id).where(Message.number_index == index, Message.created_at > since)
    return list(db.scalars(theirs.where(Message.journey_id.is_not(None)).distinct()))
