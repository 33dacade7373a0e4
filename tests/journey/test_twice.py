"""A form sent twice, one after the other or at once, even across a new token, has one effect."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, NewPerson, Person, rows

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SPEED = 6  # at once


def at_once(person: Person, step: str, fields: dict[str, str]) -> list[Any]:
    """The same form from the same browser, sent by several threads at the same moment."""
    cookie = person.client.get_cookie("session")
    assert cookie is not None
    start = Barrier(SPEED)

    def send(_n: int) -> Any:
        other = person.client.application.test_client()
        other.environ_base.update(person.client.environ_base)
        other.set_cookie("session", cookie.value)
        other.set_cookie("language", "en")
        start.wait()
        return other.post(f"/onboarding/{step}", data=fields)

    with ThreadPoolExecutor(SPEED) as threads:
        return list(threads.map(send, range(SPEED)))


WAYS = {
    "account": ({"answer": "register"}, lambda person: person.visit("account")),
    "register": ({"number": "0901234567"}, lambda person: person.choose("register")),
    "citizen": (MAN_OF_1965, lambda person: (person.prove("register"), person.submit(kind="citizen"))),
    "check-answers": ({}, lambda person: person.reach_check()),
}


@pytest.mark.parametrize("step", WAYS)
def test_A08_a_form_sent_twice_or_at_once_is_answered_once(person: Person, database: Database, step: str) -> None:
    fields, walk = WAYS[step]
    walk(person)
    messages = len(person.inbox.messages(person.number))
    form = person.fields() | fields
    answers = at_once(person, step, form)
    answers.append(person.send(step, form))
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert answers[0].status_code == 303
    assert rows(database, Journey) == 1
    assert rows(database, Account) == rows(database, SignIn) == int(step == "check-answers")
    sent = {"register": 1, "check-answers": 1}.get(step, 0)
    assert len(person.inbox.messages(person.number)) == messages + sent


@pytest.mark.parametrize("answer", ["register", "phone"])
def test_the_code_sent_twice_or_at_once_works_once_and_signs_in_one_browser(
    new_person: NewPerson, database: Database, clock: MovableClock, answer: str
) -> None:
    new_person().register()
    clock.advance(minutes=2)
    person = new_person("+84912345678" if answer == "register" else "+84901234567")
    before = rows(database, SignIn)
    person.ask_code(answer)
    step, form = person.place, person.fields() | {"code": person.code()}
    answers = at_once(person, step, form)
    answers.append(person.send(step, form))
    there = "/onboarding/who" if answer == "register" else "/account"
    assert {answer.location for answer in answers} == {there}
    tokens = {
        cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie") if "session=" in cookie
    }
    assert len(tokens) == 1
    assert rows(database, SignIn) == before + (answer == "phone")
    person.client.visit(answers[0].location)
    assert person.client.path == ("/onboarding/who" if answer == "register" else "/account")


@ONE
def test_a_refused_form_sent_twice_counts_one_try(person: Person) -> None:
    person.ask_code("register")
    form = person.fields() | {"code": "000000" if person.code() != "000000" else "111111"}
    first, second = (person.send("register-code", form).text for _ in range(2))
    assert "You can try 4 more times" in first
    assert "You can try 4 more times" in second
    person.visit("register-code")
    person.submit(code=form["code"])
    assert "You can try 3 more times" in person.page.text


def test_the_same_form_with_other_content_is_asked_again_with_what_was_typed(person: Person) -> None:
    person.prove("register")
    person.submit(kind="citizen")
    form = person.fields() | MAN_OF_1965
    person.send("citizen", form)
    answer = person.send("citizen", form | {"name": "Nguyễn Văn Bốn"})
    assert answer.status_code == 422
    assert "already sent with other content" in person.page.errors[0]
    assert person.fields()["name"] == "Nguyễn Văn Bốn"
    assert person.fields()["form_id"] != form["form_id"]
    person.submit()
    assert person.place == "consent"
