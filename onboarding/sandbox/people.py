"""Test people in any number: person i has the phone number +8490 and i in seven digits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from onboarding.accounts import bulk
from onboarding.accounts.people import Account, Applicant, PhoneNumber
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sandbox.clock import SandboxClock

BATCH = 10_000  # people in one transaction: one or two seconds in which nobody else writes to SQLite
MOST = 10_000_000  # what seven digits can tell apart
FIRST = range(10)  # those who are there from a sandbox's first start on
CONSENT = "sandbox"
BORN = date(1960, 1, 1)
DAYS = 14_100  # all born before 2000; people with the same last six digits lie three years and more apart
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng")
GIVEN = ("Văn An", "Thị Bình", "Quốc Dũng", "Minh Châu", "Hoàng Nam", "Thu Hà", "Thanh Tùng", "Ngọc Lan")


@click.command()
@click.option("--accounts", type=click.IntRange(1, MOST), required=True, help="How many test people.")
@click.pass_obj
def seed(settings: Settings, accounts: int) -> None:
    """Make test people with active accounts; those who are there already stay."""
    now = SandboxClock(settings).now()
    with (
        Database.opened(settings) as database,
        click.progressbar(length=accounts, label="Test people") as progress,
    ):
        if not inspect(database.engine).has_table(Account.__tablename__):
            raise click.ClickException("The database is empty; run `onboarding db upgrade` first.")
        for first in range(0, accounts, BATCH):
            batch = range(first, min(first + BATCH, accounts))
            with database.transaction() as db:
                seed_batch(db, now, batch)
            progress.update(len(batch))


def seed_batch(db: Session, now: datetime, people: Sequence[int]) -> None:
    """Make those of these people who are not there yet."""
    make(db, now, {number(i): person(i) for i in people})


def make(db: Session, now: datetime, wanted: Mapping[str, Applicant], state: str = "active") -> None:
    """Make the accounts of these numbers where they have none."""
    index = db.info["keyring"].index
    by_index = {index("phone_numbers.number", number): number for number in wanted}
    there = set(db.scalars(select(PhoneNumber.number_index).where(PhoneNumber.number_index.in_(by_index))))
    made = [
        bulk.rows(db, now, wanted[number], number, CONSENT, state)
        for found_by, number in by_index.items()
        if found_by not in there
    ]
    give_way(db, [account for account, _ in made])
    bulk.write(db, made)


def give_way(db: Session, accounts: list[dict[str, Any]]) -> None:
    """Where somebody who came by the forms holds a test person's id, the identity is disputed, as it is there."""
    ids = [account["national_id_index"] for account in accounts]
    held = set(db.scalars(select(Account.national_id_index).where(Account.national_id_index.in_(ids))))
    for account in accounts:
        if account["national_id_index"] in held:
            account.update(national_id_index=None, identity="disputed")


def number(i: int) -> str:
    """The phone number of test person i."""
    return f"+8490{i:07d}"


def person(i: int) -> Applicant:
    """Test person i: a name, a birth date, and an id of Hậu Giang that fits both."""
    born = BORN + timedelta(days=i % DAYS)
    woman = i // 8 % 2
    name = f"{FAMILIES[i % 8]} {GIVEN[i // 8 % 8]}"
    return Applicant("citizen", name, f"093{woman}{born.year % 100:02d}{i % 1_000_000:06d}", born)
