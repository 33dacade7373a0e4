"""A request that only reads goes on to write: what it read is old by then, and nobody is in its way."""

from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.accounts import events
from onboarding.accounts.events import Event
from onboarding.work import current_session, current_work, writing
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
