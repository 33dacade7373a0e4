"""Requests to be called back are found by their number, and go with their person or when they are long done."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from onboarding import housekeeping
from onboarding.accounts import call_backs, endings, journeys, people
from onboarding.accounts.call_backs import CallBack
from onboarding.accounts.people import Account, Applicant
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock

NUMBER, OTHER = "+84901234567", "+84912345678"
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Ask = Callable[..., UUID]


@pytest.fixture
def ask(database: Database, clock: MovableClock) -> Ask:
    """Asks for a call to a number, on a journey of its own that leads to no account."""
    numbers = count()

    def asked(number: str) -> UUID:
        with database.transaction() as db:
            code, now = f"HG-{next(numbers):08}", clock.now()
            journey = journeys.start(db, now, code.encode(), code, "call-back", "vi")
            return call_backs.request(db, now, journey, "Nguyễn Văn Ba", number, "any", "").id

    return asked


def left(database: Database) -> list[str | None]:
    """The numbers of all requests that are still there."""
    with database.transaction(write=False) as db:
        return [one.number for one in db.scalars(select(CallBack))]


def close(database: Database, clock: MovableClock, settings: Settings) -> None:
    """Register the number's owner, and erase the account."""
    with database.transaction() as db:
        applicant = Applicant("citizen", "Nguyễn Văn Ba", "093065001234")
        account = people.register(db, clock.now(), applicant, NUMBER, "vi", "1").account
        db.flush()
        endings.close(db, clock.now(), settings, db.get_one(Account, account.id))


def test_R47_who_is_erased_leaves_no_request_to_call_their_number(
    database: Database, clock: MovableClock, settings: Settings, ask: Ask
) -> None:
    ask(NUMBER)
    ask(OTHER)
    close(database, clock, settings)
    assert left(database) == [OTHER]


@ONE
def test_R47_the_housekeeping_finds_the_numbers_of_older_requests(
    database: Database, clock: MovableClock, settings: Settings, ask: Ask
) -> None:
    ask(NUMBER)
    with database.transaction() as db:
        db.execute(update(CallBack).values(number_index=None))
    housekeeping.clean(database, clock, settings)
    close(database, clock, settings)
    assert left(database) == []


@ONE
def test_R47_a_request_is_forgotten_90_days_after_it_was_done(
    database: Database, clock: MovableClock, settings: Settings, ask: Ask
) -> None:
    done, staff = ask(NUMBER), uuid4()
    ask(OTHER)
    clock.advance(days=30)
    with database.transaction() as db:
        call_backs.take(db, clock.now(), done, staff)
        call_backs.finish(db, clock.now(), done, staff, "explained everything")
    clock.set(clock.now() + timedelta(days=90, seconds=-1))
    housekeeping.clean(database, clock, settings)
    assert sorted(map(str, left(database))) == [NUMBER, OTHER]
    clock.advance(seconds=1)
    housekeeping.clean(database, clock, settings)
    assert left(database) == [OTHER], "who waits goes on waiting"
