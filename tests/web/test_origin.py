"""R23, B6: a change is made by our own pages only. What a browser may say about where it comes from."""

import pytest
from flask import Flask

from onboarding.db import Database
from onboarding.web.requests import PROGRAMS
from tests.attacks.wizard import fields_of, refusals, rows
from tests.machine.visitor import Visitor
from tests.web.conftest import HOST, ORIGIN, Browser

OURS: dict[str, dict[str, str]] = {
    "our origin": {"Origin": ORIGIN},
    "our origin, same site": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
    "an old browser's referer": {"Referer": f"{ORIGIN}/onboarding/account"},
    "a new browser without origin": {"Sec-Fetch-Site": "same-origin"},
}
FOREIGN: dict[str, dict[str, str]] = {
    "no sign of origin": {},
    "null": {"Origin": "null"},
    "another site": {"Origin": "https://evil.example"},
    "a sibling": {"Origin": f"https://other.{HOST}"},
    "our name at its end": {"Origin": f"https://evil{HOST}"},
    "our name at its beginning": {"Origin": f"{ORIGIN}.evil.example"},
    "our host without https": {"Origin": f"http://{HOST}"},
    "our host, another port": {"Origin": f"{ORIGIN}:8443"},
    "cross-site": {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    "same-site": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    "typed": {"Origin": ORIGIN, "Sec-Fetch-Site": "none"},
    "foreign origin, our referer": {"Origin": "https://evil.example", "Referer": f"{ORIGIN}/"},
    "foreign referer": {"Referer": "https://evil.example/?https://dichvucong.example.vn/"},
    "no address at all": {"Referer": "http://["},
}


def answers() -> dict[str, str]:
    """A right answer to the first question, but for its hidden fields."""
    return {"answer": "phone"}


@pytest.mark.parametrize("name", OURS)
def test_our_own_pages_may(browser_on_https: Browser, name: str) -> None:
    browser_on_https.visit("/onboarding/account")
    form = fields_of(browser_on_https) | answers()
    answer = browser_on_https.post("/onboarding/account", data=form, headers=OURS[name])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/onboarding/phone")


@pytest.mark.parametrize("name", FOREIGN)
def test_B06_other_sites_may_not(browser_on_https: Browser, database: Database, name: str) -> None:
    browser_on_https.visit("/onboarding/account")
    form, before = fields_of(browser_on_https) | answers(), rows(database, without=("events",))
    answer = browser_on_https.post("/onboarding/account", data=form, headers=FOREIGN[name])
    assert answer.status_code == 403
    assert rows(database, without=("events",)) == before
    assert refusals(database) == ["origin"]


def test_the_sandbox_on_http_takes_forms_from_any_program_but_not_from_other_sites(client: Visitor) -> None:
    client.visit("/onboarding/account")
    form = fields_of(client) | answers()
    assert client.post("/onboarding/account", data=form).status_code == 303
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert client.post("/onboarding/account", data=form, headers=headers).status_code == 403


def test_the_sandbox_takes_forms_from_the_name_it_was_opened_by(client: Visitor) -> None:
    client.visit("/onboarding/account")
    form = fields_of(client) | answers()
    headers = {"Origin": "http://localhost"}
    assert client.post("/onboarding/account", data=form, headers=headers).status_code == 303


@pytest.mark.parametrize("forged", ["", "x", "IjEi.aaaa.bbbb"])
def test_B06_a_right_origin_needs_the_token_too(
    browser_on_https: Browser, database: Database, forged: str
) -> None:
    browser_on_https.visit("/onboarding/account")
    form = fields_of(browser_on_https) | answers() | {"csrf_token": forged}
    assert browser_on_https.post("/onboarding/account", data=form).status_code == 403
    assert refusals(database) == ["csrf"]


def test_B06_every_form_of_the_portal_needs_the_token(production: Flask, browser_on_https: Browser) -> None:
    some_id = "00000000-0000-4000-8000-000000000000"
    every = [rule for rule in production.url_map.iter_rules() if "POST" in (rule.methods or ())]
    posts = [rule for rule in every if not rule.endpoint.startswith((f"{PROGRAMS}.", "api."))]
    called = {rule.rule.removeprefix("/oidc/") for rule in every if rule.endpoint.startswith(f"{PROGRAMS}.")}
    programs = {"authorize", "end-session", "par", "token", "userinfo", "introspect", "revoke"}
    assert called == programs, "none by a cookie"
    assert len(posts) >= 4
    for rule in posts:
        words = {"name": "account", "kind": "accounts"}
        path = rule.build({name: words.get(name, some_id) for name in rule.arguments})
        assert path is not None
        assert browser_on_https.post(path[1], data={"a": "1"}).status_code == 403, rule
