"""Finding a person by whatever the citizen reads out."""

from collections.abc import Callable

import pytest

from onboarding.accounts import journeys
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
        "",
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
def test_what_is_searched_for_stands_in_no_address(person: Person, as_role: AsRole) -> None:
    staff = as_role("helper")
    search(staff, person.number)
    assert (staff.path, staff.response.request.query_string) == ("/console/find", b"")


def test_a_support_code_without_its_prefix_may_begin_like_it() -> None:
    assert {journeys.normal_support_code(text) for text in ("hg hg7k 3m92", "HG-HG7K-3M92", "HG7K3M92")} == {
        "HG-HG7K-3M92"
    }
