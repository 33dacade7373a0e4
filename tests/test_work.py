"""A request that only reads goes on to write: what it read is old by then, and nobody is in its way."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from onboarding import engines
from onboarding.accounts import events
from onboarding.accounts.events import Event
from onboarding.work import (
    STEP_ASIDE,
    apart,
    current_connection,
    current_session,
    current_work,
    nothing_held,
    writing,
)
from tests.clock import MovableClock


def written(db: Session) -> int:
    """How many events there are."""
    return db.scalar(select(func.count()).select_from(Event)) or 0


def fail_half_way(clock: MovableClock) -> NoReturn:
    """Write, and raise before that is safe."""
    with writing() as db:
        events.record(db, clock.now(), "session-ended")
        raise ValueError("half way")


def test_it_writes_although_somebody_else_has_written_since_it_read(app: Flask, clock: MovableClock) -> None:
    with app.test_request_context():
        assert written(current_session()) == 0
        with app.extensions["database"].transaction() as other:
            events.record(other, clock.now(), "session-ended")
        with writing() as db:
            events.record(db, clock.now(), "session-ended")
        assert written(current_session()) == 2


def test_what_fails_half_way_leaves_nothing_and_the_request_reads_on(app: Flask, clock: MovableClock) -> None:
    with app.test_request_context():
        assert written(current_session()) == 0
        with pytest.raises(ValueError, match="half way"):
            fail_half_way(clock)
        assert written(current_session()) == 0
        assert not current_work().write


def test_what_it_wrote_is_safe_before_it_ends(app: Flask, clock: MovableClock) -> None:
    with app.test_request_context():
        with writing() as db:
            events.record(db, clock.now(), "session-ended")
        with app.extensions["database"].transaction(write=False) as other:
            assert written(other) == 1


def test_a_request_that_asks_somebody_outside_steps_aside(app: Flask) -> None:
    aside: list[str] = []
    with app.test_request_context(environ_base={STEP_ASIDE: lambda: aside.append("outside")}):
        assert written(current_session()) == 0
        assert aside == []
        with nothing_held():
            assert aside == ["outside"]
        assert written(current_session()) == 0


@pytest.fixture
def held(app: Flask) -> Iterator[sqlite3.Connection]:
    """Somebody who holds SQLite's write lock."""
    file = str(app.extensions["database"].engine.url.database)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def write_apart() -> None:
    """Begin to write beside the request's own transaction."""
    with apart() as db:
        db.connection()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("write", [current_connection, write_apart])
def test_a_request_that_waits_long_for_its_turn_to_write_steps_aside(
    app: Flask, held: sqlite3.Connection, write: Callable[[], object]
) -> None:
    aside: list[str] = []

    def step_aside() -> None:
        aside.append("for the lock")
        held.execute("ROLLBACK")

    with app.test_request_context(method="POST", environ_base={STEP_ASIDE: step_aside}):
        write()
    assert aside == ["for the lock"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("held")
def test_who_gets_no_turn_to_write_goes_on_with_no_connection(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """One without a transaction would make each statement safe by itself."""
    monkeypatch.setattr(engines, "LOCK_WAIT", 0)
    with app.test_request_context(method="POST"):
        with pytest.raises(OperationalError):
            current_connection()
        assert current_work().holds_nothing


def test_what_was_changed_as_objects_is_there_for_statements(app: Flask, clock: MovableClock) -> None:
    with app.test_request_context(method="POST"):
        current_session().add(Event(at=clock.now(), kind="session-ended", facts={}))
        with writing() as db:
            assert db.scalar(select(func.count()).select_from(Event)) == 1
