"""Attacks by what is typed and asked for (class B, second part): nothing is evaluated, nothing is let through."""

import json
import logging
import re
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.db import Database
from tests.attacks.wizard import HOA, ask_code, count, enter_code, fields_of, open_way, register, rows
from tests.machine.html import Page
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

EVALUATED = str(7919 * 7907)  # so long that no token on a page holds it by chance
TEMPLATES = [
    "{{7919*7907}}",
    "${7919*7907}",
    "#{7919*7907}",
    "<%= 7919*7907 %>",
    "{{config}}",
    "{% print 7919*7907 %}",
    "{{''.__class__}}",
]
SQL = ["' OR '1'='1", "'; DROP TABLE accounts; --", '" OR ""="', "%", "_", "\\", "1) UNION SELECT 1--"]
MARKUP = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "</textarea><b>"]
ODD = [
    "\x00",
    "\ud800",
    "\u202eabc",
    "a\r\nSet-Cookie: a=b",
    "\x1b[31m",
    "😀" * 30,
    "ệ" * 2000,
    "-1",
    "1e308",
    "NaN",
]
ADDRESSES = [
    "/onboarding/",
    "/onboarding/account?answer=",
    "/onboarding?answer=",
    "/onboarding/resume?support_code=",
    "/onboarding/call-back?name=",
    "/?lang=",
    "/static/0/",
    "/sandbox/messages.json?to=",
]
HEADERS = ["User-Agent", "Referer", "Accept-Language", "Accept-Encoding", "X-Forwarded-For", "Cookie", "Accept"]


def typeable(text: str) -> str:
    """As a program that is no browser can send it."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def fields(client: Visitor) -> list[str]:
    """The names of the fields that a person fills in."""
    found = client.page.all("input")
    return sorted({e.get("name") for e in found if e.get("type") in ("text", "tel", "radio", "checkbox", "")})


def try_all(client: Visitor, text: str, known: dict[str, str]) -> None:
    """Enter a text into every field of the page in turn; whatever comes shows it as text, if at all."""
    path = client.path
    for field in fields(client):
        client.visit(path)
        form = fields_of(client) | known | {field: text}
        answer = client.post(path, data=form)
        assert answer.status_code in (200, 303), (path, field, answer.status)
        assert EVALUATED not in answer.text
        assert text not in answer.text or "<" not in text
        assert "Set-Cookie: a=b" not in str(answer.headers)


@pytest.mark.parametrize("texts", [[*TEMPLATES[::2], *SQL, *MARKUP[:2]], [typeable(text) for text in ODD]])
def test_B14_B15_every_field_takes_text_for_text(
    client: Visitor, inbox: Inbox, database: Database, texts: list[str]
) -> None:
    born = {"birth_day": "27", "birth_month": "3", "birth_year": "1990", "national_id": HOA.national_id}
    known = {
        "account": {},
        "call-back": {"name": HOA.name, "number": HOA.number},
        "resume": {"support_code": "HG-7K3M-92QX"},
        "citizen": {"name": HOA.name, **born},
    }
    ask_code(client, HOA.number, "register")
    enter_code(client, inbox.code(HOA.e164))
    client.submit(kind="citizen")
    for step, answers in reversed(known.items()):
        for text in texts:
            client.visit(f"/onboarding/{step}")
            try_all(client, text, answers)
    assert count(database, "accounts") == 0


def test_B14_B20_every_header_takes_text_for_text(client: Visitor) -> None:
    for header, text in product(HEADERS, [*TEMPLATES, *SQL, *MARKUP]):
        answer = client.get("/onboarding/account", headers={header: text})
        assert answer.status_code == 200
        assert len(text) == 1 or text not in answer.text
        assert len(text) == 1 or text not in str(answer.headers)


def test_B14_B20_every_address_takes_text_for_text(client: Visitor) -> None:
    encoded = ["%0d%0aSet-Cookie:%20a=b", "%00", "%ff", "..%2f..%2fetc"]
    for before, text in product(ADDRESSES, [*TEMPLATES, *SQL, *MARKUP, *encoded]):
        answer = client.get(f"{before}{text}".replace("#", "%23"))
        assert answer.status_code in (200, 303, 404), (before, text)
        assert "<script>alert" not in answer.text
        assert not [e for e in Page(answer.text).elements if "onerror" in e.attributes]
        assert "Set-Cookie: a=b" not in str(answer.headers)
        assert "\r" not in answer.headers.get("Location", "")


def test_B12_no_page_may_be_framed(client: Visitor, inbox: Inbox) -> None:
    register(client, inbox, HOA)
    for path in (
        "/",
        "/portlet/question",
        "/onboarding/account",
        "/onboarding/usb",
        "/account",
        "/sandbox/",
        "/no",
    ):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


NOT_THERE = [
    "/console", "/console/nothing", "/admin", "/.git/", "/.git/config",
    "/.git/HEAD", "/.env", "/.well-known/security.txt", "/metrics", "/debug", "/server-status", "/actuator/health",
    "/static/", "/static/app.css", "/static/../wsgi.py", "/static/%2e%2e/wsgi.py", "/static/..%2fwsgi.py",
    "/static/0/../../pyproject.toml", "/instance/sandbox-keys.json", "/onboarding.db", "/config.py",
    "/backup.zip", "/wp-login.php", "/api", "/swagger.json", "/openapi.json", "/graphql", "/login",
    "/phpinfo.php", "/web.config", "/.DS_Store", "/robots.txt~", "/Makefile", "/templates/base.html",
    "/account/sessions", "/account/sessions/1/end", "/onboarding/usb/challenge/",
]  # fmt: skip


def test_B26_nothing_lies_about(client: Visitor) -> None:
    told = re.compile(r"werkzeug|flask|python|granian|\d+\.\d+\.\d+", re.IGNORECASE)
    for path in NOT_THERE:
        answer = FlaskClient.open(client, path)
        assert answer.status_code == 404, path
        assert not told.search(answer.text + str(answer.headers)), path


def test_B26_there_is_no_debugger(client: Visitor) -> None:
    plain = client.get("/").text
    assert client.get("/?__debugger__=yes&cmd=resource&f=debugger.js").text.count("script") == plain.count(
        "script"
    )


def test_B30_nothing_that_a_visitor_sends_is_logged(
    app: Flask, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visitor = app.test_client()
    fake = json.dumps({"level": "ERROR", "message": "B30"})
    visitor.environ_base["HTTP_USER_AGENT"] = f"B30\t\x1b[31m{fake} Chrome Android"
    open_way(visitor, "phone")
    visitor.submit(number=f"B30\r\n{fake}")
    register(visitor, inbox, HOA)
    visitor.get("/B30?B30=B30")
    assert "B30" not in caplog.text
    visitor.visit("/account")
    assert "Chrome, Android" in visitor.page.text, "a device has a name from a list"
    assert "B30" not in visitor.page.text


def test_R17_names_are_kept_as_typed_in_one_form(client: Visitor, inbox: Inbox, database: Database) -> None:
    ask_code(client, HOA.number, "register")
    enter_code(client, inbox.code(HOA.e164))
    client.submit(kind="citizen")
    born = {"birth_day": "27", "birth_month": "3", "birth_year": "1990", "national_id": HOA.national_id}
    before = rows(database)["accounts"]
    client.submit(name="  Đặng  Thi\u0323 Xuân Hoà ", **born)
    client.visit("/onboarding/citizen")
    assert fields_of(client)["name"] == "Đặng Thị Xuân Hoà"
    assert rows(database)["accounts"] == before
