"""Finding a person by whatever the citizen reads out."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from onboarding.accounts import journeys
from onboarding.accounts.audit import Entry
from onboarding.db import Database
from tests.console.people import search
from tests.journey.people import COOPERATIVE, MAN_OF_1965, NewPerson, Person
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_citizen_is_found_by_number_and_identity_in_any_spelling(person: Person, as_role: AsRole) -> None:
    person.register()
    helper = as_role("helper")
    for text in ("0901234567", "+84 90 123 45 67", "84901234567", "０９０ １２３ ４５ ６７"):
        page = search(helper, text)
        assert "Found: 2" in page.text, "the account, and the journey that led to it"
        assert "N••• V••• B•••" in page.text
    for text in ("093065001234", "093 065 001 234", "093.065.001.234"):
        assert "Found: 1" in search(helper, text).text


@ONE
def test_who_looks_for_nothing_is_asked_for_something(as_role: AsRole) -> None:
    page = search(as_role("helper"), " ")
    assert page.errors == ["Enter what the citizen reads out."]
    assert "Found" not in page.text


@ONE
def test_nothing_unmasked_stands_in_a_list(person: Person, as_role: AsRole) -> None:
    person.register()
    staff = as_role("helper")
    search(staff, "0901234567")
    listed = staff.response.text.partition("<section")[2]
    for value in ("Nguyễn", "Văn Ba", "1234567", "123 45 67", MAN_OF_1965["national_id"], "1965"):
        assert value not in listed


@ONE
def test_an_organisation_is_found_by_its_tax_code(person: Person, as_role: AsRole) -> None:
    person.register("organisation")
    assert "Found: 1" in search(as_role("supervisor"), COOPERATIVE["tax_code"]).text


@ONE
def test_a_household_business_is_found_by_its_owners_number(person: Person, as_role: AsRole) -> None:
    number = "093065001234"
    person.register("organisation", tax_code=number, national_id=number)
    assert "Found: 1" in search(as_role("supervisor"), number).text


@ONE
def test_an_old_number_of_eleven_digits_finds_what_it_became(new_person: NewPerson, as_role: AsRole) -> None:
    new_person("+84701234567").register()
    assert "Found: 2" in search(as_role("helper"), "0120 123 4567").text


def test_a_journey_without_account_is_found_by_its_support_code_and_by_the_number(
    person: Person, as_role: AsRole
) -> None:
    code = person.ask_code("register").support_code
    staff = as_role("helper")
    for text in (code, code.removeprefix("HG").replace("-", " ").lower(), person.number):
        page = search(staff, text)
        assert "Found: 1" in page.text
        assert code in page.text


def test_B15_no_character_of_a_search_means_anything(person: Person, as_role: AsRole) -> None:
    person.register()
    helper = as_role("helper")
    for text in (
        "%",
        "_",
        "09012345__",
        "%%%%%%%%",
        "'; DROP TABLE accounts; --",
        "' OR 1=1 --",
        "9" * 10_000,
    ):
        assert "Found: 0" in search(helper, text).text, text


@ONE
def test_R48_a_search_leaves_what_was_sought_and_how_many_were_found_and_never_the_text(
    person: Person, as_role: AsRole, database: Database
) -> None:
    code = person.register().support_code
    auditor, helper = as_role("auditor", "Mai"), as_role("helper", "Lan")
    national_id = MAN_OF_1965["national_id"]
    for text in ("0901234567", national_id, code, "Nguyễn Văn Ba"):
        search(helper, text)
    with database.transaction(write=False) as db:
        found = db.scalars(select(Entry).where(Entry.kind == "staff-searched").order_by(Entry.number)).all()
        facts = [(row.reason, row.facts) for row in found]
    by_number, by_id = {"number": 2, "serial": 0}, {"national-id": 1, "tax-code": 0, "serial": 0}
    assert facts == [("search", told) for told in (by_number, by_id, {"support-code": 1}, {})]
    assert [row.account_id or row.journey_id for row in found] == [None] * 4
    helper.visit("/console/find")
    for language, told in (
        ("en", "identity number: 1, tax code: 0, serial number: 0"),
        ("vi", "số căn cước: 1, mã số thuế: 0, số hiệu chứng thư: 0"),
    ):
        page = auditor.visit(f"/console/trail?kind=staff-searched&lang={language}")
        assert told in page.text
        assert len([row for row in page.all("tr") if "Lan" in row.text]) == 4, "opening the page is no search"
        assert {text for text in (national_id, code, "901234567", "Văn Ba") if text in page.text} == set()


@ONE
def test_what_is_searched_for_stands_in_no_address(person: Person, as_role: AsRole) -> None:
    staff = as_role("helper")
    search(staff, person.number)
    assert (staff.path, staff.response.request.query_string) == ("/console/find", b"")


def test_a_support_code_without_its_prefix_may_begin_like_it() -> None:
    assert {journeys.normal_support_code(text) for text in ("hg hg7k 3m92", "HG-HG7K-3M92", "HG7K3M92")} == {
        "HG-HG7K-3M92"
    }
