"""Test people in any number: person i has the phone number +8490 and i in seven digits."""

from datetime import UTC, date, datetime, timedelta

import click
from sqlalchemy.orm import Session

from onboarding.accounts.people import Applicant, find_by_number, insert
from onboarding.config import Settings
from onboarding.db import Database

BATCH = 1000
BORN = date(1960, 1, 1)
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng")
GIVEN = ("Văn An", "Thị Bình", "Minh Châu", "Quốc Dũng", "Thu Hà", "Ngọc Lan", "Hoàng Nam", "Thanh Tùng")


@click.command()
@click.option("--accounts", type=int, required=True, help="How many test people.")
@click.pass_obj
def seed(settings: Settings, accounts: int) -> None:
    """Make test people with active accounts; those who are there already stay."""
    database, now = Database.of(settings), datetime.now(UTC)
    with click.progressbar(range(0, accounts, BATCH), label="Test people") as batches:
        for first in batches:
            with database.transaction() as db:
                seed_batch(db, now, range(first, min(first + BATCH, accounts)))


def seed_batch(db: Session, now: datetime, people: range) -> None:
    """Make one batch, where its first person is not there yet."""
    for i in people:
        number = f"+8490{i:07d}"
        if find_by_number(db, number) is None:
            insert(db, now, person(i), number, "vi", "sandbox", None)


def person(i: int) -> Applicant:
    """Test person i: a name, a birth date, and an id of Hậu Giang that fits it."""
    born = BORN + timedelta(days=i % 15_000)
    name = f"{FAMILIES[i % 8]} {GIVEN[i // 8 % 8]}"
    gender = i // 8 % 2
    return Applicant("citizen", name, f"093{gender}{born.year % 100:02d}{i % 1_000_000:06d}", born)
