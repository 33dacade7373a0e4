"""Không biết đăng ký: whatever somebody has to hand, it leads somewhere."""

import pytest
from sqlalchemy import select

from onboarding.accounts.call_backs import CallBack
from onboarding.db import Database
from tests.journey.people import NewPerson, Person

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


def test_the_same_browser_may_ask_for_another_call(person: Person, database: Database) -> None:
    for name in ("Phan Thị Sáu", "Phan Văn Bảy"):
        person.visit("call-back")
        person.submit(**(WISH | {"name": name}))
        assert person.place == "call-back-requested"
    assert sorted(str(call[0]) for call in calls(database)) == ["Phan Thị Sáu", "Phan Văn Bảy"]


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
    assert len(calls(database)) == 8
    assert len(person.inbox.messages("+84907654321")) == 5  # P08
