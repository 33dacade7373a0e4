"""What waits for a second person is decided once, with a reason, or can no longer be done."""

from collections.abc import Callable

import pytest

from onboarding.accounts.approvals import AGREED
from onboarding.db import Database
from tests.clock import MovableClock
from tests.console.people import ENGLISH, account_id, address, open_page, token, trail
from tests.journey.people import OTHER, Person, accounts
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ONE
def test_a_refusal_and_the_end_of_a_day_leave_everything_as_it_was(
    person: Person, two: tuple[Visitor, Visitor], as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    person.register()
    first, second = two
    open_page(first, "accounts", account_id(database))
    first.submit(form="/close-account", reason="wishes to leave")
    second.visit(f"/console/approvals{ENGLISH}")
    assert second.submit(form="/refuse", reason="ask 0901234567").errors, "no reason that can be kept"
    assert second.page.having("aria-invalid")[0].get("value") == "ask 0901234567", "what was typed is kept"
    second.submit(form="/refuse", reason="nobody came to the desk")
    assert "You have refused it." in second.page.text
    story = first.visit(address("accounts", account_id(database)) + ENGLISH).text
    told = "A second person refused: close and erase the account. Supervisor Ba: nobody came to the desk"
    assert told in story
    first.submit(form="/close-account", reason="wishes to leave")
    clock.advance(hours=24, seconds=1)
    third = as_role("supervisor", "Supervisor Tu")
    assert not [f for f in third.visit("/console/approvals").all("form") if f.get("action").endswith("/approve")]
    assert [row["state"] for row in accounts(database)] == ["active"]


@ONE
def test_what_can_no_longer_be_done_or_decided_says_so_and_leaves_the_list(
    person: Person, two: tuple[Visitor, Visitor], database: Database
) -> None:
    person.register()
    first, second = two
    open_page(first, "accounts", account_id(database))
    first.submit(form="/close-account", reason="wishes to leave")
    for _ in range(2):
        first.submit(form="/change-number", number=OTHER, reason="lost the telephone")
    assert "This was asked for already" in first.page.text
    second.visit(f"/console/approvals{ENGLISH}")
    close, change = (f.get("action") for f in second.page.all("form") if f.get("action").endswith("/approve"))
    second.submit(form="/approve")
    assert "Nothing waits." in second.page.text
    assert "You have approved it." in second.page.text
    assert second.post(change, data={"csrf_token": token(second)}).status_code == 409
    assert "This can no longer be done" in second.page.text
    assert second.post(close, data={"csrf_token": token(second)}).status_code == 409
    assert "This was decided already" in second.page.text, "pressed in a second tab"
    given = ("approval-given", AGREED)
    assert trail(database)[-1] == given, "nothing more was approved"
