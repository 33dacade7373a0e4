"""Every page that tells of an error, in both languages, brought about as it would be where that is possible."""

import base64
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine.server import Server
from tests.web.test_error_pages import fail_with

pytestmark = pytest.mark.parametrize("language", ["vi", "en"])

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


def test_pages_for_what_cannot_be_taken(
    inspect: Callable[..., Inspector], page: Page, server: Server, language: str
) -> None:
    inspector = inspect(page, language)
    expect_error(inspector, 400, lambda: page.goto("/?a=1&a=2"))
    expect_error(inspector, 404, lambda: page.goto("/nothing"))
    expect_error(inspector, 405, lambda: page.goto("/account/sign-out"))
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


def test_pages_for_what_we_cannot_do(
    inspect: Callable[..., Inspector], browser: Browser, tmp_path: Path, language: str
) -> None:
    with Server(tmp_path) as server, closing(browser.new_context(base_url=server.url)) as context:
        citizen = Citizen(context.new_page(), server)
        inspector = inspect(citizen.page, language)
        citizen.choose("phone")
        citizen.fill(number=citizen.number)
        with closing(sqlite3.connect(server.folder / "onboarding.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            expect_error(inspector, 503, citizen.go_on)
        server.stop()
        server.environ["ONBOARDING_DATA_KEYS"] = base64.b64encode(os.urandom(32)).decode()
        server.start()
        expect_error(inspector, 500, lambda: citizen.page.goto("/onboarding/phone"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_that_only_a_program_of_ours_could_bring_about(
    inspect: Callable[..., Inspector], page: Page, app: Flask, language: str
) -> None:
    fail_with(app, 429)
    html = app.test_client().get(f"/?lang={language}").text
    inspector = inspect(page, language)
    page.route("**/too-many", lambda route: route.fulfill(status=429, body=html, content_type="text/html; charset=utf-8"))
    expect_error(inspector, 429, lambda: page.goto("/too-many"))
