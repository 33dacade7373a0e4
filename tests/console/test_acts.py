"""What staff do for a person: by role, with a reason, told by message, kept in the trail."""

from collections.abc import Callable

import pytest

from onboarding.db import Database
from tests.clock import MovableClock
from tests.console.people import ENGLISH, account_id, address, journey_id, open_page, trail
from tests.journey.people import NUMBER, OTHER, NewPerson, Person
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def offered(staff: Visitor) -> set[str]:
    """The acts that the page offers."""
    acts = {f.get("action").rpartition("/")[2] for f in staff.page.all("form") if f.get("method") == "post"}
    return acts - {"sign-out", "reveal"}


def wrong(person: Person, times: int = 5) -> None:
    """Enter wrong codes."""
    sent = {message["code"] for message in person.inbox.messages(person.number)}
    code = next(code for code in ("123456", "654321", "111111") if code not in sent)
    for _ in range(times):
        person.submit(code=code)


def test_a_code_is_sent_again_and_the_citizen_gets_through(
    person: Person, as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    code = person.ask_code("register").support_code
    first, journey = person.code(), journey_id(database, code)
    helper = as_role("helper")
    open_page(helper, "journeys", journey)
    assert offered(helper) == {"resend"}
    page = helper.submit(form="/resend", reason="nothing has come")
    assert "No code can be sent now" in page.text, "the wait of P07 holds for staff too"
    assert trail(database)[1:] == []
    clock.advance(seconds=31)
    page = helper.submit(form="/resend", reason="nothing has come")
    assert "The code is on its way." in page.text
    assert trail(database)[1:] == [("code-resent", "nothing has come")]
    second = person.code()
    assert second != first
    assert second not in helper.response.text
    assert person.submit(code=second).heading == "Who is the account for?"
    page = helper.visit(address("journeys", journey) + ENGLISH)
    assert "resend" not in offered(helper)


@ONE
def test_staff_cannot_send_more_codes_than_anybody(
    person: Person, as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    code = person.ask_code("phone").support_code
    helper, sent = as_role("helper"), 1
    for _ in range(7):
        clock.advance(minutes=3)
        open_page(helper, "journeys", journey_id(database, code))
        sent += "on its way" in helper.submit(form="/resend", reason="nothing has come").text
    assert sent == 5


@ONE
def test_P09_a_desk_serves_many_citizens_in_a_minute_and_each_keeps_their_own_limit(
    new_person: NewPerson, as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    helper = as_role("helper")
    people = [new_person(f"+8490123450{n}") for n in range(4)]
    journeys = [journey_id(database, person.ask_code("register").support_code) for person in people]
    clock.advance(seconds=31)
    for journey in journeys:
        open_page(helper, "journeys", journey)
        assert "The code is on its way." in helper.submit(form="/resend", reason="nothing has come").text
    neighbours = [new_person(f"+8490123451{n}") for n in range(3)]
    for person in neighbours:
        person.client.environ_base["REMOTE_ADDR"] = people[0].client.environ_base["REMOTE_ADDR"]
    assert [person.ask_code("register").heading for person in neighbours][-1] != "Enter the code"


def test_a_lock_is_shown_ended_and_told(
    new_person: NewPerson, as_role: AsRole, database: Database, inbox: Inbox
) -> None:
    new_person().register()
    stranger = new_person()
    stranger.ask_code("phone")
    wrong(stranger)
    helper, account = as_role("helper"), account_id(database)
    page = open_page(helper, "accounts", account)
    assert "Locked until 23 Nov 2026, 09:10. Wrong codes in a row: 5, the last at 23 Nov 2026, 09:00." in page.text
    page = helper.submit(form="/unlock", reason="mistyped, knows the account")
    assert "The locks are ended." in page.text
    assert "Locked until" not in page.text.partition("The whole story")[0]
    assert "mo khoa" in inbox.messages(NUMBER)[0]["text"]
    assert trail(database)[-1] == ("unlocked", "mistyped, knows the account")
    wrong(stranger, 1)
    assert "Too many wrong codes" not in stranger.page.text


@ONE
def test_unlocking_leaves_what_was_counted(
    new_person: NewPerson, as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    new_person().register()
    stranger, helper, account = new_person(), as_role("helper"), account_id(database)
    stranger.ask_code("phone")
    wrong(stranger)
    open_page(helper, "accounts", account)
    helper.submit(form="/unlock", reason="first time")
    clock.advance(minutes=6)
    stranger.ask_code("phone")
    wrong(stranger)
    page = helper.visit(address("accounts", account) + ENGLISH)
    assert "Locked until 23 Nov 2026, 09:36" in page.text, "the second lock is the longer one"
    assert "Wrong codes in a row: 10, the last at 23 Nov 2026, 09:06." in page.text


@ONE
def test_all_sessions_are_ended(person: Person, as_role: AsRole, database: Database, inbox: Inbox) -> None:
    person.register()
    helper = as_role("helper")
    open_page(helper, "accounts", account_id(database))
    assert offered(helper) == {"end-sessions"}
    helper.submit(form="/end-sessions", reason="lost the telephone")
    assert offered(helper) == set()
    assert not person.client.visit("/account").having("data-account-state")
    assert "dang xuat" in inbox.messages(NUMBER)[0]["text"]


def test_a_supervisor_suspends_and_reinstates_and_a_helper_does_not(
    person: Person, as_role: AsRole, database: Database, inbox: Inbox, clock: MovableClock
) -> None:
    person.register()
    account, helper, supervisor = account_id(database), as_role("helper"), as_role("supervisor")
    open_page(helper, "accounts", account)
    open_page(supervisor, "accounts", account)
    token = next(e.get("value") for e in helper.page.all("input") if e.get("name") == "csrf_token")
    fields = {"csrf_token": token, "reason": "because"}
    assert helper.post(address("accounts", account, "suspend"), data=fields).status_code == 403
    clock.advance(seconds=1)  # the message of the registration came before
    supervisor.submit(form="/suspend", reason="the number was stolen")
    assert "suspended (the number was stolen)" in supervisor.page.text
    assert "The account is suspended." in supervisor.page.text
    colleague = as_role("supervisor", "Colleague")
    open_page(colleague, "accounts", account)
    colleague.submit(form="/reinstate", reason="was a mistake")
    page = supervisor.visit(address("accounts", account) + f"{ENGLISH}&done=suspend")
    assert "The account is suspended." not in page.text, "loaded anew, it says only what is still so"
    supervisor.submit(form="/suspend", reason="was none")
    assert "tam khoa" in inbox.messages(NUMBER)[0]["text"]
    assert not person.client.visit("/account").having("data-account-state")
    clock.advance(minutes=2)
    assert person.sign_in().heading == "This account is suspended"
    supervisor.submit(form="/reinstate", reason="the number is back")
    clock.advance(minutes=2)
    assert person.sign_in().having("data-account-state")
    told = [kind for kind, _ in trail(database)]
    assert told[2:] == ["suspended", "person-opened", "reinstated", "suspended", "reinstated"]


@ONE
def test_B30_an_act_needs_a_reason_of_one_plain_line_without_a_number(
    person: Person, as_role: AsRole, database: Database
) -> None:
    person.register()
    helper = as_role("helper")
    open_page(helper, "accounts", account_id(database))
    for reason in ("", "x", "call 0901234567", "y" * 301, "a\u202eb", "a\x1b[2Jb", "a\x00b"):
        page = helper.submit(form="/end-sessions", reason=reason)
        assert "Say why" in page.text
    assert person.client.visit("/account").having("data-account-state")
    assert len(trail(database)) == 1


@ONE
def test_what_was_typed_stays_where_an_act_is_not_done(
    person: Person, as_role: AsRole, database: Database
) -> None:
    person.register()
    staff = as_role("supervisor")
    open_page(staff, "accounts", account_id(database))
    page = staff.submit(form="/change-number", number=NUMBER, reason="lost it")
    assert page.errors == ["This number belongs to an account already."]
    assert [e.get("name") for e in page.having("aria-invalid")] == ["number"]
    opened = [e.get("value") for e in page.all("input") if e.inside("details") in page.having("open")]
    assert opened[1:] == [NUMBER, "lost it"]
    page = staff.submit(form="/change-number", number=OTHER, reason="")
    assert [e.get("name") for e in page.having("aria-invalid")] == ["reason"]
