"""Figures without people: exact, and with nothing left of whom they count."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from onboarding import housekeeping
from onboarding.accounts import sites, visitors
from onboarding.accounts.visitors import Batch, Figures, Presence, Salt, Visitor
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock
from tests.sms.test_at_rest import dump, files

PHONE, LAPTOP = "Mozilla/5.0 (Linux; Android 14)", "Mozilla/5.0 (Windows NT 10.0)"
HOA, BINH = Visitor("portal", "203.0.113.77", PHONE), Visitor("portal", "203.0.113.77", LAPTOP)
MIDNIGHT = datetime(2026, 11, 23, 17, tzinfo=UTC)  # in Vietnam, the 24th begins

Come = Callable[..., None]


@pytest.fixture
def come(database: Database, clock: MovableClock) -> Come:
    """Visitors who come now, in one batch."""

    def write(*who: Visitor) -> None:
        batch = Batch()
        for visitor in who:
            batch.add(clock.now(), visitor)
        with database.transaction() as db:
            visitors.write(db, clock.now(), batch)

    return write


def figures(database: Database, clock: MovableClock, before: int = 0, site: str = "portal") -> Figures:
    """What the site's counter shows, if so many came before we counted."""
    described = {name: sites.described(name, {"visits_before": before}) for name in ("portal", "so-y-te")}
    with database.transaction(write=False) as db:
        return visitors.figures(db, clock.now(), described)[site]


def salts(database: Database) -> dict[date, bytes]:
    """The salts that there are."""
    with database.transaction(write=False) as db:
        return {salt.day: salt.salt for salt in db.scalars(select(Salt))}


def hashes(database: Database) -> set[bytes]:
    """Who is kept as being here."""
    with database.transaction(write=False) as db:
        return set(db.scalars(select(Presence.visitor)))


def test_visits_are_counted_each_and_visitors_once(database: Database, clock: MovableClock, come: Come) -> None:
    assert figures(database, clock) == (0, 0, 0)
    come(HOA, HOA, BINH)
    come(HOA, HOA._replace(site="so-y-te"))
    assert figures(database, clock, before=4_417_212) == (2, 4, 4_417_216)
    assert figures(database, clock, site="so-y-te") == (1, 1, 1)


def test_who_was_not_seen_for_five_minutes_is_not_here(
    database: Database, clock: MovableClock, come: Come
) -> None:
    come(HOA, BINH)
    clock.advance(minutes=4, seconds=59)
    come(HOA)
    assert figures(database, clock).online == 2
    clock.advance(seconds=1)
    assert figures(database, clock).online == 1


def test_the_day_begins_at_midnight_in_vietnam(database: Database, clock: MovableClock, come: Come) -> None:
    clock.set(MIDNIGHT - timedelta(seconds=1))
    come(HOA, BINH)
    assert figures(database, clock)[1:] == (2, 2)
    clock.set(MIDNIGHT)
    assert figures(database, clock)[1:] == (0, 2)
    come(HOA)
    assert figures(database, clock)[1:] == (1, 3)


def test_visits_of_before_midnight_that_are_written_after_it_are_of_their_day(
    database: Database, clock: MovableClock
) -> None:
    batch = Batch()
    batch.add(MIDNIGHT - timedelta(seconds=1), HOA)
    batch.add(MIDNIGHT, HOA)
    with database.transaction() as db:
        visitors.write(db, MIDNIGHT, batch)
    clock.set(MIDNIGHT)
    assert figures(database, clock)[1:] == (1, 2)


def test_with_the_day_goes_its_salt(database: Database, clock: MovableClock, come: Come) -> None:
    come(HOA)
    clock.advance(hours=3)
    come(BINH)
    [(day, salt)] = salts(database).items()
    assert (day, len(salt)) == (date(2026, 11, 23), 32)
    clock.set(MIDNIGHT)
    come(HOA)
    assert salts(database).keys() == {date(2026, 11, 24)}
    assert salt not in salts(database).values()
    assert len(hashes(database)) == 3, "nobody can tell that she is the one of yesterday"


def test_where_nobody_comes_the_housekeeping_takes_the_salt(
    database: Database, clock: MovableClock, settings: Settings, come: Come
) -> None:
    come(HOA)
    clock.set(MIDNIGHT)
    housekeeping.clean(database, clock, settings)
    assert salts(database) == {}
    assert hashes(database) == set()
    assert figures(database, clock)[1:] == (0, 1)


def test_until_then_both_stay_as_long_as_they_are_needed(
    database: Database, clock: MovableClock, settings: Settings, come: Come
) -> None:
    clock.set(MIDNIGHT - timedelta(minutes=5))
    come(HOA)
    clock.advance(minutes=4, seconds=59)
    housekeeping.clean(database, clock, settings)
    assert len(salts(database)) == len(hashes(database)) == 1


def test_R47_no_address_and_no_browser_is_written(database: Database, come: Come) -> None:
    come(HOA, BINH)
    rows = dump(database)
    written = "".join(path.read_bytes().decode("latin-1") for path in files(database).rglob("*") if path.is_file())
    assert "portal" in rows
    for personal in (HOA.address, PHONE, LAPTOP, "Android"):
        assert personal not in rows
        assert personal not in written


def test_four_workers_lose_nothing_and_never_wait_for_each_other_in_a_ring(
    database: Database, clock: MovableClock, come: Come
) -> None:
    both = [HOA, HOA._replace(site="so-y-te")]
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda n: come(*both[:: -1 if n % 2 else 1]), range(100)))
    for site in ("portal", "so-y-te"):
        assert figures(database, clock, site=site) == (1, 100, 100)
    assert len(salts(database)) == 1


def test_a_crowd_cannot_fill_the_memory(clock: MovableClock) -> None:
    batch = Batch()
    for n in range(visitors.MOST + 5):
        batch.add(clock.now(), HOA._replace(address=str(n)))
    assert batch.visits.total() == visitors.MOST + 5
    assert len(batch.seen) == visitors.MOST
