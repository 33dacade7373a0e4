"""Reliability turned into attack (class E, the cheap ones): no database, no connection, no disk, no gateway."""

import time
from contextlib import ExitStack, closing

import pytest
from flask import Flask
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from onboarding.db import Database
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.gateway import GatewayRefused
from tests.attacks.wizard import BINH, HOA, ask_code, count, fields_of, open_way, rows, up_to_check
from tests.clock import MovableClock
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor
from tests.sms.gateways import Telephone


@pytest.mark.parametrize("nth", [1, 4, 7, 10])
def test_E01_a_database_that_goes_away_within_a_step_leaves_nothing_half_written(
    app: Flask, client: Visitor, inbox: Inbox, database: Database, nth: int
) -> None:
    up_to_check(client, inbox, HOA)
    form, before = fields_of(client), rows(database)
    engine, statements = app.extensions["database"].engine, []

    @event.listens_for(engine, "before_cursor_execute")
    def cut(*statement: object) -> None:
        statements.append(statement)
        if len(statements) > nth:
            raise OperationalError("cut", None, Exception())

    assert client.post("/onboarding/check-answers", data=form).status_code == 503
    event.remove(engine, "before_cursor_execute", cut)
    assert rows(database) == before
    client.submit()
    assert client.path == "/onboarding/registered"
    assert count(database, "accounts") == count(database, "sign_ins") == 1


@pytest.mark.parametrize("gateway", [Telephone(*[GatewayRefused("no such number", final=True)] * 9)])
def test_E02_where_no_message_arrives_the_page_says_so_and_offers_other_ways(
    app: Flask, client: Visitor, clock: MovableClock, gateway: Telephone
) -> None:
    client.visit("/?lang=en")
    ask_code(client, BINH.number)
    Dispatcher(app.extensions["database"], clock, gateway).run_once()
    client.visit("/onboarding/phone-code")
    assert "This number does not exist" in client.page.text
    ways = {link.get("href").rpartition("=")[2] for link in client.page.all("a")}
    assert ways >= {"usb", "guided-help"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which can be told how large its disk is
def test_E03_a_full_disk_acknowledges_nothing_and_recovers(
    app: Flask, client: Visitor, database: Database
) -> None:
    long = "😀" * 200  # as much of a field as is kept
    client.visit("/onboarding/resume")
    client.submit(support_code=long, number=long)
    client.visit("/onboarding/call-back")
    answers = dict.fromkeys(("name", "number", "best_time", "reason"), long)
    form, before = fields_of(client) | answers, rows(database)
    engine = app.extensions["database"].engine
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM")  # no page is free within the file

    @event.listens_for(engine, "begin")
    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # the size that it has already

    assert client.post("/onboarding/call-back", data=form).status_code == 503
    event.remove(engine, "begin", fill)
    assert rows(database) == before
    engine.dispose()
    client.submit()
    assert client.page.errors, "now it was judged"


def test_E09_a_used_up_pool_answers_fast_and_recovers_alone(app: Flask, client: Visitor) -> None:
    open_way(client, "phone")
    form = fields_of(client) | {"number": HOA.number}
    engine = app.extensions["database"].engine
    with ExitStack() as held:
        for _ in range(engine.pool.size() + engine.pool._max_overflow):
            held.enter_context(engine.connect())
        began = time.monotonic()
        answer = client.post("/onboarding/phone", data=form)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert 1.5 < time.monotonic() - began < 6, "the wait of P50"
        assert fields_of(client)["number"] == HOA.number
    client.submit()
    assert client.path == "/onboarding/phone-code"
