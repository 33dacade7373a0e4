"""Exact counts, one row a key, for every limit and lock: the same for all workers and all nodes (rule R07).

`hold` locks rows and says what stands in them; `write` changes them; both are one statement. Between the two
nobody else can count on these rows, so what is decided in Python is decided once. Rows are always taken in the
order of their keys, and keys of what many share ("shared/...") come after those of one number, address or flow
("each/..."): so two transactions never wait for each other.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, delete, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.db import Base


class Counter(Base):
    """One key's count; times are seconds since 1970, hits a JSON list of them.

    No key holds a number or an address in the clear.
    """

    __tablename__ = "limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    hits: Mapped[str]
    count: Mapped[int]
    accepted: Mapped[int]
    until: Mapped[float | None]
    expires_at: Mapped[float | None] = mapped_column(index=True)


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

# All rows of one statement come as one parameter, a JSON list of lists: the statement is the same for any number.
ROWS = {"sqlite": "json_each(:rows)", "postgresql": "jsonb_array_elements(CAST(:rows AS jsonb)) AS rows(value)"}
UPSERT = """
INSERT INTO limits (key, expires_at, hits, count, accepted, until)
SELECT
  CAST(value ->> 0 AS VARCHAR), CAST(value ->> 1 AS DOUBLE PRECISION), CAST(value ->> 2 AS VARCHAR),
  CAST(value ->> 3 AS INTEGER), CAST(value ->> 4 AS INTEGER), CAST(value ->> 5 AS DOUBLE PRECISION)
FROM {rows} WHERE true
ON CONFLICT (key) DO UPDATE SET {changes}
RETURNING key, hits, count, accepted, until
"""
LOCKED = "key = excluded.key"
ADDED = """
  hits = excluded.hits, count = limits.count + excluded.count, accepted = limits.accepted + excluded.accepted,
  until = excluded.until, expires_at = excluded.expires_at
"""
Statements = Mapping[str, TextClause]


def upsert_with(changes: str) -> Statements:
    """Insert rows, and make these changes to those that are there already: the statement in each dialect."""
    return {dialect: text(UPSERT.format(rows=rows, changes=changes)) for dialect, rows in ROWS.items()}


HOLDING, ADDING = upsert_with(LOCKED), upsert_with(ADDED)


def each(db: Session, kind: str, value: str) -> str:
    """The key of one number, address, browser or flow."""
    return f"each/{kind}/{db.info['keyring'].index(f'limits.{kind}', value).hex()}"


def hold(db: Session, now: datetime, keys: Iterable[str]) -> Held:
    """Lock the rows of these keys until the transaction ends, new ones too, and read them."""
    return upsert(db, HOLDING, [Change(key, expires_at=now) for key in set(keys)])


def read(db: Session, keys: Iterable[str]) -> Held:
    """What stands in the rows of these keys, for a page that only tells; nobody is kept waiting."""
    wanted = set(keys)
    held = {key: Count(key, [], 0, 0, None) for key in wanted}
    for row in db.scalars(select(Counter).where(Counter.key.in_(wanted))):
        until = None if row.until is None else at(row.until)
        held[row.key] = Count(row.key, json.loads(row.hits), row.count, row.accepted, until)
    return held


def write(db: Session, changes: Iterable[Change]) -> Held:
    """Change rows; returns what stands in them afterwards."""
    return upsert(db, ADDING, changes)


def upsert(db: Session, statements: Statements, changes: Iterable[Change]) -> Held:
    """Run one of the two statements on rows in the order of their keys."""
    rows = [row(change) for change in sorted(changes, key=lambda change: change.key)]
    connection = db.connection()
    found = connection.execute(statements[connection.dialect.name], {"rows": json.dumps(rows)})
    return {
        key: Count(key, json.loads(hits), count, accepted, None if until is None else at(until))
        for key, hits, count, accepted, until in found
    }


def row(change: Change) -> list[Any]:
    """A change in the form in which the statement takes it."""
    hits = json.dumps(change.hits)
    return [change.key, seconds(change.expires_at), hits, change.count, change.accepted, seconds(change.until)]


def seconds(time: datetime | None) -> float | None:
    """A time as seconds since 1970."""
    return time.timestamp() if time else None


def at(seconds: float) -> datetime:
    """A time from its seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def forget_old(db: Session, now: datetime) -> None:
    """Delete rows that no limit looks at any more."""
    db.execute(
        delete(Counter).where(Counter.expires_at <= now.timestamp()).execution_options(synchronize_session=False)
    )
