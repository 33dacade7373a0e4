"""How often a service may call, and that every answer tells."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding import create_app
from onboarding.accounts.counters import Counter
from onboarding.accounts.events import Event
from onboarding.config import Settings
from onboarding.db import Database
from tests.api.conftest import Program, number_of
from tests.clock import MovableClock
from tests.oidc.service import Service

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOO_MANY, NO_ACCOUNT = 42901, 40402


def few(app: Flask) -> None:
    """Limits that are soon reached."""
    app.extensions["settings"] = replace(app.extensions["settings"], api_reads=3, api_writes=2)


@ONE
def test_reads_are_limited_and_every_answer_says_what_is_left(
    app: Flask, program: Program, clock: MovableClock, database: Database
) -> None:
    few(app)
    for left in (2, 1):
        answer = program.call("/client")
        assert answer.headers["RateLimit-Policy"] == '"reads";q=3;w=60'
        assert answer.headers["RateLimit"] == f'"reads";r={left};t=60'
    clock.advance(seconds=20)
    answer = program.call("/accounts/x")
    assert (number_of(answer), answer.headers["RateLimit"]) == (NO_ACCOUNT, '"reads";r=0;t=40')
    answer = program.call("/client")
    assert (number_of(answer), answer.headers["Retry-After"]) == (TOO_MANY, "40")
    assert Program(app, Service(app, clock, "Another")).call("/client").status_code == 200, "each has its own"
    clock.advance(seconds=40)
    assert program.call("/client").headers["RateLimit"] == '"reads";r=1;t=20'
    with database.transaction(write=False) as db:
        written = [db.scalar(select(func.count()).select_from(table)) for table in (Counter, Event)]
    assert written == [0, 0], "a GET writes nothing"


def test_changes_are_counted_over_all_workers_whatever_became_of_them(
    app: Flask, program: Program, settings: Settings, clock: MovableClock
) -> None:
    other = create_app(settings, clock)
    for worker in (app, other):
        few(worker)
    assert number_of(program.sign_out("x")) == NO_ACCOUNT
    elsewhere = Program(other, program.service)
    answer = elsewhere.sign_out("x")
    assert (number_of(answer), answer.headers["RateLimit"]) == (NO_ACCOUNT, '"writes";r=0;t=60')
    for asking in (program, elsewhere):
        answer = asking.sign_out("x")
        assert (number_of(answer), answer.headers["Retry-After"]) == (TOO_MANY, "60")
    clock.advance(seconds=60)
    assert number_of(program.sign_out("x")) == NO_ACCOUNT
    other.extensions["database"].engine.dispose()
