"""Taking messages out of the outbox: claims that lapse, and what becomes of a message after a try."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from onboarding.db import table
from onboarding.errors import Unsealable
from onboarding.sealed import unlock
from onboarding.sms.outbox import Message

CLAIM_TIME = timedelta(seconds=60)  # after which a dispatcher that took a message counts as dead
SEND_TIME = timedelta(seconds=10)  # the longest that a gateway may take over one message
LONGEST_WAIT = 60  # seconds between two tries
DEAD_BATCH = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """A message that one dispatcher has taken, and until when it is that one's.

    `held_by` is the gateway that may have it from an earlier try: no other may get it (attack A10). `noted` is
    the one that will be asked, as the row says: that gateway, or else the first choice of the moment.
    """

    id: UUID
    to: str = field(repr=False)
    text: str = field(repr=False)
    attempts: int
    not_after: datetime
    until: datetime
    held_by: str | None
    noted: str

    def lapses(self, now: datetime) -> bool:
        """Whether a send begun now might end when the message is dead or another's."""
        return now >= self.not_after or now + SEND_TIME >= self.until


ANYTHING = select(Message.id).where(Message.due_at <= bindparam("now")).limit(1)


def anything(db: Session, now: datetime) -> bool:
    """Whether there is anything to do: a look that writes nothing, for the many times when there is not."""
    return db.scalar(ANYTHING, {"now": now}) is not None


ROW = table(Message)
DUE = (
    select(ROW)
    .where(ROW.c.due_at <= bindparam("now"))
    .order_by(ROW.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
DEAD = DUE.where(ROW.c.not_after <= bindparam("now")).with_only_columns(ROW.c.id)
THESE = update(ROW).where(ROW.c.id.in_(bindparam("ids", expanding=True)))
TAKE = THESE.values(
    due_at=bindparam("until"),
    attempts=ROW.c.attempts + 1,
    gateway=func.coalesce(ROW.c.gateway, bindparam("first_choice")),
)


def claim(db: Session, now: datetime, limit: int, gateway: str) -> list[Claim]:
    """Take up to `limit` messages that are due, longest due first. They are the taker's once this is committed.

    `gateway` is the first choice. It is noted before it is asked, so that after a crash the same one is. Messages
    that nobody needs any more are dropped on the way.
    """
    due = [Message(**row) for row in db.execute(DUE, {"now": now, "most": limit}).mappings()]
    if any(message.not_after <= now for message in due):
        drop_dead(db, now)
        return claim(db, now, limit, gateway)
    if not due:
        return []
    until = now + CLAIM_TIME
    db.execute(TAKE, {"ids": [message.id for message in due], "until": until, "first_choice": gateway})
    claims = (open_claim(db, message, until, gateway) for message in due)
    return [claim for claim in claims if claim is not None]


def open_claim(db: Session, message: Message, until: datetime, gateway: str) -> Claim | None:
    """The claim on a message; none where it does not open: it is tried again when its claim lapses."""
    try:
        unlock(message, db.info["keyring"])
        to, text = message.to, message.text
    except Unsealable:
        log.warning("message %s does not open with the data keys of these settings", message.id)
        return None
    if to is None or text is None:
        return None
    held_by = message.gateway
    life = (message.attempts + 1, message.not_after, until)
    return Claim(message.id, to, text, *life, held_by, held_by or gateway)


def drop_dead(db: Session, now: datetime) -> None:
    """Drop and erase messages that nobody needs any more."""
    dead = db.scalars(DEAD, {"now": now, "most": DEAD_BATCH}).all()
    db.execute(THESE.values(**done("dropped")), {"ids": dead})


def note_gateway(db: Session, claim: Claim, gateway: str) -> None:
    """Note that another gateway is about to be asked than the one noted before."""
    settle(db, claim, gateway=gateway)


def mark_sent(db: Session, now: datetime, claim: Claim, gateway: str, told: str | None = None) -> None:
    """The gateway took it, and may have told its own id of it: erase what it said and whom it went to."""
    settle(db, claim, **done("sent"), sent_at=now, gateway=gateway, gateway_reference=told, reason=None)


def mark_failed(db: Session, claim: Claim, gateway: str, reason: str) -> None:
    """No gateway will ever take it."""
    settle(db, claim, **done("failed"), gateway=gateway, reason=reason)


def mark_unknown(db: Session, claim: Claim, gateway: str, reason: str) -> None:
    """The gateway may have it and cannot tell a repeat: it is not sent again, only a report can say more."""
    settle(db, claim, **done("unknown"), gateway=gateway, reason=reason)


def postpone(db: Session, now: datetime, claim: Claim, held_by: str | None, reason: str) -> None:
    """Try again after 1, 2, 4 ... seconds while anybody needs it, by that gateway alone which may have it."""
    wait = timedelta(seconds=min(2 ** (claim.attempts - 1), LONGEST_WAIT))
    settle(db, claim, due_at=min(now + wait, claim.not_after), gateway=held_by, reason=reason)


def give_back(db: Session, now: datetime, claim: Claim) -> None:
    """Leave a message that there was no time for to whoever comes next; no gateway was asked."""
    settle(db, claim, due_at=now, gateway=claim.held_by)


def settle(db: Session, claim: Claim, **values: Any) -> None:
    """Change a message that is still the claimant's; after it has lapsed it is another's."""
    mine = update(ROW).where(ROW.c.id == claim.id, ROW.c.due_at == claim.until)
    db.execute(mine.values(**values))


def done(state: str) -> dict[str, Any]:
    """What becomes of a message that has come to its end."""
    return {"state": state, "due_at": None, "wrapped_key": None, "to_sealed": None, "text_sealed": None}
