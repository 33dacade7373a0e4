"""Taking signals to push them: claims that lapse, and what becomes of a signal after a try."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from onboarding.accounts import signals
from onboarding.accounts.clients import Client
from onboarding.accounts.signal_tokens import token
from onboarding.accounts.signals import DELIVERED, GIVEN_UP, LOGOUT, REFUSED, Signal

CLAIM_TIME = timedelta(seconds=60)  # after which a sender that took a signal counts as dead
PUSH_TIME = timedelta(seconds=5)  # the longest that a service may take over one
BATCH = 10  # signals of one service in a claim
LIFE = timedelta(days=3)  # after which nobody pushes it any more
LONGEST_WAIT = 600  # seconds between two tries


@dataclass(frozen=True)
class Claim:
    """A signal that one sender has taken, with its token, and until when it is that one's."""

    id: UUID
    client_id: UUID
    address: str
    logout: bool
    token: str = field(repr=False)
    attempts: int
    happened_at: datetime
    until: datetime

    def lapses(self, now: datetime) -> bool:
        """Whether a push begun now might end when the signal is another's."""
        return now + PUSH_TIME >= self.until


def anything(db: Session, now: datetime, busy: Collection[UUID]) -> bool:
    """Whether there is anything to push: a look that writes nothing, for the many times when there is not."""
    due = select(Signal.id).where(Signal.due_at <= now, Signal.client_id.not_in(busy))
    return db.scalar(due.limit(1)) is not None


def claim(db: Session, now: datetime, issuer: str, busy: Collection[UUID]) -> list[Claim]:
    """Take what is due for the service that has waited longest, and is not `busy`; oldest first.

    All of a claim is of one service, so that one which does not answer keeps nobody else waiting. The signals are
    the taker's once this is committed.
    """
    due = (
        select(Signal).where(Signal.due_at <= now, Signal.client_id.not_in(busy)).with_for_update(skip_locked=True)
    )
    first = db.scalar(due.order_by(Signal.due_at).limit(1))
    if first is None:
        return []
    client = db.get_one(Client, first.client_id)
    mine = due.where(Signal.client_id == client.id).order_by(Signal.happened_at, Signal.id).limit(BATCH)
    until = now + CLAIM_TIME
    taken = [claimed(db, now, issuer, client, signal, until) for signal in db.scalars(mine)]
    return [one for one in taken if one is not None]


def claimed(
    db: Session, now: datetime, issuer: str, client: Client, signal: Signal, until: datetime
) -> Claim | None:
    """The claim on a signal; none where the service no longer has an address for it: then it waits for a poll."""
    address = signals.address(client, signal.kind)
    signal.due_at = until if address else None
    if not address:
        return None
    signal.attempts += 1
    made = token(db, now, issuer, signal)
    logout = signal.kind == LOGOUT
    return Claim(signal.id, client.id, address, logout, made, signal.attempts, signal.happened_at, until)


def mark_delivered(db: Session, now: datetime, claim: Claim) -> None:
    """The service has it."""
    settle(db, claim, state=DELIVERED, due_at=None, delivered_at=now, reason=None)


def mark_refused(db: Session, claim: Claim, reason: str) -> None:
    """The service has read it and cannot use it: to send the same again would be in vain."""
    settle(db, claim, state=REFUSED, due_at=None, reason=reason)


def next_try(now: datetime, claim: Claim) -> datetime:
    """After 1 to 2, 2 to 4, 4 to 8 ... seconds, up to ten minutes, by chance."""
    wait = min(2 ** min(claim.attempts, 16), LONGEST_WAIT)
    return now + timedelta(seconds=wait / 2 + secrets.randbelow(500 * wait + 1) / 1000)


def postpone(db: Session, now: datetime, claim: Claim, reason: str) -> None:
    """Try this one again later; after three days never."""
    again = next_try(now, claim)
    if again < claim.happened_at + LIFE:
        settle(db, claim, due_at=again, reason=reason)
    else:
        settle(db, claim, state=GIVEN_UP, due_at=None, reason=reason)


def give_back(db: Session, claims: Sequence[Claim], until: datetime) -> None:
    """Leave those that were not tried for another time."""
    for one in claims:
        settle(db, one, due_at=until, attempts=one.attempts - 1)


def put_off(db: Session, now: datetime, claims: Sequence[Claim], reason: str) -> datetime:
    """A service is away: all that is due for it has been tried with this one, and waits for one next try.

    Where others wait already, that is theirs. What is three days old then is never tried again. Returns when.
    """
    its = update(Signal).where(Signal.client_id == claims[0].client_id)
    others = Signal.client_id == claims[0].client_id, Signal.id.not_in([one.id for one in claims])
    planned = db.scalar(select(func.min(Signal.due_at)).where(*others, Signal.due_at > now))
    again = max(next_try(now, claims[0]), planned or now)
    for one in claims:
        settle(db, one, due_at=again, reason=reason)
    due = its.where(Signal.due_at <= now).values(due_at=again, reason=reason, attempts=Signal.attempts + 1)
    old = its.where(Signal.due_at == again, Signal.happened_at <= again - LIFE)
    for change in (due, old.values(state=GIVEN_UP, due_at=None)):
        db.execute(change, execution_options={"synchronize_session": False})
    return again


def settle(db: Session, claim: Claim, **values: Any) -> None:
    """Change a signal that is still the claimant's; after it has lapsed, or was polled, it is not."""
    mine = update(Signal).where(Signal.id == claim.id, Signal.due_at == claim.until).values(**values)
    db.execute(mine, execution_options={"synchronize_session": False})
