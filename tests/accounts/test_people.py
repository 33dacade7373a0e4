"""Accounts as plain rows: what is sealed in them can be read, and nothing of them changed."""

from uuid import UUID

import pytest
from sqlalchemy import select

from onboarding.accounts import people
from onboarding.accounts.people import Account, Applicant
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
