"""The figures: counted exactly, over some days, with nothing about anybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from onboarding.accounts import events, sites, visitors
from onboarding.accounts.journeys import Journey
from onboarding.accounts.visitors import Batch
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
        assert sorted(stopped) == [("phone", "phone-code", 1), ("register", "register-code", 1)]
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


def test_all_figures_can_be_of_one_site(new_person: NewPerson, database: Database, clock: MovableClock) -> None:
    with database.transaction() as db:
        sites.save(db, sites.described("so-y-te", {}))
    there = new_person()
    there.client.visit("/onboarding/account?answer=register&site=so-y-te")
    there.submit()
    there.submit(number=there.number)
    new_person(OTHER).ask_code("register")
    with database.transaction() as db:
        for journey, name in db.execute(select(Journey.id, Journey.site)).all():
            events.record(db, clock.now(), "signature-refused", journey=journey, reason=name)
        db.execute(update(Message).values(delivered_at=clock.now()))
        batch = Batch()
        for name in ("so-y-te", "portal", "portal"):
            batch.add(clock.now(), visitors.Visitor(name, "10.0.0.1", "Firefox"))
        visitors.write(db, clock.now(), batch)
    with database.transaction(write=False) as db:
        for figure in figures.FIGURES.values():
            at = len(figure.words)
            of = {
                name: sum(row[at] for row in figure.count(db, SINCE, UNTIL, name))
                for name in (None, "so-y-te", "portal", "so-x")
            }
            assert of["so-y-te"] > 0
            assert of["portal"] > 0
            assert of["so-y-te"] + of["portal"] == of[None]
            assert of["so-x"] == 0


@ONE
def test_the_site_is_chosen_on_the_page_and_goes_into_the_file(
    new_person: NewPerson, database: Database, as_role: AsRole
) -> None:
    with database.transaction() as db:
        sites.save(db, sites.described("so-y-te", {"title": "Sở Y tế"}))
    new_person().register()
    page = as_role("supervisor").visit("/console/figures?lang=en&days=7&site=portal")
    assert [one.text for one in page.all("option") if "selected" in one.attributes] == ["portal"]
    files = [one.get("href") for one in page.all("a") if "download" in one.attributes]
    assert files[0] == "/console/figures/answers.csv?days=7&site=portal"
    visitor = as_role("supervisor")
    assert visitor.visit("/console/figures?site=so-y-te").all("svg") == []
    assert len(visitor.get("/console/figures/answers.csv?site=so-y-te").text.splitlines()) == 1
    assert visitor.get("/console/figures?site=so-x").status_code == 404


@ONE
def test_each_picture_has_words_and_a_table(new_person: NewPerson, as_role: AsRole) -> None:
    new_person().register()
    page = as_role("auditor").visit("/console/figures?lang=en&days=7")
    assert page.heading == "Figures of the last 7 days"
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
