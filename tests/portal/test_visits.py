"""Visits are counted beside the requests: a view writes nothing, a batch is there a second later."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from onboarding.db import Database
from onboarding.portal.robots import is_robot
from tests.clock import MovableClock
from tests.machine.html import Page
from tests.machine.visitor import Visitor
from tests.portal.conftest import PHONE, Describe
from tests.test_reliability import away

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROBOTS = [
    "",
    "curl/8.5.0",
    "python-requests/2.32",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1) Chrome/140.0 Mobile Safari/537.36 (compatible; bingbot/2.0)",
    "Mozilla/5.0 (compatible; coccocbot-web/1.0)",
    "facebookexternalhit/1.1",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0)",
]
PEOPLE = [
    PHONE,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) coc_coc_browser/141 Chrome/135 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1 Zalo iOS/500",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80) Presto/2.12",
]


def figures(page: Page) -> list[int]:
    """Online now, today, so far: as the page tells programs."""
    return [int(data.get("value")) for data in page.all("data")]


def counted(app: Flask, clock: MovableClock, client: Visitor, address: str = "/") -> list[int]:
    """The figures once the batch is written and everybody looks again."""
    app.extensions["visits"].flush()
    clock.advance(seconds=2)
    client.environ_base["HTTP_USER_AGENT"] = "a robot that looks"
    found = figures(client.visit(address))
    client.environ_base["HTTP_USER_AGENT"] = PHONE
    return found


def test_the_counter_shows_who_is_here_today_and_all_together(
    app: Flask, citizen: Visitor, clock: MovableClock, describe: Describe
) -> None:
    describe("portal", visits_before=4_417_212)
    assert figures(citizen.visit("/")) == [0, 0, 4_417_212]
    citizen.visit("/portlet/visitors")
    citizen.visit("/portlet/question")
    citizen.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    citizen.visit("/")
    assert counted(app, clock, citizen) == [2, 3, 4_417_215]
    assert counted(app, clock, citizen, "/portlet/visitors") == [2, 3, 4_417_215]


@ONE
def test_the_labels_are_the_old_portals(citizen: Visitor) -> None:
    page = citizen.visit("/portlet/visitors")
    assert [label.text for label in page.all("dt")] == ["Đang online:", "Hôm nay:", "Đã truy cập:"]
    assert page.heading == "Lượt truy cập"


@ONE
def test_each_site_counts_for_itself(
    app: Flask, citizen: Visitor, clock: MovableClock, describe: Describe
) -> None:
    describe("so-y-te", visits_before=100)
    citizen.visit("/sites/so-y-te")
    citizen.visit("/sites/so-y-te/portlet/visitors")
    citizen.visit("/")
    assert counted(app, clock, citizen, "/sites/so-y-te") == [1, 2, 102]
    assert counted(app, clock, citizen) == [1, 1, 1]


@pytest.mark.parametrize("agent", ROBOTS)
def test_robots_are_no_visitors(agent: str) -> None:
    assert is_robot(agent)


@pytest.mark.parametrize("agent", PEOPLE)
def test_people_are(agent: str) -> None:
    assert not is_robot(agent)


@ONE
def test_what_nobody_looks_at_is_no_visit(app: Flask, citizen: Visitor, clock: MovableClock) -> None:
    app.test_client_class = None
    app.test_client().head("/", headers={"User-Agent": PHONE})
    citizen.get("/", headers={"Sec-Purpose": "prefetch;prerender"})
    citizen.get("/", headers={"User-Agent": ROBOTS[3]})
    citizen.get("/sites/nowhere")
    assert counted(app, clock, citizen) == [0, 0, 0]


def statements(app: Flask, view: Callable[[], Any]) -> list[str]:
    """How each statement of a view begins."""
    sent: list[str] = []
    engine = app.extensions["database"].engine

    def keep(*told: Any) -> None:
        sent.append(told[2].split()[0])

    event.listen(engine, "before_cursor_execute", keep)
    view()
    event.remove(engine, "before_cursor_execute", keep)
    return sent


def test_R23_a_view_writes_nothing_and_asks_one_thing(app: Flask, citizen: Visitor, clock: MovableClock) -> None:
    assert statements(app, lambda: citizen.visit("/")) == ["SELECT"] * 4
    assert statements(app, lambda: citizen.visit("/")) == ["SELECT"], "the tally; the rest is kept for two seconds"
    assert statements(app, lambda: citizen.visit("/portlet/visitors")) == []
    clock.advance(seconds=2)
    assert statements(app, lambda: citizen.visit("/portlet/visitors")) == ["SELECT"] * 3


def test_a_batch_is_a_statement_for_each_kind_of_row_and_an_empty_one_is_none(
    app: Flask, citizen: Visitor
) -> None:
    flush = app.extensions["visits"].flush
    citizen.visit("/")
    flush()
    for _ in range(5):
        citizen.visit("/")
    assert statements(app, flush) == ["SELECT", "INSERT", "INSERT"]
    assert statements(app, flush) == []


def test_E01_visits_wait_for_a_database_that_is_away(
    app: Flask, citizen: Visitor, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    citizen.visit("/")
    citizen.visit("/")
    caplog.set_level(logging.WARNING)
    with away(app):
        app.extensions["visits"].flush()
    assert "visits wait for the database: OperationalError" in caplog.text
    assert "127.0.0.1" not in caplog.text
    citizen.visit("/")
    assert counted(app, clock, citizen) == [1, 3, 3]


@ONE
def test_the_thread_writes_and_writes_once_more_when_it_ends(
    app: Flask, citizen: Visitor, database: Database
) -> None:
    stop = threading.Event()
    citizen.visit("/")
    stop.set()
    app.extensions["visits"].run(stop)
    with database.transaction(write=False) as db:
        assert db.scalar(text("SELECT sum(count) FROM visits")) == 1
