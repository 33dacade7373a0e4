"""The database goes away in the middle: a page that keeps what was typed, and nothing half written."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, make_url, select

from onboarding import create_app, engines
from onboarding.accounts.people import Account
from onboarding.config import Settings
from tests.clock import MovableClock
from tests.journey.conftest import new_person, person
from tests.journey.people import MAN_OF_1965, Person
from tests.machine.visitor import Visitor

__all__ = ["new_person", "person"]

STEPS: dict[str, tuple[dict[str, str], str, Callable[[Person], Any]]] = {
    "account": ({"answer": "register"}, "register", lambda person: person.visit("account")),
    "register": ({"number": "0901234567"}, "register-code", lambda person: person.choose("register")),
    "register-code": ({}, "who", lambda person: person.ask_code("register")),
    "citizen": (MAN_OF_1965, "consent", lambda person: [person.prove("register"), person.submit(kind="citizen")]),
    "check-answers": ({}, "registered", lambda person: person.reach_check()),
}


@contextmanager
def away(app: Flask) -> Iterator[None]:
    """No connection works and none is made, until the `with` ends."""
    engine = app.extensions["database"].engine
    url = make_url(app.extensions["settings"].database_url)
    with ExitStack() as leaving:
        if url.get_backend_name() == "sqlite":
            engine.dispose()
            path = Path(str(url.database))
            kept = path.with_name("away")
            kept.mkdir()
            leaving.callback(kept.rmdir)
            for file in path.parent.glob(f"{path.name}*"):
                file.rename(kept / file.name)
                leaving.callback((kept / file.name).rename, file)
            path.mkdir()
            leaving.callback(path.rmdir)
        else:
            admin = leaving.enter_context(
                psycopg.connect(host=str(url.query["host"]), user="postgres", dbname="postgres", autocommit=True)
            )
            refuse, name = "ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}", str(url.database)
            admin.execute(refuse.format(name, "false").encode())
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            leaving.callback(admin.execute, refuse.format(name, "true").encode())
        yield


def accounts(app: Flask) -> int:
    """How many accounts there are."""
    with app.extensions["database"].transaction(write=False) as session:
        return session.scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.parametrize("step", STEPS)
def test_E01_a_form_sent_while_the_database_is_away_is_kept_and_sent_again(
    person: Person, app: Flask, step: str
) -> None:
    answers, next_step, walk = STEPS[step]
    walk(person)
    form = person.fields() | answers | ({"code": person.code()} if step.endswith("-code") else {})
    with away(app):
        answer = person.send(step, form)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        kept = person.fields()
        assert {name: kept.get(name) for name in form if name != "csrf_token"} == {
            name: text for name, text in form.items() if name != "csrf_token"
        }
        assert person.send(step, kept).status_code == 503
    person.submit()
    assert person.place == next_step
    assert accounts(app) == int(step == "check-answers")


@pytest.mark.parametrize("address", ["/", "/onboarding/register", "/account", "/account/data"])
def test_E01_a_page_asked_for_while_the_database_is_away_says_so(person: Person, app: Flask, address: str) -> None:
    person.register()
    with away(app):
        answer = person.client.get(address)
        assert answer.status_code == 503
        assert "The portal is busy" in answer.text
        assert not [form for form in person.page.all("form") if form.get("method") == "post"]
        assert person.client.get("/health/ready").status_code == 503
        assert person.client.get("/health/live").status_code == 200
    assert person.client.get(address, follow_redirects=True).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_E01_a_form_with_an_old_token_is_no_fault_of_ours_either(person: Person, app: Flask) -> None:
    person.choose("register")
    fields = person.fields() | {"csrf_token": "old", "number": "0901234567"}
    with away(app):
        answer = person.send("register", fields)
        assert answer.status_code == 503
        assert person.fields()["number"] == "0901234567"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_E01_a_locked_file_is_told_after_a_short_wait(
    settings: Settings, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, inbox: Any
) -> None:
    monkeypatch.setattr(engines, "LOCK_WAIT", 0.2)
    app = create_app(settings, clock)
    app.test_client_class = Visitor
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    person = Person(visitor, inbox)
    person.choose("register")
    other = sqlite3.connect(str(make_url(settings.database_url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert person.send("register", person.fields() | {"number": "0901234567"}).status_code == 503
    other.execute("ROLLBACK")
    other.close()
    person.submit()
    assert person.place == "register-code"
    app.extensions["database"].engine.dispose()


def test_E09_a_pool_used_up_answers_fast_and_recovers_alone(person: Person, app: Flask) -> None:
    person.choose("register")
    engine = app.extensions["database"].engine
    engine.pool._timeout = 0.1
    with ExitStack() as busy:
        for _ in range(engine.pool.size() + engine.pool._max_overflow):
            busy.enter_context(engine.connect())
        answer = person.send("register", person.fields() | {"number": "0901234567"})
        assert answer.status_code == 503
        assert person.fields()["number"] == "0901234567"
    person.submit()
    assert person.place == "register-code"
