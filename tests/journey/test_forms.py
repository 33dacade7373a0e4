"""What a journey keeps of its forms: all that anybody can mean, and no more than that."""

import pytest
from flask import Flask
from sqlalchemy import select
from wtforms import StringField
from wtforms.fields.core import UnboundField

from onboarding.accounts.journeys import Journey
from onboarding.db import Database
from onboarding.journey.forms import LONGEST, StepForm
from onboarding.journey.table import TABLE
from tests.journey.people import Person

TOO_LONG = "This name is too long. Shorten it to 150 characters."
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def memory(database: Database) -> str:
    """What the one journey remembers."""
    with database.transaction(write=False) as db:
        return str(db.scalars(select(Journey)).one().memory)


@ONE
def test_B21_a_stranger_cannot_fill_the_database_with_forms(person: Person, database: Database) -> None:
    person.visit("account")
    form = person.fields()
    for n in range(31):
        sent = {**form, "form_id": f"{n}" + "x" * 31_000, "site": "y" * 31_000, "answer": "z" * 1_000}
        assert person.send("account", sent).status_code in (200, 422)
    assert len(memory(database)) < 3_000
    person.visit("account")
    person.submit(answer="phone", form_id="of no page")
    assert person.place == "account", "the id of no page counts once, and the form comes again with another"
    person.submit()
    assert person.place == "phone"


@ONE
def test_who_pastes_too_much_sees_all_of_it_and_a_part_is_kept(person: Person, database: Database) -> None:
    person.visit("call-back")
    name = "Nguyễn Văn " + "Ba " * 1_000 + "Bốn"
    person.submit(name=name, number="0901234567", best_time="any")
    assert person.page.errors == [TOO_LONG]
    assert person.fields()["name"] == name
    assert len(memory(database)) < 1_000
    person.visit("call-back")
    assert person.fields()["name"] == name[:LONGEST].rstrip()
    person.submit(best_time="any")
    assert person.page.errors == [TOO_LONG], "a part is not taken for the whole"


@ONE
def test_no_field_takes_more_than_is_kept(app: Flask) -> None:
    texts = [
        (name, field)
        for step in TABLE.values()
        for name, field in vars(step.form or StepForm).items()
        if isinstance(field, UnboundField) and field.field_class is StringField and name != "code"  # never kept
    ]
    assert len(texts) > 8
    with app.test_request_context():
        for name, field in texts:
            bound = field.bind(StepForm(), name)
            bound.data = "9" * LONGEST
            assert not bound.validate(StepForm()), name
