"""Đã có tài khoản bằng Số Điện thoại: signed in, or led on, and no stranger learns who has an account."""

import pytest
from sqlalchemy import select, update

from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person, alike


def sign_ins(database: Database) -> list[str]:
    """How people signed in, in order."""
    with database.transaction(write=False) as db:
        return list(db.scalars(select(SignIn.how).order_by(SignIn.started_at, SignIn.how.desc())))


def test_an_owner_signs_in(new_person: NewPerson, database: Database) -> None:
    new_person().register()
    owner = new_person()
    owner.sign_in()
    assert owner.client.path == "/account"
    assert sign_ins(database) == ["registration", "phone"]


def test_known_and_unknown_numbers_look_alike_until_the_code(new_person: NewPerson) -> None:
    new_person().register()
    known, unknown = new_person(), new_person(OTHER)
    seen: list[list[object]] = [[], []]
    for n, person in enumerate((known, unknown)):
        person.choose("phone")
        for send in ({"number": person.number}, {"code": "12345"}, {"code": "000000"}, {"resend": "1"}):
            person.visit(person.place)
            answer = person.send(person.place, person.fields() | send)
            seen[n] += [answer.status, sorted(answer.headers.keys()), alike(answer.text)]
            if answer.location:
                person.client.visit(answer.location)
    assert seen[0] == seen[1]
    texts = [
        person.inbox.messages(person.number)[0]["text"].replace(person.code(), "") for person in (known, unknown)
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_has_lost_the_number_finds_help_on_every_page_of_the_way(person: Person) -> None:
    for go_on in (lambda: person.choose("phone"), lambda: person.submit(number=person.number), person.enter_code):
        links = {link.text: link.get("href") for link in go_on().all("a")}
        assert links["I no longer use my old number"] == "/onboarding/call-back?reason=lost-number", person.place
    assert person.place == "no-account"
    person.ask_code("register")
    assert "I no longer use my old number" not in person.page.text


def test_an_unknown_number_goes_on_to_register_without_a_second_code(person: Person, database: Database) -> None:
    person.prove("phone")
    assert person.place == "no-account"
    messages = len(person.inbox.messages(person.number))
    person.submit()
    person.submit(kind="citizen")
    person.submit(**MAN_OF_1965)
    person.submit(consent="y")
    person.submit()
    assert person.place == "registered"
    assert len(person.inbox.messages(person.number)) == messages + 1  # the welcome
    assert sign_ins(database) == ["registration"]


def test_a_suspended_account_is_told_so_after_the_code_only(new_person: NewPerson, database: Database) -> None:
    new_person().register()
    with database.transaction() as db:
        db.execute(update(Account).values(state="suspended"))
    owner = new_person()
    owner.ask_code("phone")
    assert owner.place == "phone-code"
    owner.enter_code()
    assert owner.place == "suspended"
    owner.submit()
    assert owner.place == "call-back"
    assert owner.client.visit("/account").heading != "My account"
    assert sign_ins(database) == ["registration"]


def test_a_second_sign_in_of_the_same_browser_works(new_person: NewPerson, clock: MovableClock) -> None:
    owner = new_person()
    owner.register()
    for _ in range(2):
        clock.advance(minutes=5)
        owner.sign_in()
        assert owner.client.path == "/account"


@pytest.mark.parametrize("step", ["check-answers", "citizen", "register", "registered", "account", "call-back"])
def test_after_signing_out_the_next_person_at_this_device_sees_nothing(person: Person, step: str) -> None:
    person.register()
    person.client.visit("/account")
    code = person.page.support_code
    person.submit(form="sign-out")
    person.visit(step)
    text = person.client.response.text
    for personal in ("Nguyễn", "093065001234", "0901234567", "0901 234 567", "+84901234567", "1965"):
        assert personal not in text
    assert person.page.support_code != code
    assert person.client.visit("/account").heading != "My account"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_finished_request_for_a_call_shows_nothing_to_the_next_person(person: Person) -> None:
    person.visit("call-back")
    person.submit(name="Nguyễn Văn Ba", number="0901234567", best_time="any")
    person.visit("call-back")
    assert "Nguyễn" not in person.client.response.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_code_page_tells_what_became_of_the_message(person: Person) -> None:
    person.ask_code("phone")
    assert "The message is on its way." in person.page.text
    person.code()
    person.visit("phone-code")
    assert "The message has been sent." in person.page.text
