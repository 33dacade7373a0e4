"""Exact counts, one row a key, for every limit and lock: the same for all workers and all nodes (rule R07).

`hold` locks rows and says what stands in them; `write` changes them; both are one statement. Between the two
nobody else can count on these rows, so what is decided in Python is decided once. Rows are always taken in the
order of their keys, and keys of what many share ("shared/...") come after those of one number, address or flow
("each/..."): so two transactions never wait for each other.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base


class Counter(Base):
    """One key's count. No key holds a number or an address in the clear."""

    __tablename__ = "limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[list[float]] = mapped_column(JSON)
    count: Mapped[int]
    accepted: Mapped[int]
    until: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


@dataclass(frozen=True)
class Count:
    """What stands in a row: times of hits in seconds since 1970, counts, and the end of a lock."""

    key: str
    hits: list[float]
    count: int
    accepted: int
    until: datetime | None


@dataclass(frozen=True)
class Change:
    """What becomes of a row: `count` and `accepted` are added, the rest replaces what stood there.

    The row may be deleted after `expires_at`; None keeps it for good.
    """

    key: str
    expires_at: datetime | None
    hits: list[float] = field(default_factory=list)
    count: int = 0
    accepted: int = 0
    until: datetime | None = None


Held = dict[str, Count]
FIELDS = (Counter.key, Counter.hits, Counter.count, Counter.accepted, Counter.until)
INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def each(db: Session, kind: str, value: str) -> str:
    """The key of one number, address, browser or flow."""
    return f"each/{kind}/{db.info['keyring'].index(f'limits.{kind}', value).hex()}"


def hold(db: Session, now: datetime, keys: Iterable[str]) -> Held:
    """Lock the rows of these keys until the transaction ends, new ones too, and read them."""
    return upsert(db, holding, [Change(key, expires_at=now) for key in set(keys)])


def write(db: Session, changes: Iterable[Change]) -> Held:
    """Change rows; returns what stands in them afterwards."""
    return upsert(db, adding, changes)


def upsert(db: Session, statement: Any, changes: Iterable[Change]) -> Held:
    """Run one of the two statements below on rows in the order of their keys."""
    rows = [asdict(change) for change in sorted(changes, key=lambda change: change.key)]
    found = db.connection().execute(statement(db.connection().dialect.name), rows)
    return {row.key: Count(*row) for row in found}


@cache
def holding(dialect: str) -> Any:
    """Insert empty rows; of those that are there already, take the lock."""
    insert = INSERTS[dialect](Counter.__table__)
    locked = insert.on_conflict_do_update(index_elements=["key"], set_={"key": insert.excluded.key})
    return locked.returning(*FIELDS)


@cache
def adding(dialect: str) -> Any:
    """Insert rows; to those that are there already, add."""
    insert = INSERTS[dialect](Counter.__table__)
    new = insert.excluded
    values = {
        "hits": new.hits,
        "count": Counter.__table__.c.count + new.count,
        "accepted": Counter.__table__.c.accepted + new.accepted,
        "until": new.until,
        "expires_at": new.expires_at,
    }
    return insert.on_conflict_do_update(index_elements=["key"], set_=values).returning(*FIELDS)


def forget_old(db: Session, now: datetime) -> None:
    """Delete rows that no limit looks at any more."""
    db.execute(delete(Counter).where(Counter.expires_at <= now).execution_options(synchronize_session=False))
