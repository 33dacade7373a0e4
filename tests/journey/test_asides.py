"""What the scripts of the pages ask for: the state of a message, more time, and a place for what is typed."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from werkzeug.test import TestResponse

from onboarding.accounts.journeys import Journey
from onboarding.db import Database
from onboarding.sms.outbox import Message
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(person: Person, address: str, **sent: Any) -> TestResponse:
    """What the page's script asks for; the page stays in front of this person."""
    return FlaskClient.open(person.client, f"/onboarding/{address}", **sent)


def told(person: Person) -> str:
    """What the page's script is told of the message."""
    return ask(person, "phone-code/message").text


def post(person: Person, step: str, aside: str, **fields: str) -> TestResponse:
    """What the page's script sends beside the page: the whole form."""
    return ask(person, f"{step}/{aside}", method="POST", data=person.fields() | fields)


def became(database: Database, state: str, reason: str | None = None) -> None:
    """The network reports what became of every message."""
    with database.transaction() as db:
        db.execute(update(Message).values(state=state, reason=reason))


def test_the_script_is_told_what_the_page_would_say(person: Person, database: Database) -> None:
    person.ask_code("phone")
    assert "The message is on its way." in told(person)
    person.code()
    assert "The message has been sent." in told(person)
    assert "data-final" not in told(person)
    for state, reason, sentence in (
        ("delivered", None, "has arrived on the telephone"),
        ("failed", "unreachable", "switched off or has no signal"),
        ("dropped", None, "was not sent in time"),
    ):
        became(database, state, reason)
        assert sentence in told(person)
        assert "data-final" in told(person)
        assert sentence in person.visit("phone-code").text


def test_asking_takes_two_statements_and_writes_nothing(person: Person, app: Flask, clock: MovableClock) -> None:
    person.ask_code("phone")
    clock.advance(minutes=1)
    statements: list[str] = []
    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
    assert told(person)
    assert [sql.split()[0] for sql in statements if not sql.startswith("BEGIN")] == ["SELECT", "SELECT"]


@ONE
def test_nobody_is_told_of_a_message_that_is_not_theirs(new_person: NewPerson) -> None:
    owner, stranger = new_person(), new_person(OTHER)
    owner.ask_code("phone")
    answer = ask(stranger, "phone-code/message")
    assert (answer.status_code, answer.text) == (204, "")
    assert told(owner)
    assert [ask(owner, f"{step}/message").text for step in ("register-code", "phone", "account")] == [""] * 3
    assert ask(owner, "nonsense/message").status_code == 404
    owner.enter_code()
    assert told(owner) == "", "the code is entered"


@ONE
def test_the_page_says_what_else_there_is(person: Person) -> None:
    page = person.ask_code("register")
    links = {link.text: link.get("href") for link in page.all("a")}
    assert links["See whether the message has arrived"] == "/onboarding/register-code"
    assert links["Use another number"] == "/onboarding/register"
    assert links["Sign in with a USB token"] == "/onboarding/account?answer=usb"
    assert links["Ask us to call you"] == "/onboarding/call-back"
    assert "an earlier code works as well" in page.text
    assert [line.get("data-countdown") for line in page.having("data-countdown")] == ["resend"]


@ONE
@pytest.mark.parametrize("way", ["register", "phone"])
def test_a_number_that_was_typed_here_is_shown_until_its_person_has_left(
    person: Person, clock: MovableClock, way: str
) -> None:
    person.ask_code(way)
    assert "0901 234 567" in person.visit(f"{way}-code").text
    clock.advance(minutes=15)
    page = person.visit(f"{way}-code")
    assert "0901 234 567" not in page.text
    assert "567" in page.text


@ONE
def test_the_page_says_nothing_of_a_message_whose_code_is_over(person: Person, clock: MovableClock) -> None:
    person.ask_code("phone")
    code = person.code()
    clock.advance(minutes=11)
    person.submit(code=code)
    for page in (person.page, person.visit("phone-code")):
        assert "message has been sent" not in page.text
        assert "an earlier code works" not in page.text
        assert "A new code" in page.text
    person.submit(resend="1")
    assert "The message is on its way" in person.page.text
    code = person.code()
    for _ in range(5):
        person.submit(code="000000" if code != "000000" else "111111")
    assert "This number can be used again at 09:21" in person.page.errors[0]
    assert "You can have a new code from 09:21 on" in person.visit("phone-code").text
    assert not person.page.having("data-message")


@ONE
def test_a_long_wait_is_told_by_the_clock(person: Person, clock: MovableClock) -> None:
    person.ask_code("phone")
    for _ in range(5):
        clock.advance(minutes=3)
        person.submit(resend="1")
    page = person.visit("phone-code")
    assert not page.having("data-countdown")
    assert "You can have a new code from 10:00 on." in page.text  # the first was sent at nine


@ONE
def test_a_wait_until_tomorrow_is_told_with_its_day(person: Person, clock: MovableClock) -> None:
    person.ask_code("phone")
    for _ in range(10):
        clock.advance(hours=1)
        person.submit(resend="1")
    assert "Ask again at 09:00, 24/11" in person.page.text


def left(person: Person) -> str:
    """Until when the page says it stays open."""
    return next((time.text for time in person.page.having("data-until")), "")


def test_only_the_page_of_a_known_person_says_until_when_it_stays_open(person: Person) -> None:
    person.ask_code("register")
    assert left(person) == ""
    person.enter_code()
    assert left(person) == "09:15"
    assert "This page stays open until 09:15 if nothing is done on it." in person.page.text
    assert [line.get("data-left") for line in person.page.having("data-left")] == ["900"]
    person.visit("account")
    assert left(person) == "", "a page that shows nothing of anybody"


def test_one_press_keeps_the_page_open_for_its_whole_time(person: Person, clock: MovableClock) -> None:
    person.prove("register")
    clock.advance(minutes=14, seconds=59)
    assert post(person, "who", "stay").get_json() == {"seconds": 900, "until": "09:29", "warning": 150}
    clock.advance(minutes=14, seconds=59)
    person.visit("who")
    assert person.place == "who"
    clock.advance(seconds=1)
    person.visit("who")
    assert person.place == "resume"


def test_a_page_that_has_ended_is_not_woken_up(person: Person, clock: MovableClock) -> None:
    person.prove("register")
    clock.advance(minutes=15)
    assert post(person, "who", "stay").get_json()["seconds"] == 0
    person.visit("who")
    assert person.place == "resume"
    assert "everything that you entered is still there" in person.page.text


def test_what_is_typed_is_kept_when_the_end_is_announced(
    person: Person, clock: MovableClock, database: Database
) -> None:
    person.prove("register")
    person.submit(kind="citizen")
    clock.advance(minutes=13)
    assert post(person, "citizen", "typed", **MAN_OF_1965).status_code == 204
    with database.transaction(write=False) as db:
        assert db.scalar(select(Journey.last_at)) != clock.now(), "it is as idle as it was"
    clock.advance(minutes=2)
    person.visit("citizen")
    assert person.place == "resume"
    person.submit(number=person.number)
    person.enter_code()
    assert person.place == "citizen"
    assert person.fields().items() >= MAN_OF_1965.items()


@ONE
@pytest.mark.parametrize("aside", ["typed", "stay"])
def test_who_has_not_proven_anything_has_no_page_to_keep(new_person: NewPerson, aside: str) -> None:
    person, stranger = new_person(), new_person(OTHER)
    person.ask_code("register")
    assert post(person, "register-code", aside).status_code == 404
    assert post(stranger, "who", aside).status_code == 404
    person.enter_code()
    assert ask(person, f"who/{aside}", method="POST").status_code == 403
    assert ask(person, f"who/{aside}").status_code == 405
