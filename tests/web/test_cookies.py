"""P21, P22, R02: what cookies hold and how they are set, over https and in the sandbox."""

import base64

from flask import Flask
from werkzeug.http import parse_cookie
from werkzeug.test import TestResponse

from onboarding.db import Database
from tests.attacks.wizard import HOA, register
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor
from tests.web.conftest import ORIGIN, Browser

FLAGS = {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def cookies(answer: TestResponse) -> dict[str, tuple[str, set[str]]]:
    """Every cookie that an answer sets: its value and its flags."""
    found = {}
    for line in answer.headers.getlist("Set-Cookie"):
        first, *flags = [part.strip() for part in line.split(";")]
        name, _sign, value = first.partition("=")
        assert name not in found, "set twice"
        found[name] = (value, set(flags))
    return found


def test_P22_over_https_the_session_is_bound_to_our_host(browser_on_https: Browser) -> None:
    found = cookies(browser_on_https.get("/onboarding/account"))
    assert found.keys() == {"__Host-session"}
    token, flags = found["__Host-session"]
    assert flags == FLAGS, "and no Max-Age: it ends with the browser"
    assert len(base64.urlsafe_b64decode(f"{token}=")) == 32, "256 bits and nothing else"


def test_P22_every_cookie_over_https_has_the_flags(browser_on_https: Browser) -> None:
    found = cookies(browser_on_https.get("/?lang=en"))
    assert found["__Host-language"] == ("en", found["__Host-language"][1])
    for name, (_value, flags) in found.items():
        assert name.startswith("__Host-")
        assert flags >= FLAGS
        assert not any(flag.startswith("Domain") for flag in flags)


def test_a_known_browser_keeps_a_token_for_180_days_and_nothing_else(client: Visitor, inbox: Inbox) -> None:
    answers: list[TestResponse] = []
    register(client, inbox, HOA, seen=answers.append)
    found = cookies(next(answer for answer in answers if "browser" in cookies(answer)))
    assert found.keys() == {"session", "browser"}
    value, flags = found["browser"]
    assert len(base64.urlsafe_b64decode(f"{value}=")) == 32
    assert "Max-Age=15552000" in flags
    assert flags >= FLAGS - {"Secure"}, "the sandbox on http has all but Secure"


def test_a_page_that_needs_no_token_sets_none(browser_on_https: Browser) -> None:
    for path in ("/", "/portlet/question", "/health/live", "/nothing"):
        assert not cookies(browser_on_https.get(path))


def test_a_token_that_came_is_not_set_again(browser_on_https: Browser) -> None:
    browser_on_https.get("/onboarding/account")
    assert not cookies(browser_on_https.get("/onboarding/account"))


def test_B03_a_cookie_without_our_prefix_is_ignored_over_https(browser_on_https: Browser) -> None:
    planted = "A" * 43
    browser_on_https.set_cookie("session", planted, domain="dichvucong.example.vn")
    token = cookies(browser_on_https.get("/onboarding/account"))["__Host-session"][0]
    assert token != planted


def test_B03_a_planted_cookie_of_the_login_library_signs_nobody_out(client: Visitor, inbox: Inbox) -> None:
    register(client, inbox, HOA)
    client.set_cookie("remember_token", "1|x")
    assert client.get("/account").status_code == 200


def test_B02_an_odd_token_is_not_adopted(client: Visitor) -> None:
    for planted in ("", "x", "A" * 42, "A" * 44, "A" * 42 + "=", "ệ" * 43, "A" * 4000):
        client.set_cookie("session", planted)
        answer = client.get("/onboarding/account")
        assert len(parse_cookie(answer.headers["Set-Cookie"])["session"]) == 43


def test_P21_the_database_holds_hashes_of_tokens_only(client: Visitor, inbox: Inbox, database: Database) -> None:
    register(client, inbox, HOA)
    tokens = [client.get_cookie(name) for name in ("session", "browser")]
    with database.engine.connect() as connection:
        rows = "".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    for cookie in tokens:
        assert cookie is not None
        assert cookie.value not in rows


def test_a_session_token_is_new_for_each_browser(production: Flask) -> None:
    tokens = set()
    for _ in range(20):
        browser = production.test_client()
        tokens.add(cookies(browser.get("/onboarding/account", base_url=ORIGIN))["__Host-session"][0])
    assert len(tokens) == 20
