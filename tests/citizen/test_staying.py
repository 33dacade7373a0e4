"""The account's page says until when it stays open, and one press keeps it open (P23, WCAG 2.2.1)."""

import pytest

from tests.clock import MovableClock
from tests.journey.people import Person

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def left(person: Person) -> tuple[str, str]:
    """The time of the end and the seconds until then, as the page says."""
    page = person.client.visit("/account")
    return page.having("data-until")[0].text, page.having("data-left")[0].get("data-left")


def test_the_page_says_until_when_it_stays_open(person: Person, clock: MovableClock) -> None:
    person.register()
    assert left(person) == ("09:15", "900")
    assert "This page stays open until 09:15 if nothing is done on it." in person.page.text
    clock.advance(seconds=59)
    assert left(person) == ("09:15", "841"), "a click of the same minute is not kept"
    clock.advance(seconds=1)
    assert left(person) == ("09:16", "900")


def test_one_press_keeps_it_open(person: Person, clock: MovableClock) -> None:
    person.register()
    person.client.visit("/account")
    form = person.fields()
    clock.advance(minutes=14, seconds=59)
    answer = person.client.post("/account/stay", data=form)
    assert answer.get_json() == {"seconds": 900, "until": "09:29", "warning": 150}
    clock.advance(minutes=14, seconds=59)
    assert person.client.post("/account/stay", data=form).status_code == 200
    clock.advance(minutes=15)
    assert person.client.post("/account/stay", data=form).status_code == 303


@ONE
def test_the_twelve_hours_are_told_too(person: Person, clock: MovableClock) -> None:
    person.register()
    for _ in range(71):
        clock.advance(minutes=10)
        left(person)
    assert left(person) == ("21:00", "600")


@ONE
def test_nobody_else_can_keep_it_open(person: Person) -> None:
    person.register()
    person.client.visit("/account")
    assert person.client.post("/account/stay", data={}).status_code == 403
    assert person.client.get("/account/stay").status_code == 405
