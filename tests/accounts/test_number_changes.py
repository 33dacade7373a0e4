"""A new number takes the place of the old one when its owner proves it, once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from onboarding.accounts import number_changes, people
from onboarding.accounts.people import Account, Applicant
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock

OLD, NEW = "+84901234567", "+84912345678"
AT_ONCE = 8


@pytest.fixture
def account(database: Database, clock: MovableClock) -> Account:
    """An account whose new number was approved."""
    with database.transaction() as db:
        applicant = Applicant("citizen", "Nguyễn Văn Ba", "093065001234")
        account = people.register(db, clock.now(), applicant, OLD, "vi", "1").account
        asked = number_changes.ask(db, clock.now(), account, NEW)
        assert number_changes.approve(db, clock.now(), asked.id) is not None
    return account


def test_a_newer_change_ends_the_one_before(
    database: Database, clock: MovableClock, settings: Settings, account: Account
) -> None:
    with database.transaction() as db:
        asked = number_changes.ask(db, clock.now(), db.get_one(Account, account.id), "+84912345687")
        assert len(number_changes.waiting(db, clock.now(), account.id)) == 2
        number_changes.approve(db, clock.now(), asked.id)
        assert number_changes.waiting(db, clock.now(), account.id) == [asked]
        assert number_changes.take(db, clock.now(), settings, NEW) is None, "it was mistyped: somebody else has it"


def test_of_many_proofs_at_once_one_takes_the_number_over(
    database: Database, clock: MovableClock, settings: Settings, account: Account
) -> None:
    start = Barrier(AT_ONCE)

    def prove(_n: int) -> list[str] | None:
        start.wait()
        with database.transaction() as db:
            taken = number_changes.take(db, clock.now(), settings, NEW)
            return taken[1] if taken else None

    with ThreadPoolExecutor(AT_ONCE) as threads:
        came_to = list(threads.map(prove, range(AT_ONCE)))
    assert [old for old in came_to if old is not None] == [[OLD]]
    with database.transaction(write=False) as db:
        found = people.find_by_number(db, NEW)
        assert found is not None
        assert (found.id, [phone.number for phone in found.numbers]) == (account.id, [NEW])
        assert people.find_by_number(db, OLD) is None
