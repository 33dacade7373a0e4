"""`/metrics`: figures that the database and all processes agree on, for our monitoring alone."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event

from onboarding import create_app
from onboarding.accounts import clients, events, people, signals
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.health import metrics
from onboarding.sms.dispatcher import Dispatcher
from tests.clock import MovableClock
from tests.sms.gateways import Telephone, busy, no_such_number
from tests.sms.promises import CODE, NUMBER, promise

ROOT = Path(__file__).parents[2]
MONITOR, STRANGER, PROXY = "10.0.0.9", "203.0.113.7", "10.0.0.1"
INDEXES = ("messages_due_at", "messages_created_at", "signals_happened_at", "signals_due_at", "events_at")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, metrics_networks="127.0.0.0/8, 10.0.0.0/24")


def ask(app: Flask, address: str = MONITOR, **options: Any) -> tuple[int, str]:
    """The status and text of the answer to a visitor at an address."""
    answer = FlaskClient.open(app.test_client(), "/metrics", environ_overrides={"REMOTE_ADDR": address}, **options)
    return answer.status_code, answer.text


def figures(app: Flask) -> dict[str, float]:
    """The samples by name and labels."""
    status, told = ask(app)
    assert status == 200
    lines = [line.rpartition(" ") for line in told.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_messages_are_counted_by_gateway_prefix_and_state(
    app: Flask, database: Database, clock: MovableClock
) -> None:
    for _ in range(3):
        promise(database, clock)
    promise(database, clock, "+84351234567")
    Dispatcher(database, clock, Telephone(no_such_number(), busy(), name="first")).run_once()
    told = figures(app)
    assert told['onboarding_messages{gateway="first",prefix="+8490",state="failed"}'] == 1
    assert sum(value for name, value in told.items() if 'state="sent"' in name) == 2
    assert sum(value for name, value in told.items() if 'gateway="none"' in name) == 1
    assert told["onboarding_messages_waiting"] == 1
    assert told["onboarding_oldest_waiting_seconds"] == 0


def test_what_waits_is_counted_with_its_age_and_what_is_long_over_is_not(
    app: Flask, database: Database, clock: MovableClock
) -> None:
    promise(database, clock)
    Dispatcher(database, clock, Telephone()).run_once()
    clock.advance(minutes=59)
    promise(database, clock)
    clock.advance(minutes=1)
    promise(database, clock)
    told = figures(app)
    assert told["onboarding_messages_waiting"] == 2
    assert told["onboarding_oldest_waiting_seconds"] == 60
    assert not [name for name in told if 'state="sent"' in name]


def test_alarms_of_the_last_hour_are_counted_by_name_and_level(
    app: Flask, database: Database, clock: MovableClock
) -> None:
    for name, level in [("messages of the day", 50), ("conversion of +8490", 20), ("conversion of +8490", 20)]:
        with database.transaction() as db:
            events.record(db, clock.now(), "alarm", name=name, level=level)
            events.record(db, clock.now(), "signed-out")
    assert figures(app)['onboarding_alarms{name="conversion of +8490",level="20"}'] == 2
    clock.advance(hours=1)
    assert not [name for name in figures(app) if "alarms" in name]


def test_a_portal_without_messages_has_its_figures_too(app: Flask) -> None:
    assert figures(app) == {"onboarding_messages_waiting": 0, "onboarding_oldest_waiting_seconds": 0}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_signals_are_counted_by_kind_and_those_that_wait_by_service(
    app: Flask, database: Database, clock: MovableClock
) -> None:
    who = people.Applicant("citizen", "Nguyễn Văn An", "093085001234")
    with database.transaction() as db:
        account = people.register(db, clock.now(), who, NUMBER, "vi", "1").account
        service, _ = clients.add(
            db, clock.now(), "Permits", ["https://a.example/"], events_uri="https://a.example/"
        )
        signals.tell(db, clock.now(), service, account.id, signals.DISABLED)
    told = figures(app)
    assert told['onboarding_signals{kind="account-disabled",state="waiting"}'] == 1
    assert told[f'onboarding_signals_waiting{{client="{service.id}"}}'] == 1


def test_every_figure_is_described_and_nothing_personal_is_among_them(
    app: Flask, database: Database, clock: MovableClock
) -> None:
    promise(database, clock)
    _, told = ask(app)
    names = set(re.findall(r"^(onboarding_\w+)[{ ]", told, re.MULTILINE))
    for name in names | {"onboarding_alarms", "onboarding_signals", "onboarding_signals_waiting"}:
        assert re.search(rf"^# HELP {name} \w.*\n# TYPE {name} gauge$", told, re.MULTILINE)
        assert f"`{name}`" in (ROOT / "docs" / "operations.md").read_text()
    assert NUMBER[5:] not in told
    assert CODE not in told


def test_labels_are_escaped() -> None:
    assert metrics.gauge("x", "Y.", [({"a": 'b"\\\n'}, 1)]).splitlines()[-1] == r'onboarding_x{a="b\"\\\n"} 1'


@contextmanager
def portal(settings: Settings, clock: MovableClock, **changes: Any) -> Iterator[Callable[..., int]]:
    """Asks a portal with other settings for its figures; returns the status."""
    app = create_app(replace(settings, **changes), clock)
    try:
        yield lambda address, **options: ask(app, address, **options)[0]
    finally:
        app.extensions["database"].engine.dispose()


def forwarded(*addresses: str) -> dict[str, str]:
    return {"X-Forwarded-For": ", ".join(addresses)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_B26_strangers_find_nothing_there(settings: Settings, clock: MovableClock) -> None:
    with portal(settings, clock) as asked:
        assert (asked(MONITOR), asked("127.0.0.1"), asked(STRANGER), asked("10.0.1.9")) == (200, 200, 404, 404)
    with portal(settings, clock, metrics_networks="") as asked:
        assert (asked(MONITOR), asked("127.0.0.1"), asked(STRANGER)) == (404, 404, 404)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_B26_nobody_comes_in_by_a_proxy_that_stands_in_a_monitoring_network(
    settings: Settings, clock: MovableClock
) -> None:
    with portal(settings, clock) as asked:
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
            assert asked(PROXY, headers={header: MONITOR}) == 404, header
    with portal(settings, clock, trusted_proxies=f"{PROXY}/32") as asked:
        assert asked(PROXY, headers=forwarded(STRANGER)) == 404
        assert asked(PROXY, headers=forwarded(MONITOR, STRANGER)) == 404
        assert asked(PROXY, headers=forwarded(STRANGER, MONITOR)) == 200
        assert asked(MONITOR) == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_B26_who_asks_under_the_public_name_came_by_the_proxy(settings: Settings, clock: MovableClock) -> None:
    with portal(settings, clock, public_url="https://dvc.example.vn") as asked:
        assert asked(PROXY, base_url="https://dvc.example.vn") == 404
        assert asked(MONITOR, base_url="http://10.0.0.2:8000") == 200


def test_the_figures_are_found_by_an_index_however_many_rows_there_are(
    database: Database, clock: MovableClock
) -> None:
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    with database.transaction(write=False) as db:
        metrics.figures(db, clock.now())
    event.remove(database.engine, "before_cursor_execute", note)
    sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.connect() as connection:
        if not sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")  # these tables are empty
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        queries = [query for query in asked if query[0].startswith("SELECT")]
        plans = [str(connection.exec_driver_sql(f"{explain} {query}", sent).all()) for query, sent in queries]
    for plan, index in zip(plans, INDEXES, strict=True):
        assert f"ix_{index}" in plan
