"""The queue of people who wait for a call: nobody is lost, nobody is called twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from onboarding.accounts import call_backs
from onboarding.accounts.call_backs import CallBack
from onboarding.db import Database
from tests.clock import MONDAY_MORNING, MovableClock
from tests.console.people import ENGLISH, open_page, trail
from tests.journey.people import OTHER, NewPerson, Person
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(person: Person, name: str = "Lê Thị Tư", best_time: str = "morning") -> None:
    """Ask to be called."""
    person.choose("guided-help")
    person.visit("call-back")
    person.submit(name=name, number=person.number, best_time=best_time)


def queue(staff: Visitor) -> str:
    return staff.visit(f"/console/call-backs{ENGLISH}").text


def stored(database: Database) -> CallBack:
    with database.transaction(write=False) as db:
        return db.scalars(select(CallBack)).one()


def test_a_request_is_taken_called_and_done(
    person: Person, as_role: AsRole, database: Database, inbox: Inbox
) -> None:
    ask(person)
    helper = as_role("helper")
    assert "L••• T••• T••• · •••• ••• 567 Morning, 8 to 11" in queue(helper)
    assert "help in general" in helper.page.text
    helper.submit(form="/take")
    assert "0901234567" not in helper.response.text
    helper.submit(form="/reveal")
    assert "Lê Thị Tư · 0901 234 567" in helper.page.text
    failed = helper.submit(form="/done")
    assert failed.errors
    assert "Lê Thị Tư · 0901 234 567" in failed.text, "the call goes on"
    linked = {link.get("href") for link in failed.all("a")} & {f"#{e.get('id')}" for e in failed.all("input")}
    assert linked, "the error leads to its field"
    page = helper.submit(form="/done", note="explained everything, 0901234567 is right")
    assert "Nobody waits." in page.text
    assert "The callback is done." in page.text
    revealed = ["value-revealed"] * 2
    assert [kind for kind, _ in trail(database)] == ["call-back-taken", *revealed, "call-back-done"]
    assert "0901234567" not in str(trail(database))
    done = stored(database)
    story = open_page(helper, "journeys", done.journey_id).text
    assert "Asked to be called back: help in general." in story
    assert "How the call went: explained everything, 0901234567 is right" in story
    assert (done.state, done.done_at) == ("done", MONDAY_MORNING)
    assert "da xong" in inbox.messages(person.number)[0]["text"]


@ONE
def test_the_oldest_comes_first_and_keeps_its_place_when_given_back(
    new_person: NewPerson, as_role: AsRole, clock: MovableClock
) -> None:
    ask(new_person(), "An Binh")
    clock.advance(minutes=5)
    ask(new_person(OTHER), "Chi Dung")
    helper, colleague = as_role("helper"), as_role("helper", "Colleague")
    text = queue(helper)
    assert text.index("A••• B•••") < text.index("C••• D•••")
    helper.submit(form="/take")
    text = queue(colleague)
    assert text.index("helper Lan") < text.index("C••• D•••")
    queue(helper)
    helper.submit(form="/give-back")
    text = queue(colleague)
    assert text.index("A••• B•••") < text.index("C••• D•••")


@ONE
def test_only_who_took_it_may_finish_give_back_or_see_it(person: Person, as_role: AsRole) -> None:
    ask(person)
    helper, colleague = as_role("helper"), as_role("supervisor")
    queue(helper)
    helper.submit(form="/take")
    acts = {f.get("action") for f in helper.page.all("form") if "/call-backs/" in f.get("action")}
    token = next(e.get("value") for e in colleague.visit("/console/").all("input"))
    queue(colleague)
    fields = {"csrf_token": token, "note": "done"}
    answers = {act.rpartition("/")[2]: colleague.post(act, data=fields).status_code for act in acts}
    assert answers == {"reveal": 404, "give-back": 409, "done": 409}


def test_of_fifty_at_once_one_takes_it(person: Person, database: Database) -> None:
    ask(person)
    waiting = stored(database).id

    def take(staff_id: UUID) -> bool:
        with database.transaction() as db:
            return call_backs.take(db, MONDAY_MORNING, waiting, staff_id) is not None

    with ThreadPoolExecutor(50) as hands:
        taken = list(hands.map(take, [uuid4() for _ in range(50)]))
    assert taken.count(True) == 1
