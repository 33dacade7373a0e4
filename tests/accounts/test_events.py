"""Events: an account's story stays; what was refused to strangers is forgotten one day."""

from datetime import timedelta

from sqlalchemy import select

from onboarding.accounts import events
from onboarding.accounts.events import Event
from onboarding.db import Database
from tests.clock import MovableClock


def kept(database: Database) -> list[str]:
    """The kinds of the events that there are."""
    with database.transaction(write=False) as db:
        return sorted(db.scalars(select(Event.kind)))


def test_requests_refused_to_strangers_are_forgotten_after_90_days(
    database: Database, clock: MovableClock
) -> None:
    with database.transaction() as db:
        events.record(db, clock.now(), "request-refused", reason="origin")
        events.record(db, clock.now(), "locked", minutes=1)
    ages = (timedelta(days=90, seconds=-1), ["locked", "request-refused"]), (timedelta(seconds=1), ["locked"])
    for age, left in ages:
        clock.advance(seconds=age.total_seconds())
        with database.transaction() as db:
            events.forget_old(db, clock.now())
        assert kept(database) == left
