"""Going on later or elsewhere: only who proves the number again sees what was typed."""

import re

import pytest

from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person, accounts


def half_way(person: Person) -> str:
    """Up to the consent; returns the support code."""
    person.prove("register")
    person.submit(kind="citizen")
    person.submit(**MAN_OF_1965)
    assert person.place == "consent"
    return person.page.support_code


def resume(person: Person, support_code: str, number: str = "") -> None:
    """Ask for another journey and enter the code."""
    person.visit("resume")
    person.number = number or person.number
    person.submit(support_code=support_code, number=person.number)
    assert person.place == "resume-code"
    person.enter_code()


def test_the_picture_leads_another_device_to_the_very_place(new_person: NewPerson, database: Database) -> None:
    here, there = new_person(), new_person()
    code = half_way(here)
    assert "/onboarding/another-device" in [link.get("href") for link in here.page.all("a")]
    here.visit("another-device")
    assert here.page.all("svg")
    assert code in here.page.text
    assert "/onboarding/resume" in [link.get("href") for link in there.page.all("a")], (
        "the question leads there, too"
    )
    there.visit(f"resume?support_code={code}")
    assert there.fields()["support_code"] == code
    there.submit(number=there.number)
    there.enter_code()
    assert (there.place, there.page.support_code) == ("consent", code)
    there.submit(consent="y")
    there.submit()
    assert there.place == "registered"
    assert [made["name"] for made in accounts(database)] == ["Nguyễn Văn Ba"]
    here.visit("consent")
    assert here.place == "account"


@pytest.mark.parametrize("spelling", ["HG-{}-{}", " hg {}{} ", "{} {}"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_support_code_may_be_written_in_any_way(new_person: NewPerson, spelling: str) -> None:
    here, there = new_person(), new_person()
    code = half_way(here)
    _, one, two = code.split("-")
    resume(there, spelling.format(one.lower(), two))
    assert there.place == "consent"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_support_code_is_told_before_a_message_is_sent(person: Person) -> None:
    person.visit("resume")
    for nonsense in ("HG", "HG-7K3M-92Q", "HG-7K3M-92QO", "7" * 41):
        person.submit(support_code=nonsense, number=person.number)
        assert (person.place, len(person.page.errors)) == ("resume", 1)
        assert "HG-7K3M-92QX" in person.page.errors[0]
    assert person.inbox.messages(person.number) == []
    person.submit(support_code="HG", number="0912")
    assert len(person.page.errors) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_support_code_can_be_corrected(person: Person) -> None:
    resume(person, "HG-2222-2222")
    assert person.place == "not-found"
    person.submit()
    assert (person.place, person.fields()["support_code"]) == ("resume", "HG-2222-2222")


def test_wrong_code_and_foreign_code_look_alike(new_person: NewPerson) -> None:
    here = new_person()
    code = half_way(here)
    seen = []
    for support_code in (code, "HG-2222-2222"):
        stranger = new_person(OTHER)
        resume(stranger, support_code, f"+8491234567{len(seen)}")
        assert stranger.place == "not-found"
        seen.append(re.sub(r'value="[^"]{20,}"|HG-\w{4}-\w{4}', "", stranger.client.response.text))
    assert seen[0] == seen[1]
    assert "Nguyễn" not in seen[0]
    here.visit("consent")
    assert here.place == "consent"


def test_an_idle_journey_asks_to_prove_again_and_keeps_what_was_typed(
    person: Person, clock: MovableClock, database: Database
) -> None:
    code = half_way(person)
    person.visit("citizen")
    clock.advance(seconds=899)
    person.visit("citizen")
    assert person.place == "citizen"
    clock.advance(seconds=1)
    person.submit(name="Nguyễn Văn Bốn")
    assert (person.place, person.fields()["support_code"]) == ("resume", code)
    for step in ("citizen", "consent", "check-answers", "register"):
        person.visit(step)
        assert person.place == "resume"
        assert "Nguyễn" not in person.client.response.text
    person.submit(number=person.number)
    person.enter_code()
    assert (person.place, person.page.support_code) == ("consent", code)
    person.visit("citizen")
    assert person.fields()["name"] == "Nguyễn Văn Bốn"
    person.submit()
    person.submit(consent="y")
    person.submit()
    assert [made["name"] for made in accounts(database)] == ["Nguyễn Văn Bốn"]


@pytest.mark.parametrize("step", ["resume", "call-back", "account"])
def test_nothing_a_stranger_enters_wakes_an_idle_journey(person: Person, clock: MovableClock, step: str) -> None:
    half_way(person)
    clock.advance(minutes=15)
    person.visit(step)
    answers = {"resume": {"number": "1"}, "call-back": {"name": "B"}, "account": {"answer": "phone"}}
    person.submit(**answers[step])
    for private in ("citizen", "check-answers", "consent"):
        person.visit(private)
        assert person.place not in ("citizen", "check-answers", "consent")
        assert "Nguyễn" not in person.client.response.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_slip_on_the_page_that_proves_again_loses_nothing(person: Person, clock: MovableClock) -> None:
    code = half_way(person)
    clock.advance(minutes=16)
    person.submit(consent="y")
    assert person.place == "resume"
    assert "The page was left alone for a while. What you entered is kept." in person.page.text
    for number in ("", "123"):
        person.submit(number=number)
        assert (person.place, person.page.support_code) == ("resume", code)
        assert person.fields()["support_code"] == code
    person.submit(number=person.number)
    person.enter_code()
    assert (person.place, person.page.support_code) == ("consent", code)


def test_another_persons_number_does_not_open_an_idle_journey(person: Person, clock: MovableClock) -> None:
    code = half_way(person)
    clock.advance(minutes=20)
    resume(person, code, OTHER)
    assert person.place == "not-found"
    person.visit("citizen")
    assert "Nguyễn" not in person.client.response.text


def test_who_resumes_the_journey_already_at_hand_just_goes_on(person: Person, clock: MovableClock) -> None:
    code = half_way(person)
    clock.advance(minutes=2)
    resume(person, code)
    assert (person.place, person.page.support_code) == ("consent", code)
    person.submit(consent="y")
    person.submit()
    assert person.place == "registered"


def test_a_detour_to_another_journey_leaves_the_code_page_its_number(person: Person, clock: MovableClock) -> None:
    person.ask_code("register")
    code = person.code()
    clock.advance(minutes=2)
    person.visit("resume")
    person.submit(support_code="HG-2222-2222", number=OTHER)
    assert person.place == "resume-code"
    person.visit("register-code")
    assert "0901 234 567" in person.page.text
    person.submit(code=code)
    assert person.place == "who"


def test_a_finished_journey_cannot_be_resumed(new_person: NewPerson, clock: MovableClock) -> None:
    here = new_person()
    here.register()
    code = here.page.support_code
    clock.advance(minutes=2)
    there = new_person()
    resume(there, code)
    assert there.place == "not-found"
