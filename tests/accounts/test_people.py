"""Accounts as plain rows, of which nothing can be changed, and accounts that somebody holds."""

from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from onboarding.accounts import endings, people, sessions
from onboarding.accounts.people import Account, Applicant
from onboarding.accounts.sign_ins import SignIn
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


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_ends_all_sign_ins_waits_for_the_one_that_just_begins(
    database: Database, clock: MovableClock, settings: Settings, account_id: UUID
) -> None:
    """Else it would outlast a suspension that has not seen it."""
    with database.transaction() as owner:
        sessions.start(owner, clock.now(), settings, owner.get_one(Account, account_id), "token", "phone", "")
        with pytest.raises(OperationalError, match="lock timeout"):
            suspend(database, clock, settings, account_id)
    suspend(database, clock, settings, account_id)
    with database.transaction(write=False) as db:
        assert db.scalars(select(SignIn.end_reason)).all() == ["by-staff"]


def suspend(database: Database, clock: MovableClock, settings: Settings, account_id: UUID) -> None:
    """Suspend an account, unless somebody has to be waited for."""
    with database.transaction() as staff:
        account = people.hold(staff, account_id)
        assert account is not None
        staff.execute(text("SET LOCAL lock_timeout = 50"))
        endings.suspend(staff, clock.now(), settings, account)


def test_no_sign_in_from_before_counts_in_a_reinstated_account(
    database: Database, clock: MovableClock, settings: Settings, account_id: UUID
) -> None:
    """One that came in while the account was being suspended has ended by then."""
    with database.transaction() as db:
        account = db.get_one(Account, account_id)
        endings.suspend(db, clock.now(), settings, account)
        sessions.start(db, clock.now(), settings, account, "token", "phone", "")
        endings.reinstate(db, clock.now(), settings, account)
    with database.transaction(write=False) as db:
        assert sessions.find(db, clock.now(), settings, "token") is None


@pytest.mark.parametrize(
    ("kind", "identity", "confirmed"),
    [("citizen", "certificate", True), ("citizen", "declared", False), ("organisation", "certificate", False)],
)
def test_a_certificate_confirms_a_citizens_own_id_and_no_representatives(
    kind: str, identity: str, confirmed: bool
) -> None:
    assert Account(kind=kind, identity=identity).confirmed_id is confirmed
