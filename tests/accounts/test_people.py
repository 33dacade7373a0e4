"""Accounts as plain rows, of which nothing can be changed, and accounts that somebody holds."""

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from onboarding.accounts import people, sessions
from onboarding.accounts.people import Account, Applicant
from onboarding.config import Settings
from onboarding.db import Database, plain, table
from tests.clock import MovableClock


@pytest.fixture
def account_id(database: Database, clock: MovableClock) -> UUID:
    """Somebody who is registered."""
    applicant = Applicant("citizen", "Hoa", "092065000001")
    with database.transaction() as db:
        return people.register(db, clock.now(), applicant, "+84901234567", "vi", "1").account.id


def test_a_plain_row_opens_after_its_session_and_cannot_be_changed(database: Database, account_id: UUID) -> None:
    with database.transaction(write=False) as db:
        row = db.execute(select(table(Account)).where(table(Account).c.id == account_id)).one()
        account = people.with_numbers(db, plain(db, Account, row))
    assert (account.name, [phone.number for phone in account.numbers]) == ("Hoa", ["+84901234567"])
    with pytest.raises(AttributeError):
        account.language = "en"
    with pytest.raises(AttributeError):
        account.name = "Lan"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whose_account_staff_hold_can_sign_in_meanwhile(
    database: Database, clock: MovableClock, settings: Settings, account_id: UUID
) -> None:
    """Staff may wait for counts that the owner holds just then: neither may wait for the other."""
    with database.transaction() as staff, database.transaction() as owner:
        assert people.hold(staff, account_id) is not None
        sessions.start(owner, clock.now(), settings, owner.get_one(Account, account_id), "token", "phone", "")
    with database.transaction(write=False) as db:
        assert sessions.find(db, clock.now(), settings, "token") is not None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_changes_an_account_that_somebody_holds(database: Database, account_id: UUID) -> None:
    with database.transaction() as staff:
        assert people.hold(staff, account_id) is not None
        with database.transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = 50"))
            with pytest.raises(OperationalError):
                people.hold(other, account_id)
