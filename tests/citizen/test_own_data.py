"""The file with everything that is kept about a person."""

import pytest
from sqlalchemy import select

from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, NUMBER, OTHER, NewPerson, Person

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_download_has_everything_that_is_kept(person: Person) -> None:
    person.register()
    answer = person.client.get("/account/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert f'\n    "name": "{MAN_OF_1965["name"]}",\n' in answer.text, "people can read it, too"
    data = answer.get_json()
    account = data["account"]
    assert account["name"] == MAN_OF_1965["name"]
    assert account["national_id"] == MAN_OF_1965["national_id"]
    assert account["birth_date"] == "1965-03-27"
    assert [number["number"] for number in account["phone_numbers"]] == [person.number]
    assert [one["how"] for one in data["sign_ins"]] == ["registration"]
    inner = {"id", "account_id", "wrapped_key"}
    kept = {
        column.name.removesuffix("_sealed")
        for column in Account.__table__.columns
        if not column.name.endswith("_index") and column.name not in inner
    }
    assert kept <= account.keys()


@ONE
def test_R13_nobody_learns_from_their_own_data_whether_others_have_an_id(
    new_person: NewPerson, clock: MovableClock
) -> None:
    told = []
    for number in (NUMBER, OTHER):
        clock.advance(minutes=2)
        person = new_person(number)
        person.register()
        told.append(person.client.get("/account/data").get_json()["account"]["identity"])
    assert told == ["declared", "declared"], "the second has stated the first one's id"


@ONE
def test_the_download_has_every_sign_in(person: Person, database: Database, clock: MovableClock) -> None:
    person.register()
    with database.transaction() as db:
        account = db.scalars(select(Account)).one()
        for n in range(30):
            db.add(
                SignIn(
                    token_hash=bytes([n]), account_id=account.id, how="phone", device="", started_at=clock.now(),
                    last_seen_at=clock.now(), ended_at=clock.now(), end_reason="signed-out",
                )
            )  # fmt: skip
    assert len(person.client.get("/account/data").get_json()["sign_ins"]) == 31
