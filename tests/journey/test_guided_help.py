"""Không biết đăng ký: whatever somebody has to hand, it leads somewhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from onboarding.accounts import call_backs, limits, numbers
from onboarding.accounts.call_backs import CallBack
from onboarding.accounts.journeys import Journey
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import NewPerson, Person, alike

OFFICE = "203.0.113.9"
WISH = {"name": "Phan Thị Sáu", "number": "0907 654 321", "best_time": "morning"}


def calls(database: Database) -> list[tuple[str | None, str | None, str, str]]:
    """Who waits for a call."""
    with database.transaction(write=False) as db:
        return [(one.name, one.number, one.best_time, one.state) for one in db.scalars(select(CallBack))]


@pytest.mark.parametrize(
    ("at_hand", "way"),
    [("with-phone", "register"), ("with-card", "call-back"), ("with-usb", "usb"), ("with-nothing", "call-back")],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_choice_is_explained_and_leads_on(person: Person, at_hand: str, way: str) -> None:
    person.choose("guided-help")
    person.submit(at_hand=at_hand)
    assert person.place == at_hand
    assert len([point for point in person.page.all("li") if point.inside("ol")]) >= 3
    person.submit()
    assert person.place == way
    back = next(link for link in person.page.all("a") if link.get("class") == "back")
    assert back.get("href") == f"/onboarding/{at_hand}"


def test_a_wish_for_a_call_is_stored_sealed_and_confirmed_by_message(person: Person, database: Database) -> None:
    person.choose("guided-help")
    person.submit(at_hand="with-nothing")
    person.submit()
    person.submit(**WISH)
    assert person.place == "call-back-requested"
    assert person.page.support_code in person.page.text
    assert calls(database) == [("Phan Thị Sáu", "+84907654321", "morning", "waiting")]
    assert "goi lai" in person.inbox.messages("+84907654321")[0]["text"]
    with database.transaction(write=False) as db:
        (row,) = db.execute(select(CallBack.__table__)).mappings()
    assert not any(text in str(row.values()) for text in ("Phan", "907654321"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_digit_is_seen_but_not_by_who_sits_here_later(person: Person, clock: MovableClock) -> None:
    person.visit("call-back")
    person.submit(**WISH)
    assert "We will call 0907 654 321." in person.page.text
    clock.advance(minutes=16)
    assert "654 321" not in person.visit("call-back-requested").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_landline_is_called_and_gets_no_message(person: Person, database: Database) -> None:
    person.visit("call-back")
    person.submit(**(WISH | {"number": "0293 3877 777"}))
    assert person.place == "call-back-requested"
    assert [call[1] for call in calls(database)] == ["+842933877777"]
    assert person.inbox.messages("+842933877777") == []


@pytest.mark.parametrize("wrong", [{"name": ""}, {"number": "1022"}, {"best_time": "tonight"}, {"number": "Sáu"}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_wish_is_told_and_stored_nowhere(
    person: Person, database: Database, wrong: dict[str, str]
) -> None:
    person.visit("call-back")
    person.submit(**(WISH | wrong))
    assert (person.place, len(person.page.errors)) == ("call-back", 1)
    typed = {name: text for name, text in (WISH | wrong).items() if name != "best_time"}
    assert person.fields().items() >= typed.items()
    assert calls(database) == []


def ask(person: Person, **changes: str) -> str:
    """Ask for a call; gives the page that comes, without what differs between any two visits."""
    person.visit("call-back")
    person.submit(**(WISH | changes))
    return alike(person.client.response.text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_browser_may_ask_for_a_call_to_another_number(person: Person, database: Database) -> None:
    for number in ("+84907654321", "+84901234567"):
        ask(person, number=number)
        assert person.place == "call-back-requested"
    assert sorted(str(call[1]) for call in calls(database)) == ["+84901234567", "+84907654321"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_asks_again_keeps_the_place_and_the_newest_word_counts(
    new_person: NewPerson, database: Database, clock: MovableClock
) -> None:
    first = ask(new_person())
    asked_at = clock.now()
    clock.advance(hours=1)
    again = new_person()
    assert ask(again, name="Phan Văn Bảy", best_time="any") == first, "nobody learns that somebody waits"
    with database.transaction(write=False) as db:
        (waits,) = db.scalars(select(CallBack))
        assert (waits.name, waits.best_time, waits.requested_at) == ("Phan Văn Bảy", "any", asked_at)
        assert db.get_one(Journey, waits.journey_id).support_code == again.page.support_code
        call_backs.take(db, clock.now(), waits.id, uuid4())
        db.commit()
    ask(new_person())
    assert [call[3] for call in calls(database)] == ["taken", "waiting"], "who is being called may ask anew"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_R51_of_many_wishes_for_one_number_at_once_one_waits(new_person: NewPerson, database: Database) -> None:
    people = [new_person() for _ in range(8)]
    for person in people:
        person.visit("call-back")
    sent = [person.fields() | WISH for person in people]
    with ThreadPoolExecutor(len(people)) as at_once:
        answers = at_once.map(lambda one, fields: one.send("call-back", fields), people, sent)
        assert {answer.location for answer in answers} == {"/onboarding/call-back-requested"}
    assert len(calls(database)) == 1


def test_who_asks_for_a_call_while_a_message_is_late_can_still_enter_its_code(
    person: Person, database: Database
) -> None:
    person.ask_code("register")
    person.visit("call-back?reason=lost-number")
    assert person.fields()["number"] == ""
    person.visit("call-back")
    assert person.fields()["number"] == person.number
    for number in (person.number, "0907 654 321", "0293 3877 777"):
        person.visit("call-back")
        person.submit(**(WISH | {"number": number}))
        assert person.place == "call-back-requested"
        with database.transaction() as db:
            (asked,) = db.scalars(select(CallBack))
            assert (asked.number, asked.state) == (numbers.normalise_to_call(number), "waiting")
            asked.state = "done" if number == "0907 654 321" else "waiting"
    person.visit("call-back-requested")
    assert "/onboarding/register-code" in [link.get("href") for link in person.page.all("a")]
    person.visit("register-code")
    code = next(m["code"] for m in person.inbox.messages(person.number) if m["code"])
    person.submit(code=code)
    assert person.place == "who"
    person.visit("call-back-requested")
    assert person.place == "who"


def test_A08_the_same_wish_sent_twice_is_one_call_and_one_message(person: Person, database: Database) -> None:
    person.visit("call-back")
    fields = person.fields() | WISH
    answers = [person.send("call-back", fields) for _ in range(2)]
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, "/onboarding/call-back-requested")
    }
    assert len(calls(database)) == 1
    assert len(person.inbox.messages("+84907654321")) == 1


def test_A01_wishes_for_calls_are_no_way_to_send_many_messages(new_person: NewPerson, database: Database) -> None:
    for n in range(8):
        person = new_person()
        person.visit("call-back")
        person.submit(**(WISH | {"name": f"Phan Thị {'ABCDEFGH'[n]}"}))
        assert person.place == "call-back-requested"
    assert len(calls(database)) == 1
    assert len(person.inbox.messages("+84907654321")) == 5  # P08


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_A01_P09_one_address_asks_for_25_calls_an_hour_and_who_comes_then_loses_nothing(
    new_person: NewPerson, database: Database, settings: Settings, clock: MovableClock
) -> None:
    for minutes in range(25):
        with database.transaction() as db:
            at = clock.now() + timedelta(minutes=minutes)
            assert limits.spend(db, at, [limits.calls(db, settings, OFFICE)]) is None
    clock.advance(minutes=30)
    person, neighbour = new_person(), new_person("+84907654322")
    person.client.environ_base["REMOTE_ADDR"] = OFFICE
    ask(person)
    assert person.place == "call-back"
    assert "Try again at 10:00" in person.page.text
    assert settings.support_phone in person.page.text
    assert person.fields().items() >= WISH.items()
    assert calls(database) == []
    ask(neighbour, number=neighbour.number)
    assert neighbour.place == "call-back-requested"
    clock.advance(minutes=30)
    person.submit()
    assert person.place == "call-back-requested"
    assert [call[0] for call in calls(database)] == ["Phan Thị Sáu"] * 2
