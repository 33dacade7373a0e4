"""The outbox: a message is written in the transaction that needs it and sent later (rule R09).

Number and text are sealed under a key of the row's own. Once the message is done, both are erased with the
key; the row stays, to tell how it went.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base, HasId, insert_row
from onboarding.sealed import Sealed, unlock
from onboarding.sms.states import FINAL, sentence
from onboarding.sms.texts import Text

PREFIX_LETTERS = len("+8490")
NOTICE_LIFE = timedelta(days=2)  # later than that a notice only confuses


class News(NamedTuple):
    """What a citizen may know of their message: its state, and a sentence still to be translated."""

    state: str
    sentence: str

    @property
    def final(self) -> bool:
        """Whether nothing more will be learnt."""
        return self.state in FINAL


class Message(HasId, Base):
    """A text message, first `waiting`.

    Then its `state` is `sent`, `unknown` (a gateway may have it), `failed` or `dropped` (too late); a delivery
    report may still make it `delivered` or `failed`.

    `due_at` says when a dispatcher may take it: at once, after a wait, or after another's claim has lapsed.
    It is null once the message is done. So one comparison finds what is to do, and another proves a claim.
    """

    __tablename__ = "messages"

    journey_id: Mapped[UUID | None] = mapped_column(index=True)
    flow_id: Mapped[UUID | None] = mapped_column(index=True)
    purpose: Mapped[str]
    wrapped_key: Mapped[bytes | None]
    to_sealed: Mapped[bytes | None]
    text_sealed: Mapped[bytes | None]
    number_index: Mapped[bytes] = mapped_column(index=True)
    prefix: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str | None]
    gateway: Mapped[str | None]
    gateway_reference: Mapped[str | None] = mapped_column(index=True)  # the gateway's own id, if reports name it
    attempts: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(index=True)
    not_after: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]

    to = Sealed("to_sealed")
    text = Sealed("text_sealed")

    def person_key(self) -> bytes | None:
        """The key of this one message; none once it is done."""
        return self.wrapped_key


def promise(
    db: Session,
    now: datetime,
    to: str,
    text: Text,
    purpose: str,
    not_after: datetime,
    journey_id: UUID | None = None,
    flow_id: UUID | None = None,
) -> UUID:
    """Promise a message to a number in E.164 form: sent if, and only if, the caller's transaction commits.

    From `not_after` on nobody needs it any more, e.g. its code is dead. Give `flow_id` only where the citizen
    of that flow waits for this very message: the code page tells its state.
    """
    keyring = db.info["keyring"]
    message = Message(
        journey_id=journey_id,
        flow_id=flow_id,
        purpose=purpose,
        wrapped_key=keyring.new_person_key(),
        number_index=keyring.index("phone_numbers.number", to),
        prefix=to[:PREFIX_LETTERS],
        state="waiting",
        attempts=0,
        created_at=now,
        not_after=not_after,
        due_at=now,
    )
    unlock(message, keyring)
    message.to = to
    message.text = text
    insert_row(db, message)
    return message.id


LATEST = (
    select(Message.state, Message.reason)
    .where(Message.flow_id == bindparam("its_flow"))
    .order_by(Message.created_at.desc())
    .limit(1)
)


def latest(db: Session, flow_id: UUID) -> News | None:
    """What is known of a flow's newest message; none where it has none."""
    found = db.execute(LATEST, {"its_flow": flow_id}).first()
    return News(found.state, sentence(found.state, found.reason)) if found else None


def states(db: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The states of messages by id; an id that is not known is left out."""
    return dict(db.execute(select(Message.id, Message.state).where(Message.id.in_(ids))).all())
