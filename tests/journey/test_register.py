"""Chưa đăng ký: from a number to an account, and what happens where the number or the id is somebody's already."""

from datetime import UTC, datetime

import pytest

from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import COOPERATIVE, MAN_OF_1965, OTHER, Person, accounts

OLD_ID = "This is an old 9-digit number. Enter the 12-digit number of your identity card."
NO_FIT = "The identity number and the date of birth do not fit together. Check both."
LIFE = "Check the date of birth: it lies between 1900 and today."
OLD_NUMBER = "This number is from before 2018. It has 10 digits now. Enter 0381 234 567 if it is yours."
FOREIGN = "We can send messages to numbers of Vietnam only. Enter a number that begins with 0 or +84."


def test_a_citizen_registers_and_is_signed_in(person: Person, database: Database) -> None:
    person.reach_check()
    assert person.place == "check-answers"
    for shown in ("Nguyễn Văn Ba", "27/03/1965", "093065001234", "0901 234 567"):
        assert shown in person.page.text
    person.submit()
    assert person.place == "registered"
    assert person.page.support_code in person.page.text
    assert accounts(database) == [
        {
            "kind": "citizen",
            "name": "Nguyễn Văn Ba",
            "birth_date": "1965-03-27",
            "national_id": "093065001234",
            "tax_code": None,
            "representative": None,
            "identity": "declared",
            "state": "active",
            "numbers": [person.number],
        }
    ]
    assert "ong/ba da co tai khoan" in person.inbox.messages(person.number)[0]["text"]
    assert person.client.visit("/account").having("data-account-state")[0].get("data-account-state") == "active"


def test_an_organisation_registers(person: Person, database: Database) -> None:
    person.reach_check("organisation")
    for shown in COOPERATIVE.values():
        assert shown in person.page.text
    person.submit()
    assert person.place == "registered"
    (made,) = accounts(database)
    assert made == COOPERATIVE | {
        "kind": "organisation", "birth_date": None, "identity": "declared", "state": "active",
        "numbers": [person.number],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "Enter your full name as it is on your identity card."),
        ({"name": "   "}, "Enter your full name as it is on your identity card."),
        ({"name": "..."}, "A name has letters, spaces, dots and dashes only. Leave out all other signs."),
        (
            {"name": "093065001234"},
            "A name has letters, spaces, dots and dashes only. Leave out all other signs.",
        ),
        ({"name": "Ba\x00"}, "A name has letters, spaces, dots and dashes only. Leave out all other signs."),
        ({"name": "Ba\u202eaB"}, "A name has letters, spaces, dots and dashes only. Leave out all other signs."),
        ({"name": "B" * 151}, "This name is too long. Shorten it to 150 characters."),
        ({"birth_day": ""}, "Enter day, month and year of birth."),
        ({"birth_day": "30", "birth_month": "2"}, "This date does not exist. Enter it like 27 3 1965."),
        ({"birth_month": "13"}, "Check the month: it is a number from 1 to 12."),
        ({"birth_year": "65"}, "Enter the year with 4 digits, for example 1965."),
        ({"birth_year": "2065"}, LIFE),
        ({"birth_year": "1899"}, LIFE),
        ({"birth_month": "March"}, "Enter the date of birth in digits, like 27 3 1965."),
        ({"birth_day": "27.", "birth_month": " 3"}, None),
        ({"national_id": ""}, "Enter the 12-digit number of your identity card."),
        ({"national_id": "12 chữ số"}, "Enter the 12 digits of your identity card, digits only."),
        ({"national_id": "362012345"}, OLD_ID),
        ({"national_id": "09306500123"}, "The identity number has 12 digits. Check it against your card."),
        ({"national_id": "9" * 41}, "The identity number has 12 digits. Check it against your card."),
        ({"national_id": "093165001234"}, None),  # a woman born in 1965
        ({"national_id": "093066001234"}, NO_FIT),
        ({"national_id": "093265001234"}, NO_FIT),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_wrong_field_is_told_and_nothing_typed_is_lost(
    person: Person, wrong: dict[str, str], message: str | None
) -> None:
    person.prove("register")
    person.submit(kind="citizen")
    typed = MAN_OF_1965 | wrong
    person.submit(**typed)
    if message is None:
        assert person.place == "consent"
        return
    assert (person.place, person.page.errors) == ("citizen", [message])
    kept = person.fields()
    assert {name: kept[name].strip() for name in typed} == {name: text.strip() for name, text in typed.items()}
    person.submit(**MAN_OF_1965)
    assert person.place == "consent"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"tax_code": "0100109107"},
            "A digit of the tax code is probably wrong. Check it against the registration.",
        ),
        (
            {"tax_code": "09316500012O"},
            "Enter the tax code as it is on the registration: 10, 12 or 13 digits.",
        ),
        ({"tax_code": "01001091"}, "Enter the tax code as it is on the registration: 10, 12 or 13 digits."),
        ({"representative": ""}, "Enter the representative's full name."),
        ({"national_id": "1"}, "The identity number has 12 digits. Check it against your card."),
        ({"tax_code": "0100109106-001"}, None),
        ({"tax_code": "093 065 001 234", "national_id": "093065001234"}, None),
        (
            {"tax_code": "093 065 001 234", "national_id": "093065001235"},
            "A tax code of 12 digits is the owner's identity number. Check both numbers.",
        ),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_organisation_is_told_what_is_wrong(person: Person, wrong: dict[str, str], message: str | None) -> None:
    person.prove("register")
    person.submit(kind="organisation")
    person.submit(**(COOPERATIVE | wrong))
    assert person.page.errors == ([message] if message else [])
    assert person.place == ("organisation" if message else "consent")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0168 123 4567", OLD_NUMBER),
        ("0293 3878 888", "Text messages do not reach this number. Enter a mobile number."),
        ("+1 202 555 0123", FOREIGN),
        ("090 123 45", "Enter your mobile number: 10 digits that begin with 0, for example 0912 345 678."),
        ("", "Enter your mobile phone number."),
        ("9" * 41, "Enter your mobile number: 10 digits that begin with 0, for example 0912 345 678."),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_number_that_gets_no_code_is_told_why(person: Person, typed: str, message: str) -> None:
    person.choose("register")
    person.submit(number=typed)
    assert (person.place, person.page.errors) == ("register", [message])
    assert person.fields()["number"] == typed


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_all_faults_of_a_page_are_told_at_once(person: Person) -> None:
    person.prove("register")
    person.submit(kind="citizen")
    for wrong, faults in (
        ({"birth_day": "31", "birth_month": "2", "national_id": "12"}, 2),
        ({"name": "", "national_id": "12"}, 2),
        ({"name": "", "birth_year": "65", "national_id": ""}, 3),
        ({"name": "", "national_id": "093066001234"}, 2),
    ):
        person.submit(**(MAN_OF_1965 | wrong))
        assert (person.place, len(person.page.errors)) == ("citizen", faults)
    person.visit("who")
    person.submit(kind="organisation")
    person.submit(**(COOPERATIVE | {"name": "", "tax_code": "1", "national_id": "1"}))
    assert len(person.page.errors) == 3
    person.visit("call-back")
    person.submit(name="", number="0912", best_time="any")
    assert len(person.page.errors) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_names_are_taken_as_they_are_registered(person: Person) -> None:
    person.prove("register")
    person.submit(kind="organisation")
    for name in ("<b>", "Sao Mai\u202e", '"+"'):
        person.submit(**(COOPERATIVE | {"name": name}))
        assert person.page.errors[0].startswith("The name of an organisation has letters, digits")
    for name in (
        'Công ty TNHH "Sao Mai"',
        "“Sao Mai”",
        "Sao Mai – Hậu Giang",
        "A+B",
        "HKD Số 1: Bà Sáu",
        "Thịnh & Phát (24/7)",
    ):
        person.visit("organisation")
        person.submit(**(COOPERATIVE | {"name": name}))
        assert (person.place, person.page.errors) == ("consent", [])
    person.visit("who")
    person.submit(kind="citizen")
    person.submit(**(MAN_OF_1965 | {"name": "H’Hen Niê"}))
    person.visit("citizen")
    assert person.fields()["name"] == "H'Hen Niê"


def test_an_unknown_province_only_warns(person: Person) -> None:
    person.reach_check(national_id="003065001234")
    assert "We do not know the province code" in person.page.text
    person.submit()
    assert person.place == "registered"


def test_each_answer_has_a_link_to_change_it(person: Person, database: Database) -> None:
    person.reach_check()
    links = [link.get("href") for link in person.page.all("a") if link.text.startswith("Change")]
    assert links == ["/onboarding/register", *["/onboarding/citizen"] * 3]
    person.client.visit(links[1])
    assert person.fields()["name"] == "Nguyễn Văn Ba"
    person.submit(name="Nguyễn Văn Bốn")
    person.submit()
    assert "Nguyễn Văn Bốn" in person.page.text
    person.submit()
    assert [made["name"] for made in accounts(database)] == ["Nguyễn Văn Bốn"]


def test_a_changed_number_is_proven_before_the_account_is_made(person: Person, database: Database) -> None:
    person.reach_check()
    person.number = OTHER
    person.visit("register")
    person.submit(number=OTHER)
    person.visit("check-answers")
    assert person.place == "register-code"
    person.enter_code()
    person.submit()
    person.submit()
    person.submit()
    person.submit()
    assert person.place == "registered"
    assert [made["numbers"] for made in accounts(database)] == [[OTHER]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_somebody_born_today_is_no_day_too_late(person: Person, clock: MovableClock) -> None:
    clock.set(datetime(2026, 11, 23, 20, 0, tzinfo=UTC))  # three in the morning of the 24th in Vietnam
    person.prove("register")
    person.submit(kind="citizen")
    born = {"birth_month": "11", "birth_year": "2026", "national_id": "093226001234"}
    person.submit(**(MAN_OF_1965 | born | {"birth_day": "25"}))
    assert person.page.errors == ["Check the date of birth: it lies between 1900 and today."]
    person.submit(birth_day="24")
    assert person.place == "consent"
