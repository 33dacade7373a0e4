"""Test people: any number of them, quickly, each of whom can sign in."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from onboarding.accounts import identity_numbers
from onboarding.accounts.people import Account, PhoneNumber, find_by_number
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sandbox.cli import command
from onboarding.sandbox.people import BATCH, MOST, number, person, seed_batch
from tests.clock import MONDAY_MORNING
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor


def seed(database: Database, people: range) -> None:
    with database.transaction() as db:
        seed_batch(db, MONDAY_MORNING, people)


def how_many(database: Database) -> tuple[int | None, int | None]:
    with database.transaction(write=False) as db:
        return tuple(db.scalar(select(func.count()).select_from(kind)) for kind in (Account, PhoneNumber))  # type: ignore[return-value]


def test_number_i_belongs_to_person_i(database: Database) -> None:
    seed(database, range(12))
    with database.transaction(write=False) as db:
        account = find_by_number(db, "+84900000007")
        assert account is not None
        assert (account.state, account.kind, account.identity) == ("active", "citizen", "declared")
        assert [account.name, account.national_id] == [person(7).name, person(7).national_id]
        assert account.birth_date == "1960-01-08"
        assert [phone.number for phone in account.numbers] == ["+84900000007"]


def test_those_who_are_there_stay_and_the_others_are_made(database: Database) -> None:
    seed(database, range(5))
    with database.transaction(write=False) as db:
        before = find_by_number(db, number(3))
    seed(database, range(8))
    assert how_many(database) == (8, 8)
    with database.transaction(write=False) as db:
        after = find_by_number(db, number(3))
    assert before is not None
    assert after is not None
    assert (before.id, before.wrapped_key) == (after.id, after.wrapped_key)


def test_an_id_that_somebody_registered_with_stays_theirs(
    client: Visitor, inbox: Inbox, database: Database
) -> None:
    taken = person(2001).national_id
    register(client, inbox, str(taken))
    seed(database, range(2000, 2003))
    with database.transaction(write=False) as db:
        seeded = find_by_number(db, number(2001))
        assert seeded is not None
        assert (seeded.identity, seeded.national_id, seeded.national_id_index) == ("disputed", taken, None)


def register(client: Visitor, inbox: Inbox, national_id: str) -> None:
    """Somebody comes by the forms."""
    born = person(2001).birth_date
    assert born is not None
    client.visit("/onboarding/account")
    client.submit(answer="register")
    client.submit(number="0919999999")
    client.submit(code=inbox.code("+84919999999"))
    client.submit(kind="citizen")
    birth = {"birth_day": str(born.day), "birth_month": str(born.month), "birth_year": str(born.year)}
    client.submit(name="Trần Thị Bình", national_id=national_id, **birth)
    client.submit(consent="y")
    client.submit()
    assert client.path == "/onboarding/registered"


def test_a_test_person_signs_in_by_phone(client: Visitor, inbox: Inbox, database: Database) -> None:
    seed(database, range(7, 8))
    client.visit("/onboarding/account")
    client.submit(answer="phone")
    client.submit(number="0900000007")
    client.submit(code=inbox.code("+84900000007"))
    assert client.path == "/account"
    assert person(7).name in client.page.text


@pytest.mark.parametrize("i", [0, 7, 8, BATCH, 999_999, 1_234_567, MOST - 1])
def test_everybody_has_an_id_that_the_forms_take(i: int) -> None:
    who = person(i)
    assert who.birth_date is not None
    assert identity_numbers.national_id(str(who.national_id)) == who.national_id
    identity_numbers.check_birth_date(str(who.national_id), who.birth_date)
    assert who.birth_date < date(2000, 1, 1)


@pytest.mark.parametrize("i", [0, 14_099, 365_242, 999_999])
def test_people_a_million_apart_have_ids_of_their_own(i: int) -> None:
    alike = [person(j).national_id for j in range(i, MOST, 1_000_000)]
    assert len(set(alike)) == 10


def test_the_command_shows_its_progress_and_counts_exactly(settings: Settings, database: Database) -> None:
    made = CliRunner().invoke(command, ["seed", "--accounts", str(BATCH + 1)], obj=lambda: settings)
    assert made.exit_code == 0, made.output
    assert "Test people" in made.output
    assert how_many(database) == (BATCH + 1, BATCH + 1)


def test_an_empty_database_is_told_plainly(settings: Settings, tmp_path: Path) -> None:
    empty = replace(settings, database_url=f"sqlite:///{tmp_path / 'empty.db'}")
    refused = CliRunner().invoke(command, ["seed", "--accounts", "1"], obj=lambda: empty)
    assert refused.exit_code == 1
    assert "onboarding db upgrade" in refused.output


def test_production_gets_no_test_people(settings: Settings, database: Database) -> None:
    production = replace(settings, mode="production")
    refused = CliRunner().invoke(command, ["seed", "--accounts", "1"], obj=lambda: production)
    assert refused.exit_code == 1
    assert "ONBOARDING_MODE=sandbox" in refused.output
    assert how_many(database) == (0, 0)
