"""Whether the audit trail is whole: a walk from its first row to its end, with one batch in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from onboarding.accounts.audit import HEAD, NOTHING, ROW, chained
from onboarding.clock import day_in_vietnam
from onboarding.db import Database

BATCH = 5_000
UNREADABLE = (ValueError, TypeError, LookupError)  # what a row brings that holds something else than it may


@dataclass(frozen=True)
class End:
    """Where the trail ended on a day in Vietnam. Kept elsewhere, it tells whether anything before it is gone."""

    day: date
    number: int
    hash: bytes

    @classmethod
    def read(cls, text: str) -> "End":
        """An end as it was printed. Raises ValueError."""
        day, number, hashed = text.split()
        return cls(date.fromisoformat(day), int(number), bytes.fromhex(hashed))

    @classmethod
    def now(cls, db: Session, now: datetime) -> "End":
        """Where the trail ends now, by its own head."""
        number, hashed = db.execute(select(HEAD.c.number, HEAD.c.hash)).one()
        return cls(day_in_vietnam(now), number, hashed)

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.number} {self.hash.hex()}"


@dataclass(frozen=True)
class Verdict:
    """How far the trail holds, and the first row that does not, with what is wrong about it."""

    rows: int
    broken: int | None = None
    fault: str = ""


def verify(
    database: Database,
    now: datetime,
    known: End | None = None,
    *,
    size: int = BATCH,
    tick: Callable[[int], object] = int,
) -> Verdict:
    """Walk the trail, `size` rows at a time. `known` is an end from elsewhere; `tick` hears how many."""
    with database.transaction(write=False) as db:
        ends = [End.now(db, now), *([known] if known else [])]
    number, before = 0, NOTHING
    while True:
        try:
            rows = batch(database, number, size)
        except UNREADABLE:
            if size == 1:
                return Verdict(number, number + 1, "was changed")
            size = 1
            continue
        for row in rows:
            if row.number != number + 1:
                return Verdict(number, number + 1, "is missing")
            if fault := wrong(database, row, before, ends):
                return Verdict(number, row.number, fault)
            number, before = row.number, row.hash
        tick(len(rows))
        if not rows:
            return end(number, ends)


def batch(database: Database, after: int, size: int) -> Sequence[Row[Any]]:
    """The next rows, in a transaction of their own: the walk keeps nobody waiting."""
    with database.transaction(write=False) as db:
        return db.execute(select(ROW).where(ROW.c.number > after).order_by(ROW.c.number).limit(size)).all()


def wrong(database: Database, row: Row[Any], before: bytes, ends: Sequence[End]) -> str:
    """What is wrong about a row that follows one with the hash `before`; nothing for a good one."""
    if chained(database.keyring, row, before) != row.hash:
        return "was changed or inserted"
    if any(end.number == row.number and end.hash != row.hash for end in ends):
        return "is not the row that stood there when the end was noted"
    return ""


def end(number: int, ends: Sequence[End]) -> Verdict:
    """The verdict on a walk that met no fault: whether it came as far as the trail once was."""
    if number < max(end.number for end in ends):
        return Verdict(number, number + 1, "is missing, and all after it")
    return Verdict(number)
