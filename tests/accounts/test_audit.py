"""R48: the audit trail is only added to, and whoever alters it in the database is found out."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from onboarding.accounts import audit, audit_check, staff
from onboarding.accounts.audit_check import End, Verdict
from onboarding.db import Database
from tests.clock import MovableClock

WHY = "asked by telephone"
ROWS = 7


def write(database: Database, clock: MovableClock, rows: int = ROWS, kind: str = "staff-signed-out") -> None:
    """Add rows, each in a transaction of its own."""
    for _ in range(rows):
        with database.transaction() as db:
            audit.record(db, clock.now(), None, kind, WHY, account=uuid4())
        clock.advance(seconds=1)


def verdict(database: Database, clock: MovableClock, known: End | None = None) -> Verdict:
    return audit_check.verify(database, clock.now(), known)


def end(database: Database, clock: MovableClock) -> End:
    with database.transaction(write=False) as db:
        return End.now(db, clock.now())


def tamper(database: Database, *statements: str, **values: Any) -> None:
    """What somebody does who owns the database, and so its triggers."""
    with database.transaction() as db:
        if database.engine.dialect.name == "sqlite":
            for act in ("update", "delete"):
                db.execute(text(f"DROP TRIGGER IF EXISTS audit_trail_no_{act}"))
        else:
            db.execute(text("ALTER TABLE audit_trail DISABLE TRIGGER ALL"))
        for statement in statements:
            db.execute(text(statement), values)


def test_a_trail_that_nobody_altered_is_whole(database: Database, clock: MovableClock) -> None:
    assert verdict(database, clock) == Verdict(0)
    write(database, clock)
    assert verdict(database, clock) == Verdict(ROWS)


@pytest.mark.parametrize("statement", ["UPDATE audit_trail SET reason = 'x'", "DELETE FROM audit_trail"])
def test_R48_the_database_itself_refuses_to_change_a_row(
    database: Database, clock: MovableClock, statement: str
) -> None:
    write(database, clock, 2)
    with pytest.raises(DatabaseError, match="only added to"), database.transaction() as db:
        db.execute(text(statement))
    assert verdict(database, clock) == Verdict(2)


CHANGES = {
    "at": "UPDATE audit_trail SET at = '2026-01-01 00:00:00' WHERE number = 4",
    "who": "UPDATE audit_trail SET staff_id = account_id WHERE number = 4",
    "kind": "UPDATE audit_trail SET kind = 'staff-signed-in' WHERE number = 4",
    "reason": "UPDATE audit_trail SET reason = 'another one' WHERE number = 4",
    "whom about": "UPDATE audit_trail SET account_id = NULL WHERE number = 4",
    "journey": "UPDATE audit_trail SET journey_id = account_id WHERE number = 4",
    "facts": """UPDATE audit_trail SET facts = '{"role": "helper"}' WHERE number = 4""",
    "hash": "UPDATE audit_trail SET hash = (SELECT hash FROM audit_trail WHERE number = 3) WHERE number = 4",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_R48_a_changed_row_is_named(database: Database, clock: MovableClock, change: str) -> None:
    write(database, clock)
    tamper(database, change)
    assert verdict(database, clock) == Verdict(3, 4, "was changed or inserted")


def test_R48_a_row_that_holds_nonsense_is_named(database: Database, clock: MovableClock) -> None:
    write(database, clock)
    broken, odd = (f"UPDATE audit_trail SET facts = '{text}' WHERE number = 4" for text in ("[", "[]"))  # noqa: S608
    tamper(database, broken if database.engine.dialect.name == "sqlite" else odd)  # PostgreSQL takes JSON only
    found = verdict(database, clock)
    assert (found.rows, found.broken) == (3, 4)


def test_R48_a_removed_row_is_named(database: Database, clock: MovableClock) -> None:
    write(database, clock)
    tamper(database, "DELETE FROM audit_trail WHERE number = 4")
    assert verdict(database, clock) == Verdict(3, 4, "is missing")


def test_R48_a_removed_row_whose_gap_was_closed_is_named(database: Database, clock: MovableClock) -> None:
    write(database, clock)
    tamper(
        database,
        "DELETE FROM audit_trail WHERE number = 4",
        "UPDATE audit_trail SET number = number - 1 WHERE number = 5",
    )
    assert verdict(database, clock) == Verdict(3, 4, "was changed or inserted")


COPY = """INSERT INTO audit_trail (number, at, staff_id, kind, reason, account_id, journey_id, facts, hash)
SELECT 8, at, staff_id, kind, reason, account_id, journey_id, facts, hash FROM audit_trail WHERE number = 7"""


def test_R48_an_inserted_row_is_named(database: Database, clock: MovableClock) -> None:
    write(database, clock)
    tamper(database, COPY)
    assert verdict(database, clock) == Verdict(7, 8, "was changed or inserted")


def test_R48_a_tail_that_was_cut_is_named(database: Database, clock: MovableClock) -> None:
    write(database, clock)
    known = end(database, clock)
    tamper(database, "DELETE FROM audit_trail WHERE number > 5")
    assert verdict(database, clock) == Verdict(5, 6, "is missing, and all after it")
    back = "UPDATE audit_head SET number = 5, hash = (SELECT hash FROM audit_trail WHERE number = 5)"
    tamper(database, back)
    assert verdict(database, clock) == Verdict(5), "an end that fits hides it"
    assert verdict(database, clock, known) == Verdict(5, 6, "is missing, and all after it"), "a kept one does not"
    write(database, clock, 2)
    other = "is not the row that stood there when the end was noted"
    assert verdict(database, clock, known) == Verdict(6, 7, other), "not even when others are written over it"


def test_an_end_is_read_as_it_was_printed(database: Database, clock: MovableClock) -> None:
    write(database, clock, 1)
    clock.advance(hours=16)
    known = end(database, clock)
    assert str(known).startswith("2026-11-24 1 "), "one in the morning in Vietnam"
    assert End.read(str(known)) == known
    for odd in ("", "2026-11-23 1", "2026-11-23 one 00", "yesterday 1 00"):
        with pytest.raises(ValueError):  # noqa: PT011 - what it says is for the command line to say
            End.read(odd)


def test_R48_another_key_makes_another_trail(database: Database, clock: MovableClock) -> None:
    """Whoever has the database and not the key cannot write the trail anew from an altered row on."""
    write(database, clock, 1)
    with database.transaction(write=False) as db:
        row = db.execute(audit.ROW.select()).one()
    other = database.keyring.mac("another purpose", "").hex()
    assert audit.chained(database.keyring, row, audit.NOTHING) == row.hash
    assert audit.chained(database.keyring, row, bytes.fromhex(other)) != row.hash


@pytest.mark.parametrize(
    ("kind", "reason", "facts"),
    [
        ("read-everything", WHY, {}),
        ("staff-added", WHY, {"name": "Lan"}),
        ("staff-added", "", {}),
        ("staff-added", "  ", {}),
        ("staff-added", "x" * 301, {}),
        ("staff-added", "for 0912.345.678", {}),
        ("staff-added", "for 093 165 000 123", {}),
        ("staff-added", "two\x00lines", {}),
        ("staff-added", "\u202eturned", {}),
    ],
)
def test_R48_no_row_of_another_kind_and_none_without_a_reason(
    database: Database, clock: MovableClock, kind: str, reason: str, facts: dict[str, str]
) -> None:
    with pytest.raises(ValueError), database.transaction() as db:  # noqa: PT011 - NoReason is one
        audit.record(db, clock.now(), None, kind, reason, **facts)
    assert verdict(database, clock) == Verdict(0)


def test_R51_fifty_writers_at_once_make_one_chain(database: Database, clock: MovableClock) -> None:
    with database.transaction() as db:
        lan: UUID = staff.add(db, clock.now(), "Lan", "helper").id

    def write_two(n: int) -> None:
        try:
            with database.transaction() as db:
                member = db.get(staff.Staff, lan)
                for part in range(2):
                    audit.record(db, clock.now(), member, "staff-signed-out", f"writer {n}, {part}")
        except PoolTimeout:
            write_two(n)  # as after a 503

    with ThreadPoolExecutor(50) as writers:
        list(writers.map(write_two, range(50)))
    assert verdict(database, clock) == Verdict(100)


def test_a_transaction_that_is_rolled_back_leaves_no_gap(database: Database, clock: MovableClock) -> None:
    write(database, clock, 2)
    with pytest.raises(RuntimeError), database.transaction() as db:  # noqa: PT012 - it is written first
        audit.record(db, clock.now(), None, "staff-signed-out", WHY)
        raise RuntimeError
    write(database, clock, 2)
    assert verdict(database, clock) == Verdict(4)


ALTERED = st.sampled_from(
    [
        ("UPDATE audit_trail SET reason = reason || '.' WHERE number = :number", "was changed or inserted"),
        ("DELETE FROM audit_trail WHERE number = :number", "is missing"),
    ]
)


def test_R48_whichever_row_is_altered_is_the_one_named(database: Database, clock: MovableClock) -> None:
    write(database, clock)
    with database.transaction(write=False) as db:
        rows = [dict(row) for row in db.execute(audit.ROW.select()).mappings()]

    @settings(max_examples=20, deadline=None)
    @given(altered=ALTERED, number=st.integers(1, ROWS), size=st.integers(1, ROWS + 1))
    def named(altered: tuple[str, str], number: int, size: int) -> None:
        statement, fault = altered
        tamper(database, statement, number=number)
        found = audit_check.verify(database, clock.now(), size=size)
        assert (found.rows, found.broken) == (number - 1, number)
        assert found.fault.startswith(fault)
        tamper(database, "DELETE FROM audit_trail")
        with database.transaction() as db:
            db.execute(audit.ROW.insert(), rows)
        assert verdict(database, clock) == Verdict(ROWS)

    named()
