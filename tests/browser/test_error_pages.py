"""Every page that tells of an error, in both languages, brought about as it would be where that is possible."""

import base64
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from onboarding.sandbox.clients import READY
from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine.server import Server
from tests.web.test_error_pages import fail_with

TWO = pytest.mark.parametrize("language", ["vi", "en"])
HTML = "text/html; charset=utf-8"

SEND = """([action, fields, enctype]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action, enctype });
    for (const [name, value] of Object.entries(fields))
        form.append(Object.assign(document.createElement("textarea"), { name, value }));
    document.body.append(form);
    form.submit();
}"""
FIELDS = "() => Object.fromEntries(new FormData(document.querySelector('main form')))"


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page whose console may tell of errors."""
    context = browser.new_context(base_url=server.url)
    yield context.new_page()
    context.close()


def send(page: Page, address: str, enctype: str = "application/x-www-form-urlencoded", **fields: str) -> None:
    """Post a form that no page of ours has."""
    with page.expect_navigation():
        page.evaluate(SEND, [address, fields, enctype])


def expect_error(inspector: Inspector, status: int, go: Callable[[], Any], name: str = "") -> None:
    """Come to a page with this status, and look at it."""
    inspector.coming(name or f"error-{status}", go)
    assert inspector.status == status


@TWO
def test_pages_for_what_cannot_be_taken(
    inspect: Callable[..., Inspector], page: Page, server: Server, language: str
) -> None:
    inspector = inspect(page, language)
    expect_error(inspector, 400, lambda: page.goto("/?a=1&a=2"))
    expect_error(inspector, 404, lambda: page.goto("/nothing"))
    expect_error(inspector, 405, lambda: page.goto("/account/sign-out"))
    mistaken = f"/oidc/authorize?client_id={READY}&redirect_uri=elsewhere"
    expect_error(inspector, 400, lambda: page.goto(mistaken), "service-refused")
    page.goto("/")
    expect_error(inspector, 403, lambda: send(page, "/account/sign-out", csrf_token="old"))
    expect_error(inspector, 413, lambda: send(page, "/onboarding/phone", number="9" * 70_000))
    expect_error(inspector, 415, lambda: send(page, "/onboarding/phone", "text/plain", number="9"))
    citizen = Citizen(page, server)
    citizen.choose("phone")
    fields = page.evaluate(FIELDS)
    old = fields | {"csrf_token": "old"}
    expect_error(inspector, 403, lambda: send(page, "/onboarding/phone", **old), "form-of-before")
    page.goto("/onboarding/phone")
    fields = page.evaluate(FIELDS)
    citizen.enter_number()
    other = fields | {"number": "0912345678"}
    expect_error(inspector, 422, lambda: send(page, "/onboarding/phone", **other), "form-sent-before")


@TWO
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_that_no_room_of_ours_answers_with_yet(
    inspect: Callable[..., Inspector], page: Page, app: Flask, language: str
) -> None:
    fail_with(app, 429)
    answer = {"status": 429, "body": app.test_client().get(f"/?lang={language}").text, "content_type": HTML}
    inspector = inspect(page, language)
    page.route("**/too-many", lambda route: route.fulfill(**answer))
    expect_error(inspector, 429, lambda: page.goto("/too-many"))


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Server]:
    """A server that may be harmed."""
    with Server(tmp_path) as server:
        yield server


def test_pages_for_what_we_cannot_do(inspect: Callable[..., Inspector], browser: Browser, failing: Server) -> None:
    with closing(browser.new_context(base_url=failing.url)) as context:
        citizen = Citizen(context.new_page(), failing)
        inspector = inspect(citizen.page)
        for language in ("vi", "en"):
            inspector.speak(language)
            citizen.choose("phone")
            citizen.fill(number=citizen.number)
            with held(failing):
                expect_error(inspector, 503, citizen.go_on)
        other_keys(failing)
        for language in ("vi", "en"):
            inspector.language, address = language, f"/onboarding/phone?lang={language}"
            expect_error(inspector, 500, lambda address=address: citizen.page.goto(address))  # type: ignore[misc]


@contextmanager
def held(server: Server) -> Iterator[None]:
    """Somebody else writes into the database and does not come to an end."""
    with closing(sqlite3.connect(server.folder / "onboarding.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


def other_keys(server: Server) -> None:
    """Start anew with keys that open nothing of what was written."""
    server.stop()
    server.environ["ONBOARDING_DATA_KEYS"] = base64.b64encode(os.urandom(32)).decode()
    server.start()
