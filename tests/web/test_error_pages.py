"""Error pages: in both languages, saying what to do next, with a way on, and nothing that was typed lost."""

from dataclasses import replace
from typing import NoReturn

import pytest
from flask import Flask, abort
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from onboarding import create_app
from onboarding.accounts.limits import RECORDED
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.web.pages import PAGES
from tests.attacks.wizard import HOA, events, fields_of, open_way
from tests.clock import MovableClock
from tests.machine.html import Page
from tests.machine.visitor import Visitor


def fail_with(app: Flask, error: Exception | int) -> None:
    """Let the portal page fail so."""

    def failing(**_values: str) -> NoReturn:
        if isinstance(error, int):
            abort(error)
        raise error

    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.view_functions["portal.page"] = failing


@pytest.mark.parametrize("status", PAGES)
def test_every_error_has_a_page_in_both_languages(app: Flask, client: Visitor, status: int) -> None:
    fail_with(app, status)
    headings = []
    for language in ("vi", "en"):
        assert client.get(f"/?lang={language}").status_code == status
        headings.append(client.page.heading)
        links = [link.get("href") for link in client.page.all("a")]
        assert "/onboarding/account" in links, "a way on"
        assert not client.page.all("form")
    assert len(set(headings)) == 2, "translated"


def test_an_error_without_a_page_of_its_own_gets_its_kinds(app: Flask, client: Visitor) -> None:
    for status, like in ((418, 400), (501, 500)):
        fail_with(app, status)
        assert client.get("/?lang=en").status_code == status
        assert client.page.heading == str(PAGES[like].title)


@pytest.mark.parametrize(
    "error",
    [OperationalError("SELECT 1", None, Exception()), InterfaceError("", None, Exception()), PoolTimeout()],
)
def test_R50_without_a_database_the_portal_is_busy(app: Flask, client: Visitor, error: Exception) -> None:
    fail_with(app, error)
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


def test_E01_what_was_typed_is_kept_on_the_page_and_can_be_sent_again(
    app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_way(client, "phone")
    form = fields_of(client) | {"number": '0907 <654> "321"'}
    with monkeypatch.context() as broken:
        broken.setattr(app.extensions["database"].engine, "connect", no_connection)
        assert client.post("/onboarding/phone", data=form).status_code == 503
    again = fields_of(client)
    assert again.pop("csrf_token")
    assert again == {name: value for name, value in form.items() if name != "csrf_token"}
    client.submit()
    assert client.path == "/onboarding/phone"
    assert client.page.errors, "now it was judged"


def no_connection() -> NoReturn:
    """What a database that is gone answers."""
    raise OperationalError("BEGIN", None, Exception())


def test_a_refusal_is_answered_even_where_it_cannot_be_recorded(
    settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    gone = replace(settings, database_url="sqlite:////nowhere/at/all.db")
    app = create_app(gone, clock)
    assert app.test_client().post("/account/sign-out", json={}).status_code == 415
    assert "not recorded" in caplog.text


def test_a_refusal_leaves_one_event_and_a_good_request_none(client: Visitor, database: Database) -> None:
    client.get("/?a=1&a=2")
    client.get("/")
    client.get("/nothing")
    assert events(database) == [("request-refused", {"reason": "parameters"})]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_fills_the_database_by_being_refused(
    client: Visitor, database: Database, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(RECORDED + 5):
        client.get("/?a=1&a=2")
    assert len(events(database)) == RECORDED
    assert caplog.text.count("recorded no more: parameters") == 1
    client.post("/account/sign-out", json={})
    assert ("request-refused", {"reason": "content-type"}) in events(database), "another reason counts apart"
    clock.advance(minutes=1)
    client.get("/?a=1&a=2")
    assert len(events(database)) == RECORDED + 2


def test_an_error_page_repeats_nothing_of_the_request(client: Visitor) -> None:
    sent = HOA.number.replace(" ", "")
    for path in (f"/{sent}", f"/onboarding/{sent}", f"/account/{sent}", f"/?{sent}=1&{sent}=1"):
        answer = client.get(path)
        assert answer.status_code in (400, 404)
        told = Page(answer.text)
        assert sent not in told.text
        assert sent not in told.title
