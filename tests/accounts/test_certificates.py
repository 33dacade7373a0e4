"""One key and one proven id belong to one account, whoever tries at the same moment (rules R38, R51)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update

from onboarding.accounts import certificates, people
from onboarding.accounts.certificates import Certificate, Presented
from onboarding.accounts.people import Account, Applicant
from onboarding.db import Database
from tests.accounts.desk import Desk
from tests.accounts.test_parallel import AT_ONCE, ROUNDS, Together, hurry, together
from tests.clock import MONDAY_MORNING

__all__ = ["hurry", "together"]

ID = "093065001234"


def made(database: Database, n: int, national_id: str) -> UUID:
    """The n-th account."""
    applicant = Applicant("citizen", "Nguyễn Văn Ba", national_id, date(1965, 3, 27))
    with database.transaction() as db:
        number = f"+8490{n:07d}"
        return people.register(db, MONDAY_MORNING, applicant, number, "vi", "2026-01").account.id


def presented(key: bytes, national_id: str, days: int = 365) -> Presented:
    """A certificate of that person for that key."""
    ends = MONDAY_MORNING + timedelta(days=days)
    return Presented(key, "vnpt", "1f", "CN=Ba", ends, "AA==", national_id, None, "Nguyễn Văn Ba")


def linked(database: Database, account_id: UUID, certificate: Presented) -> str:
    """Link it, in a transaction of its own; what it came to."""
    with database.transaction() as db:
        account = db.get_one(Account, account_id)
        return certificates.link(db, MONDAY_MORNING, account, certificate).kind


@pytest.mark.parametrize("one_id", [False, True])
def test_R38_a_key_is_linked_to_one_of_fifty_accounts_that_want_it_at_once(
    desk: Desk, together: Together, one_id: bool
) -> None:
    """Each states an id of its own, or all the same one: then the winner alone has it, all others are disputed."""
    ids = [ID if one_id else f"093065{n:06d}" for n in range(AT_ONCE)]
    accounts = [made(desk.database, n, ids[n]) for n in range(AT_ONCE)]
    for n in range(ROUNDS):
        key = bytes([n])
        kinds = Counter(together(lambda m, key=key: linked(desk.database, accounts[m], presented(key, ids[m]))))
        assert kinds["linked"] == 1
        assert sum(kinds.values()) == AT_ONCE
        assert kinds.keys() <= {"linked", "foreign-key", *(["taken"] if one_id else [])}
        with desk.database.transaction() as db:
            assert db.scalar(select(func.count()).select_from(Certificate)) == 1
            winners = db.scalars(select(Account.national_id_index).where(Account.identity == "certificate")).all()
            assert len(winners) == 1
            assert winners[0] is not None
            db.execute(delete(Certificate))
            db.execute(update(Account).values(identity="declared"))


def test_R38_a_key_stays_its_accounts_when_it_was_removed(database: Database) -> None:
    one, other = made(database, 1, ID), made(database, 2, "093065005555")
    certificate = presented(b"key", ID)
    assert linked(database, one, certificate) == "linked"
    with database.transaction() as db:
        (mine,) = certificates.of_account(db, one)
        certificates.end(db, MONDAY_MORNING, mine, "removed")
    assert linked(database, other, presented(b"key", "093065005555")) == "foreign-key"
    assert linked(database, one, certificate) == "linked"
    with database.transaction() as db:
        assert [one.end_reason for one in certificates.of_account(db, one)] == [None]


def test_P37_what_was_revoked_once_stays_so_and_a_new_certificate_for_the_key_does_not(database: Database) -> None:
    account = made(database, 1, ID)
    certificate = presented(b"key", ID)
    assert linked(database, account, certificate) == "linked"
    with database.transaction() as db:
        certificates.end(db, MONDAY_MORNING, certificates.of_account(db, account)[0], "revoked")
    assert linked(database, account, certificate) == "refused"
    assert linked(database, account, replace(certificate, serial="20")) == "linked"


@pytest.mark.parametrize("national_id", ["093065005555", None])
def test_R37_a_name_alone_links_nothing(database: Database, national_id: str | None) -> None:
    account = made(database, 1, ID)
    assert linked(database, account, presented(b"key", national_id or "")) == "other-identity"
