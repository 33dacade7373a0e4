"""What is done for a person only when a second one has approved it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from onboarding.accounts.approvals import AGREED
from onboarding.accounts.counters import Counter
from onboarding.accounts.people import Account, find_by_number
from onboarding.db import Database
from tests.clock import MovableClock
from tests.console.people import ENGLISH, account_id, address, journey_id, open_page, token, trail
from tests.journey.people import MAN_OF_1965, NUMBER, OTHER, NewPerson, Person, accounts
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
NEW = {"value": "new-phone-number"}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def approve(staff: Visitor) -> None:
    """Approve the one request that waits for these staff."""
    staff.visit(f"/console/approvals{ENGLISH}")
    staff.submit(form="/approve")


def test_an_account_is_closed_and_erased_by_two(
    person: Person, two: tuple[Visitor, Visitor], database: Database, inbox: Inbox, clock: MovableClock
) -> None:
    person.register()
    account, (first, second) = account_id(database), two
    open_page(first, "accounts", account)
    page = first.submit(form="/close-account", reason="wishes to leave")
    assert "A second person was asked" in page.text
    first.visit(f"/console/approvals{ENGLISH}")
    assert not [f for f in first.page.all("form") if f.get("action").endswith("/approve")], "not one's own"
    assert person.client.visit("/account").having("data-account-state"), "nothing is done yet"
    approve(second)
    (closed,) = [row for row in accounts_raw(database) if row.id == account]
    assert (closed.state, closed.wrapped_key, closed.name_sealed, closed.national_id_index) == (
        "closed",
        None,
        None,
        None,
    )
    assert "dong va xoa" in inbox.messages(NUMBER)[0]["text"]
    assert [kind for kind, _ in trail(database)][1:] == ["approval-requested", "approval-given"]
    page = open_page(first, "accounts", account)
    assert "closed and erased" in page.text
    fields = {"csrf_token": token(first), "reason": "once more", "number": "0912345678"}
    for act in ("close-account", "change-number", "reinstate"):
        assert first.post(address("accounts", account, act), data=fields).status_code == 404, act
    assert "A second person approved: close and erase the account." in page.text
    clock.advance(minutes=2)
    person.visit("account")
    assert person.register().heading, "the number and the id are free again"
    with database.transaction(write=False) as db:
        again = find_by_number(db, NUMBER)
        assert again is not None
        assert again.id != account


def accounts_raw(database: Database) -> list[Account]:
    with database.transaction(write=False) as db:
        return list(db.scalars(select(Account)))


def test_a_new_number_takes_the_old_ones_place_once_it_is_proven(
    new_person: NewPerson, two: tuple[Visitor, Visitor], database: Database, inbox: Inbox, clock: MovableClock
) -> None:
    lost = new_person()
    lost.register()
    account, (first, second) = account_id(database), two
    open_page(first, "accounts", account)
    first.submit(form="/change-number", number="0912 345 678", reason="lost the telephone")
    assert "asked to approve: change the phone number. Until 24 Nov 2026, 09:00." in first.page.text
    page = second.visit(f"/console/approvals{ENGLISH}")
    assert "N••• V••• B••• · •••• ••• 567" in page.text, "whose it is"
    assert "New phone number•••• ••• 678" in page.text, "what is asked for"
    open_page(second, "accounts", account)
    assert "345 678" not in second.page.text
    second.post(address("accounts", account, "reveal"), data={"csrf_token": token(second)} | NEW)
    assert second.page.having("data-revealed")[0].text == OTHER
    assert trail(database)[-1] == ("value-revealed", "new-phone-number")
    clock.advance(minutes=2)
    early = new_person(OTHER)
    assert early.sign_in().heading == "This number has no account yet", "approved by nobody so far"
    approve(second)
    assert "doi so" in inbox.messages(OTHER)[0]["text"]
    told = "counts once its owner signs in with it. Until 30 Nov 2026, 09:02."
    assert told in first.visit(address("accounts", account) + ENGLISH).text
    clock.advance(minutes=2)
    owner = new_person(OTHER)
    assert owner.sign_in().having("data-account-state")
    assert [row["numbers"] for row in accounts(database)] == [[OTHER]]
    assert "vua doi sang" in inbox.messages(NUMBER)[0]["text"]
    assert not lost.client.visit("/account").having("data-account-state"), "nobody stays signed in there"
    assert "counts once" not in first.visit(address("accounts", account) + ENGLISH).text, "nothing waits any more"
    clock.advance(minutes=2)
    assert new_person().sign_in().heading == "This number has no account yet"


@ONE
def test_an_approved_change_of_number_ends_after_seven_days(
    new_person: NewPerson, two: tuple[Visitor, Visitor], database: Database, clock: MovableClock
) -> None:
    new_person().register()
    first, second = two
    open_page(first, "accounts", account_id(database))
    first.submit(form="/change-number", number=OTHER, reason="lost the telephone")
    approve(second)
    clock.advance(days=7, seconds=1)
    assert new_person(OTHER).sign_in().heading == "This number has no account yet"


def test_a_disputed_account_is_merged_into_the_one_that_holds_the_number(
    new_person: NewPerson, two: tuple[Visitor, Visitor], database: Database, inbox: Inbox, clock: MovableClock
) -> None:
    new_person().register()
    double = new_person(OTHER)
    double.register()
    holder, disputed, (first, second) = account_id(database), account_id(database, OTHER), two
    open_page(first, "accounts", disputed)
    first.submit(form="/merge-accounts", reason="the same person, seen at the desk")
    pages = {e.get("href") for e in second.visit(f"/console/approvals{ENGLISH}").having("href")}
    assert pages >= {address("accounts", one) for one in (holder, disputed)}, "both are there to be looked at"
    approve(second)
    assert account_id(database, OTHER) == holder
    assert not double.client.visit("/account").having("data-account-state")
    for number in (NUMBER, OTHER):
        assert "gop lam mot" in inbox.messages(number)[0]["text"]
    clock.advance(minutes=2)
    again = new_person(OTHER)
    assert MAN_OF_1965["name"] in again.sign_in().text
    states = {row.id: row.state for row in accounts_raw(database)}
    assert states == {holder: "active", disputed: "merged"}


def close_numbers(database: Database) -> None:
    """Close every number for which a wrong code was entered, as a hundred of them do."""
    with database.transaction() as db:
        db.execute(update(Counter).where(Counter.key.like("each/failures/%")).values(count=100))


@pytest.fixture
def owner(new_person: NewPerson, database: Database, clock: MovableClock) -> Person:
    """Somebody who cannot register: a stranger has closed the number, which has no account."""
    stranger = new_person(OTHER)
    stranger.ask_code("register")
    stranger.submit(code="000000")
    close_numbers(database)
    clock.advance(minutes=2)
    owner = new_person(OTHER)
    assert "This number is closed" in owner.ask_code("register").text
    return owner


@ONE
def test_a_number_closed_for_good_is_opened_by_two(
    new_person: NewPerson, as_role: AsRole, database: Database, clock: MovableClock
) -> None:
    new_person().register()
    stranger = new_person()
    clock.advance(minutes=2)
    stranger.ask_code("phone")
    stranger.submit(code="000000")
    close_numbers(database)
    helper, account = as_role("helper"), account_id(database)
    page = open_page(helper, "accounts", account)
    assert "two of our staff must open it" in page.text
    helper.submit(form="/reopen-number", reason="seen at the desk")
    approve(as_role("supervisor"))
    assert "two of our staff" not in helper.visit(f"/console/accounts/{account}{ENGLISH}").text
    clock.advance(minutes=2)
    assert new_person().sign_in().having("data-account-state")


@ONE
def test_a_closed_number_without_account_is_opened_by_two_on_the_journeys_page(
    owner: Person, as_role: AsRole, database: Database, inbox: Inbox
) -> None:
    helper, supervisor = as_role("helper"), as_role("supervisor")
    journey = journey_id(database, owner.page.support_code)
    page = open_page(helper, "journeys", journey)
    assert "•••• ••• 678" in page.text
    assert "two of our staff must open it" in page.text
    page = helper.submit(form="/reopen-number", reason="called back")
    assert "A second person was asked. It is done once they have approved it." in page.text
    assert "A second person was asked to approve: open the closed number. Until" in page.text
    supervisor.visit(f"/console/approvals{ENGLISH}")
    assert address("journeys", journey) in [link.get("href") for link in supervisor.page.all("a")]
    supervisor.submit(form="/approve")
    page = helper.visit(address("journeys", journey) + ENGLISH)
    assert "two of our staff" not in page.text
    assert "A second person approved: open the closed number." in page.text
    assert trail(database)[1:] == [("approval-requested", "called back"), ("approval-given", AGREED)]
    assert "mo khoa" in inbox.messages(OTHER)[0]["text"]
    assert owner.register().heading
    assert [row["numbers"] for row in accounts(database)] == [[OTHER]]


@ONE
def test_the_number_that_a_call_back_leaves_is_opened_too(
    owner: Person, two: tuple[Visitor, Visitor], database: Database, clock: MovableClock, new_person: NewPerson
) -> None:
    owner.visit("call-back")
    owner.submit(name="Nguyễn Văn Ba", number=OTHER, best_time="any")
    first, second = two
    open_page(first, "journeys", journey_id(database, owner.page.support_code))
    first.submit(form="/reopen-number", reason="called back")
    approve(second)
    clock.advance(minutes=2)
    assert new_person(OTHER).register().heading


@ONE
def test_P31_only_the_number_that_it_was_asked_for_is_opened(
    owner: Person, two: tuple[Visitor, Visitor], database: Database, clock: MovableClock
) -> None:
    first, second = two
    journey = journey_id(database, owner.page.support_code)
    open_page(first, "journeys", journey)
    first.submit(form="/reopen-number", reason="called back")
    second.visit(f"/console/approvals{ENGLISH}")
    assert "•••• ••• 678" in second.page.text
    approval = next(f for f in second.page.all("form") if f.get("action").endswith("/approve")).get("action")
    owner.submit(number=NUMBER)
    assert second.post(approval, data={"csrf_token": token(second)}).status_code == 409
    assert "Nothing waits." in second.page.text, "nothing about a number that is another one now"
    clock.advance(minutes=2)
    owner.visit("register")
    assert "This number is closed" in owner.submit(number=OTHER).text
