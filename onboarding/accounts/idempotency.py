"""Idempotency keys: a POST that a service sends twice is done once (draft-ietf-httpapi-idempotency-key-header-07).

A key is one service's own, and found by a blind index. Its row is taken in a transaction before the work and gets
the answer in the transaction of the work, so that neither is there without the other. An answer may tell of a
citizen: it is sealed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.clients import Client
from onboarding.db import Base, HasId
from onboarding.sealed import Sealed

LIFE = timedelta(hours=24)
LAPSE = timedelta(seconds=60)  # longer than any request runs: who took the key is dead


class IdempotencyKey(HasId, Base):
    """A key of a service, the fingerprint of the request that it came with, and, once there is one, its answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("client_id", "key_index"),)

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id))
    key_index: Mapped[bytes]
    fingerprint: Mapped[bytes]
    taken_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    wrapped_key: Mapped[bytes]
    answer_sealed: Mapped[bytes | None]

    answer = Sealed("answer_sealed")

    def person_key(self) -> bytes:
        """The key of this one row."""
        return self.wrapped_key


@dataclass(frozen=True)
class Taken:
    """What a key is worth for a request: `first` may do its work; `again` gets the `answer`.

    `running` comes while the first works, `other` where the key belongs to another request.
    """

    verdict: str
    row_id: UUID
    at: datetime
    answer: str | None = None


def take(db: Session, now: datetime, client_id: UUID, key: str, fingerprint: bytes) -> Taken:
    """Take a key for a request. Of many at once one is `first`: the database's own constraint decides."""
    index = db.info["keyring"].index("idempotency_keys.key", key)
    fresh = {"fingerprint": fingerprint, "taken_at": now, "expires_at": now + LIFE, "answer_sealed": None}
    try:
        with db.begin_nested():
            wrapped = db.info["keyring"].new_person_key()
            row = IdempotencyKey(client_id=client_id, key_index=index, wrapped_key=wrapped, **fresh)
            db.add(row)
        return Taken("first", row.id, now)
    except IntegrityError:
        mine = and_(IdempotencyKey.client_id == client_id, IdempotencyKey.key_index == index)
    again = update(IdempotencyKey).where(mine, free(now, fingerprint)).values(fresh).returning(IdempotencyKey.id)
    row_id = db.scalar(again.execution_options(synchronize_session=False))
    if row_id is not None:
        return Taken("first", row_id, now)
    found = db.scalar(select(IdempotencyKey).where(mine))
    if found is None:  # given back just now
        return take(db, now, client_id, key, fingerprint)
    if found.fingerprint != fingerprint:
        return Taken("other", found.id, now)
    return Taken("running" if found.answer_sealed is None else "again", found.id, now, found.answer)


def free(now: datetime, fingerprint: bytes) -> ColumnElement[bool]:
    """A key that was taken and may be taken anew: its day is over, or whoever works on the request has died."""
    dead = and_(IdempotencyKey.answer_sealed.is_(None), IdempotencyKey.taken_at <= now - LAPSE)
    return or_(IdempotencyKey.expires_at <= now, and_(dead, IdempotencyKey.fingerprint == fingerprint))


def held(taken: Taken) -> ColumnElement[bool]:
    """The row of a key, as long as it is held by whoever took it then."""
    unanswered = and_(IdempotencyKey.id == taken.row_id, IdempotencyKey.answer_sealed.is_(None))
    return and_(unanswered, IdempotencyKey.taken_at == taken.at)


def finish(db: Session, taken: Taken, answer: str) -> bool:
    """Keep the answer, in the transaction of the work; False where somebody else has taken the key meanwhile."""
    row = db.scalar(select(IdempotencyKey).where(held(taken)).with_for_update())
    if row is None:
        return False
    row.answer = answer
    db.flush()
    return True


def release(db: Session, taken: Taken) -> None:
    """Give a key back: its work came to nothing, and may be tried again."""
    db.execute(delete(IdempotencyKey).where(held(taken)))


def forget_old(db: Session, now: datetime) -> None:
    """Delete the keys whose day is over."""
    db.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at <= now))
