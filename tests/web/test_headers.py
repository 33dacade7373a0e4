"""P51, R25: every answer has the headers, whatever it answers; only hashed files may be cached."""

import re
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.machine.visitor import Visitor
from tests.web.conftest import Browser

ANSWERS: dict[str, tuple[int, Callable[[Browser], TestResponse]]] = {
    "a page": (200, lambda browser: browser.get("/onboarding/account")),
    "the portal": (200, lambda browser: browser.get("/")),
    "a redirect": (303, lambda browser: browser.get("/account")),
    "a repeated parameter": (400, lambda browser: browser.get("/?a=1&a=2")),
    "a foreign host": (400, lambda browser: browser.get("/", base_url="https://other.example")),
    "no form of ours": (403, lambda browser: browser.post("/account/sign-out", data={"a": "1"})),
    "nothing there": (404, lambda browser: browser.get("/account/nothing")),
    "no such file": (404, lambda browser: browser.get("/static/0000/app.css")),
    "a wrong method": (405, lambda browser: browser.put("/onboarding/account")),
    "too large": (413, lambda browser: browser.post("/onboarding/account", data={"a": "x" * 70_000})),
    "no form at all": (415, lambda browser: browser.post("/onboarding/account", json={"a": 1})),
    "our fault": (500, lambda browser: browser.get("/health/live")),
    "no database": (503, lambda browser: browser.get("/health/ready")),
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@pytest.fixture
def breaking(production: Flask) -> None:
    """Two addresses that fail: by a fault of ours, and for want of the database."""

    def fault() -> NoReturn:
        raise RuntimeError("Nguyễn Văn A")

    def no_database() -> NoReturn:
        raise OperationalError("SELECT", None, Exception())

    production.config["PROPAGATE_EXCEPTIONS"] = False
    production.view_functions |= {"health.live": fault, "health.ready": no_database}


@pytest.mark.usefixtures("breaking")
@pytest.mark.parametrize("name", ANSWERS)
def test_P51_every_answer_has_the_headers(browser_on_https: Browser, name: str) -> None:
    status, ask = ANSWERS[name]
    answer = ask(browser_on_https)
    assert answer.status_code == status
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert policy(answer) == POLICY


def policy(answer: TestResponse) -> dict[str, str]:
    """The content security policy of an answer, by directive; each header stands once."""
    assert len(answer.headers.getlist("Content-Security-Policy")) == 1
    parts = [part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, _space, sources in parts}


def test_R25_a_hashed_file_is_cached_for_ever_and_has_the_headers(browser_on_https: Browser) -> None:
    browser_on_https.visit("/")
    address = browser_on_https.page.all("link")[0].get("href")
    assert re.fullmatch(r"/static/[0-9a-f]{16}/app\.css", address)
    answer = browser_on_https.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"
    assert policy(answer) == POLICY
    assert "Set-Cookie" not in answer.headers


def test_only_the_usb_page_may_talk_to_signing_programs(client: Visitor) -> None:
    client.visit("/onboarding/account")
    client.submit(answer="usb")
    assert client.path == "/onboarding/usb"
    allowed = policy(client.response)["connect-src"].split()
    assert allowed[0] == "'self'"
    assert allowed[1:]
    assert all(re.match(r"wss?://(127\.0\.0\.1|localhost):\d+", source) for source in allowed[1:])
    client.visit("/onboarding/account")
    assert policy(client.response)["connect-src"] == "'self'"


def test_a_sandbox_on_http_promises_no_https(client: Visitor) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.usefixtures("breaking")
def test_R50_an_unforeseen_fault_shows_and_logs_nothing_of_it(
    browser_on_https: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser_on_https.get("/health/live")
    assert "Nguyễn" not in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" in caplog.text
    assert "Nguyễn" not in caplog.text


def test_R26_no_answer_names_a_host_but_ours(browser_on_https: Browser) -> None:
    for path in ("/", "/onboarding", "/onboarding/account", "/account", "/portlet/question"):
        answer = browser_on_https.get(path)
        assert "://" not in answer.headers.get("Location", "")
        assert re.findall(r'(?:href|src|action)="[a-z]+://[^"]*"', answer.text) == []
