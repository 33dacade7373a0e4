"""A POST that comes twice is done once: one after the other, at once, after a crash."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.accounts import idempotency
from onboarding.accounts.idempotency import IdempotencyKey
from onboarding.db import Database
from tests.api.conftest import Program, number_of
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.oidc.service import Service

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
BAD_KEY, NO_ACCOUNT, RUNNING, OTHER_REQUEST = 40003, 40402, 40901, 42202


def test_the_same_request_is_done_once_and_answered_alike(
    program: Program, service: Service, person: Person, sub: str, clock: MovableClock
) -> None:
    first = program.sign_out(sub, "k-1")
    assert first.get_json() == {"ended": 1}
    service.tokens(person)
    assert program.sign_out(sub, "k-1").get_json() == {"ended": 1}, "not done again"
    assert program.get(f"/accounts/{sub}")["sign_in"] is not None
    assert number_of(program.sign_out(sub, "k-1", json={})) == OTHER_REQUEST
    assert (
        number_of(program.call("/accounts/x/sign-out", "POST", headers={"Idempotency-Key": '"k-1"'}))
        == OTHER_REQUEST
    )
    assert program.sign_out(sub, "k-2").get_json() == {"ended": 1}
    clock.advance(hours=24)
    assert program.sign_out(sub, "k-1").get_json() == {"ended": 0}, "after a day a key is free again"


@ONE
def test_a_key_is_one_services_own(app: Flask, database: Database, service: Service, clock: MovableClock) -> None:
    ids = [UUID(one.id) for one in (service, Service(app, clock, "Another"))]
    with database.transaction() as db:
        for client_id in ids:
            assert idempotency.finish(db, idempotency.take(db, clock.now(), client_id, "k", b"f"), str(client_id))
        answers = [idempotency.take(db, clock.now(), client_id, "k", b"f").answer for client_id in ids]
    assert answers == [str(client_id) for client_id in ids]


@ONE
def test_a_key_that_is_none_is_told(program: Program) -> None:
    for key in ("k", '"', '""', '"a b"', '"\\""', '"é"', f'"{"x" * 65}"', '"a", "b"', '"a";p=1'):
        assert number_of(program.call("/accounts/x/sign-out", "POST", headers={"Idempotency-Key": key})) == BAD_KEY


@ONE
def test_work_that_ended_in_a_problem_may_be_tried_again(
    app: Flask, program: Program, sub: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert number_of(program.sign_out("0" * 64, "k")) == NO_ACCOUNT
    assert program.sign_out(sub, "k").status_code == 200, "the key was given back"

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(idempotency, "finish", lambda *_: 1 / 0)
    assert program.sign_out(sub, "k-2").status_code == 500
    with database.transaction(write=False) as db:
        assert len(db.scalars(select(IdempotencyKey)).all()) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_while_the_first_runs_others_are_told_to_wait(
    program: Program, sub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, keep = [], idempotency.finish

    def while_running(*told: Any) -> bool:
        answers.append(program.sign_out(sub, "k"))
        return keep(*told)

    monkeypatch.setattr(idempotency, "finish", while_running)
    assert program.sign_out(sub, "k").get_json() == {"ended": 1}
    assert [(number_of(answer), answer.headers["Retry-After"]) for answer in answers] == [(RUNNING, "1")]


@ONE
def test_a_key_whose_first_request_has_died_is_free_after_a_minute(
    app: Flask, program: Program, sub: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with monkeypatch.context() as dying:
        dying.setattr(idempotency, "release", lambda *_: None)  # as after `kill -9`
        dying.setattr(idempotency, "finish", lambda *_: 1 / 0)
        assert program.sign_out(sub, "k").status_code == 500
    assert number_of(program.sign_out(sub, "k")) == RUNNING
    clock.advance(seconds=60)
    assert program.sign_out(sub, "k").get_json() == {"ended": 1}


def test_whoever_was_too_slow_keeps_no_answer(database: Database, service: Service, clock: MovableClock) -> None:
    with database.transaction() as db:
        slow = idempotency.take(db, clock.now(), UUID(service.id), "k", b"f")
    clock.advance(seconds=60)
    with database.transaction() as db:
        quick = idempotency.take(db, clock.now(), UUID(service.id), "k", b"f")
    assert (slow.verdict, quick.verdict, slow.row_id) == ("first", "first", quick.row_id)
    with database.transaction() as db:
        assert not idempotency.finish(db, slow, "slow")
        idempotency.release(db, slow)
        assert idempotency.finish(db, quick, "quick")
        assert not idempotency.finish(db, quick, "twice")
        assert idempotency.take(db, clock.now(), UUID(service.id), "k", b"f").answer == "quick"
    clock.advance(hours=24)
    with database.transaction() as db:
        idempotency.forget_old(db, clock.now())
        assert db.scalars(select(IdempotencyKey)).all() == []


def test_R51_of_twenty_at_once_one_does_the_work(
    database: Database, service: Service, clock: MovableClock
) -> None:
    def once(_: int) -> str:
        with database.transaction() as db:
            return idempotency.take(db, clock.now(), UUID(service.id), "k", b"f").verdict

    def given_back(_: int) -> str:
        with database.transaction() as db:
            taken = idempotency.take(db, clock.now(), UUID(service.id), "another", b"f")
        if taken.verdict == "first":
            with database.transaction() as db:
                idempotency.release(db, taken)
        return taken.verdict

    with ThreadPoolExecutor(10) as pool:
        for _ in range(2):
            clock.advance(hours=25)
            assert Counter(pool.map(once, range(20))) == {"first": 1, "running": 19}
        assert Counter(pool.map(given_back, range(100))).keys() <= {"first", "running"}


@ONE
def test_neither_key_nor_answer_can_be_read_in_the_database(
    program: Program, sub: str, database: Database
) -> None:
    program.sign_out(sub, "a-very-long-key")
    files = Path(str(database.engine.url.database)).parent.glob("onboarding.db*")
    held = b"".join(file.read_bytes() for file in files)
    assert b"idempotency_keys" in held
    assert b"a-very-long-key" not in held
    assert b'"ended"' not in held
