"""A person's page: opened with a reason, masked, one value in full by a recorded click."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from onboarding.accounts import usb_checks
from onboarding.db import Database
from tests.clock import MONDAY_MORNING, MovableClock
from tests.console.people import ENGLISH, account_id, address, journey_id, open_page, token, trail
from tests.journey.people import MAN_OF_1965, Person
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_opening_asks_for_a_reason_and_keeps_it(person: Person, as_role: AsRole, database: Database) -> None:
    person.register()
    staff, account = as_role("helper"), account_id(database)
    page = staff.visit(address("accounts", account) + ENGLISH)
    assert page.heading == "Why do you open this page?"
    assert trail(database) == []
    assert staff.submit(form="/open").errors == ["Choose a reason."], "without one it stays closed"
    page = staff.submit(form="/open", why="telephone", reason="his number is 0901234567")
    assert page.errors == ["Say why in a few words, without a phone or identity number."]
    assert [e.get("value") for e in page.having("checked")] == ["telephone"], "what was chosen is kept"
    assert [e.get("value") for e in page.having("aria-invalid")] == ["his number is 0901234567"]
    page = staff.submit(form="/open", why="telephone", reason="does not get the code")
    assert page.heading == "Account"
    assert trail(database) == [("person-opened", "does not get the code")]


@ONE
def test_a_reason_counts_for_fifteen_minutes_for_this_person_and_these_staff_only(
    person: Person, as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    person.register()
    account = account_id(database)
    helper, other = as_role("helper"), as_role("helper", "Another Helper")
    open_page(helper, "accounts", account)
    clock.advance(minutes=14)
    assert helper.visit(address("accounts", account)).having("data-account-state")
    assert not other.visit(address("accounts", account)).having("data-account-state")
    clock.advance(minutes=2)
    assert not helper.visit(address("accounts", account)).having("data-account-state")


@ONE
def test_the_page_asks_few_things_however_long_the_story_is(
    person: Person, as_role: AsRole, database: Database, app: Flask
) -> None:
    person.register()
    staff, account = as_role("helper"), account_id(database)
    open_page(staff, "accounts", account)
    for _ in range(5):
        staff.submit(form="/reveal")
    asked: list[str] = []
    event.listen(app.extensions["database"].engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
    staff.visit(address("accounts", account))
    assert len(asked) <= 18


@ONE
def test_the_page_is_masked_and_one_value_is_shown_by_a_recorded_click(
    person: Person, as_role: AsRole, database: Database
) -> None:
    person.register()
    staff = as_role("helper")
    open_page(staff, "accounts", account_id(database))
    for value in ("Nguyễn", "901234567", "901 234", MAN_OF_1965["national_id"], "1965-03-27"):
        assert value not in staff.response.text
    reveal = next(f for f in staff.page.all("form") if "reveal" in f.get("action"))
    fields = {"csrf_token": token(staff), "value": "phone-number"}
    staff.post(reveal.get("action"), data=fields)
    assert staff.page.having("data-revealed")[0].text == "+84901234567"
    assert MAN_OF_1965["national_id"] not in staff.response.text
    assert trail(database)[-1] == ("value-revealed", "phone-number")
    assert "+84901234567" not in staff.visit(address("accounts", account_id(database))).text


@ONE
def test_nothing_is_shown_or_done_without_a_reason(person: Person, as_role: AsRole, database: Database) -> None:
    person.register()
    staff, account = as_role("supervisor"), account_id(database)
    staff.visit(address("accounts", account))
    fields = {"csrf_token": token(staff), "value": "name", "reason": "because"}
    for act in ("reveal", "unlock", "end-sessions", "suspend", "reinstate"):
        assert staff.post(address("accounts", account, act), data=fields).status_code == 403, act
    assert trail(database) == []


@ONE
def test_who_is_not_there_is_not_found(as_role: AsRole) -> None:
    staff = as_role("helper")
    for kind in ("accounts", "journeys"):
        assert staff.get(address(kind, uuid4())).status_code == 404
    assert staff.get(f"/console/people/{uuid4()}").status_code == 404


def test_the_story_is_told_in_order_in_both_languages(person: Person, as_role: AsRole, database: Database) -> None:
    person.register()
    staff = as_role("helper")
    page = open_page(staff, "accounts", account_id(database))
    lines = [entry.text for entry in page.all("li") if entry.inside("ol") is not None]
    told = "\n".join(lines)
    for sentence in (
        "The page “Your phone number” was answered.",
        "A code was requested to register.",
        "Text message to register: handed to the gateway sandbox.",
        "The account was made, after the answer: Not registered yet.",
        "Signed in: right after registering.",
        "Staff (helper) opened this page. helper Lan: does not get the code",
    ):
        assert sentence in told, told
    assert lines[-1].endswith("does not get the code")
    vietnamese = staff.visit(address("accounts", account_id(database)) + "?lang=vi").text
    assert "09:00, 23/11/2026" in vietnamese
    assert "Tài khoản được tạo, sau câu trả lời: Chưa đăng ký." in vietnamese


def test_a_journey_without_account_has_the_same_page(person: Person, as_role: AsRole, database: Database) -> None:
    code = person.ask_code("register").support_code
    staff = as_role("helper")
    page = open_page(staff, "journeys", journey_id(database, code))
    assert page.having("data-step")[0].text == "Enter the code"
    assert "•••• ••• 567" in page.text
    assert "A code was requested to register." in page.text
    (picture,) = [drawing for drawing in page.all("svg") if drawing.get("role") == "img"]
    assert "register-code" in picture.text
    assert "call-back" not in picture.text, "only the way that was walked"
    assert "901234567" not in staff.response.text


def test_citizens_see_who_looked_when_and_why_without_a_name(
    person: Person, as_role: AsRole, database: Database
) -> None:
    code = person.ask_code("register").support_code
    open_page(as_role("supervisor"), "journeys", journey_id(database, code))
    person.enter_code()
    person.submit(kind="citizen")
    person.submit(**MAN_OF_1965)
    person.submit(consent="y")
    person.submit()
    assert "Who of our staff" in person.client.visit("/account").text, "the look at the journey"
    open_page(as_role("helper"), "accounts", account_id(database))
    page = person.client.visit("/account")
    assert "09:00 · an officer · The citizen is on the telephone" in page.text
    assert "a supervisor" in page.text
    assert "Lan" not in page.text
    looks = person.client.get("/account/data").get_json()["looked_at_by_staff"]
    assert [look["role"] for look in looks] == ["helper", "supervisor"]


@ONE
def test_what_the_computer_found_about_the_token_is_shown(
    person: Person, as_role: AsRole, database: Database
) -> None:
    code = person.ask_code("register").support_code
    journey = journey_id(database, code)
    with database.transaction() as db:
        usb_checks.record(db, MONDAY_MORNING, journey, {"bridge": "vnpt", "program": "wrong-pin"})
    page = open_page(as_role("helper"), "journeys", journey)
    assert "Answer of the program: wrong PIN" in page.text
