"""The figures: counted exactly, over some days, with nothing about anybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from onboarding.accounts import events
from onboarding.console import counting, figures
from onboarding.db import Database
from onboarding.sms.outbox import Message, promise
from onboarding.sms.texts import Text
from tests.clock import MONDAY_MORNING, MovableClock
from tests.journey.people import OTHER, NewPerson
from tests.machine.visitor import Visitor

AsRole = Callable[..., Visitor]
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SINCE, UNTIL = MONDAY_MORNING - timedelta(days=1), MONDAY_MORNING + timedelta(days=1)


def test_answers_pages_and_stops_are_counted(new_person: NewPerson, database: Database) -> None:
    new_person().register()
    new_person(OTHER).ask_code("register")
    new_person("+84902222222").ask_code("phone")
    with database.transaction(write=False) as db:
        assert [tuple(row) for row in counting.answers(db, SINCE, UNTIL)] == [("register", 2), ("phone", 1)]
        assert [tuple(row) for row in counting.by_day(db, SINCE, UNTIL)] == [("2026-11-23", 3, 1)]
        reached = {(answer, step): people for answer, step, people in counting.reached(db, SINCE, UNTIL)}
        assert reached["register", "register-code"] == 2
        assert reached["register", "registered"] == 1
        assert ("phone", "registered") not in reached
        stopped = [tuple(row) for row in counting.stopped(db, SINCE, UNTIL)]
        assert sorted(stopped) == [("phone-code", 1), ("register-code", 1)]
        assert not counting.answers(db, UNTIL, UNTIL + timedelta(days=1))


def test_a_day_begins_at_midnight_in_vietnam(
    new_person: NewPerson, database: Database, clock: MovableClock
) -> None:
    for hours in (14, 1):  # 23 o'clock and midnight
        clock.advance(hours=hours)
        new_person().choose("phone")
    with database.transaction(write=False) as db:
        days = [day for day, *_ in counting.by_day(db, SINCE, UNTIL)]
    assert days == ["2026-11-23", "2026-11-24"]


def test_delivery_times_are_told_by_network(database: Database) -> None:
    with database.transaction() as db:
        for seconds in range(1, 11):
            later = MONDAY_MORNING + timedelta(seconds=seconds)
            sent = promise(db, MONDAY_MORNING, "+84901234567", Text("x"), "sign-in", UNTIL)
            db.execute(update(Message).where(Message.id == sent).values(delivered_at=later))
        promise(db, MONDAY_MORNING, "+84971234567", Text("x"), "sign-in", UNTIL)
        assert counting.delivered(db, SINCE, UNTIL) == [("MobiFone", 10, 5, 9)]


def test_usb_refusals_are_told_by_cause(database: Database) -> None:
    with database.transaction() as db:
        for reason in ("expired", "revoked", "expired"):
            events.record(db, MONDAY_MORNING, "signature-refused", reason=reason)
        assert [tuple(row) for row in counting.refused(db, SINCE, UNTIL)] == [("expired", 2), ("revoked", 1)]


@ONE
def test_each_picture_has_words_and_a_table(new_person: NewPerson, as_role: AsRole) -> None:
    new_person().register()
    page = as_role("auditor").visit("/console/figures?lang=en&days=7")
    pictures = [one for one in page.all("svg") if one.get("role") == "img"]
    assert len(pictures) == len(page.all("table")) == 3
    assert "Not registered yet: 1." in pictures[0].text
    assert "1234567" not in page.text


@ONE
def test_the_file_says_the_same(new_person: NewPerson, as_role: AsRole) -> None:
    new_person().register()
    answer = as_role("supervisor").get("/console/figures/answers.csv?lang=en")
    assert answer.text.lstrip("\ufeff").splitlines() == ["Answer,People", "Not registered yet,1"]
    assert as_role("auditor").get("/console/figures/answers.csv").status_code == 403
    assert as_role("supervisor").get("/console/figures/other.csv").status_code == 404


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_B29_no_cell_is_a_formula(cell: str) -> None:
    assert figures.harmless(cell) == f"'{cell}"
    assert figures.harmless(5) == 5
