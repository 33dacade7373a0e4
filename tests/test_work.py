"""A request that only reads goes on to write: what it read is old by then, and nobody is in its way."""

import sqlite3
from contextlib import closing
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.accounts import events
from onboarding.accounts.events import Event
from onboarding.work import STEP_ASIDE, current_session, current_work, nothing_held, writing
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


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_request_that_waits_long_for_its_turn_to_write_steps_aside(app: Flask) -> None:
    with closing(
        sqlite3.connect(str(app.extensions["database"].engine.url.database), isolation_level=None)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        aside: list[str] = []

        def step_aside() -> None:
            aside.append("for the lock")
            other.execute("ROLLBACK")

        with app.test_request_context(method="POST", environ_base={STEP_ASIDE: step_aside}):
            assert written(current_session()) == 0
        assert aside == ["for the lock"]
