"""R26: which names we answer to, and whose word about a visitor's address counts."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from flask import Flask

from onboarding import create_app
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.web.requests import client_address
from tests.machine.visitor import Visitor
from tests.web.conftest import HOST, Browser

VISITOR = "198.51.100.7"
PROXY = "10.0.0.5"


@pytest.mark.parametrize("host", [HOST, HOST.upper()])
def test_production_answers_to_its_name(browser_on_https: Browser, host: str) -> None:
    assert browser_on_https.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "other.example",
        f"{HOST}.evil.example",
        f"evil{HOST}",
        f"{HOST}:8443",
        "127.0.0.1",
        "localhost",
        "[",
        "a b",
        "",
    ],
)
def test_production_answers_to_no_other(browser_on_https: Browser, host: str) -> None:
    answer = browser_on_https.get("/onboarding/account", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_no_header_of_a_proxy_changes_the_name(browser_on_https: Browser) -> None:
    headers = {"Host": HOST, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = browser_on_https.get("/onboarding", headers=headers)
    assert answer.status_code == 303
    assert "evil" not in answer.headers["Location"]
    assert "evil" not in browser_on_https.get("/onboarding/account", headers=headers).text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:9", "[::1]:8000"])
def test_a_sandbox_answers_on_loopback(client: Visitor, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": "other.example"}).status_code == 400


def seen(app: Flask, forwarded: str | None, peer: str) -> str:
    """The address that limits are counted for."""
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
        return client_address()


@pytest.fixture
def behind(settings: Settings, clock: Clock, request: pytest.FixtureRequest) -> Flask:
    """The portal with these trusted proxies."""
    return create_app(replace(settings, trusted_proxies=request.param), clock)


@pytest.mark.parametrize(
    ("behind", "forwarded", "peer", "address"),
    [
        # Nothing is configured: the header is a visitor's invention.
        ("", VISITOR, PROXY, PROXY),
        ("", VISITOR, "127.0.0.1", "127.0.0.1"),
        # One network: its word counts, and only its last word.
        ("10.0.0.0/8", VISITOR, PROXY, VISITOR),
        ("10.0.0.0/8", f"192.0.2.1, {VISITOR}", PROXY, VISITOR),
        ("10.0.0.0/8", f"{VISITOR}, 10.9.9.9", PROXY, "10.9.9.9"),
        ("10.0.0.0/8", VISITOR, "203.0.113.1", "203.0.113.1"),
        ("10.0.0.0/8", None, PROXY, PROXY),
        # Two networks: two of ours in a row.
        ("10.0.0.0/8, 192.0.2.0/24", f"192.0.2.200, {VISITOR}, 192.0.2.1", PROXY, VISITOR),
        # A number of hops, on this machine.
        ("1", VISITOR, "127.0.0.1", VISITOR),
        ("1", VISITOR, PROXY, PROXY),
        ("2", f"{VISITOR}, 127.0.0.1", "127.0.0.1", VISITOR),
        ("0", VISITOR, "127.0.0.1", "127.0.0.1"),
        # What is no address is nobody's word.
        ("1", "unknown", "127.0.0.1", "127.0.0.1"),
        ("1", f"{VISITOR}, '; --", "127.0.0.1", "127.0.0.1"),
        ("1", "", "127.0.0.1", "127.0.0.1"),
        ("1", "2001:db8::7", "127.0.0.1", "2001:db8::7"),
    ],
    indirect=["behind"],
)
def test_only_configured_proxies_say_who_comes(
    behind: Flask, forwarded: str | None, peer: str, address: str
) -> None:
    assert seen(behind, forwarded, peer) == address


def test_a_visitor_without_a_peer_address_is_somebody(app: Flask) -> None:
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": ""}):
        assert client_address() == str(IPv4Address(0))


CONSOLE = "hotro.example.vn"


@pytest.fixture
def browser_of_two_hosts(settings: Settings, clock: Clock, tmp_path: Path) -> Iterator[Browser]:
    """A browser at a production portal whose console has a host name of its own."""
    named = {"public_url": f"https://{HOST}", "console_url": f"https://{CONSOLE}", "sms_file": str(tmp_path / "m")}
    app = create_app(replace(settings, mode="production", sms_gateway="file", **named), clock)
    app.test_client_class = Browser
    browser = app.test_client()
    assert isinstance(browser, Browser)
    yield browser
    app.extensions["database"].engine.dispose()


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        (CONSOLE, "/console/sign-in", 200),
        (CONSOLE, "/console/", 303),
        (CONSOLE, "/", 404),
        (CONSOLE, "/onboarding/account", 404),
        (CONSOLE, "/account", 404),
        (CONSOLE, "/health/live", 200),
        (HOST, "/", 200),
        (HOST, "/console/", 404),
        (HOST, "/console", 404),
        (HOST, "/console/sign-in", 404),
    ],
)
def test_R27_a_console_with_a_host_of_its_own_is_nowhere_else(
    browser_of_two_hosts: Browser, host: str, path: str, status: int
) -> None:
    answer = browser_of_two_hosts.get(path, base_url=f"https://{host}")
    assert answer.status_code == status
    assert not answer.location or HOST not in answer.location


@pytest.mark.parametrize(("origin", "status"), [(CONSOLE, 200), (HOST, 403)])
def test_R27_no_page_of_the_portal_sends_anything_to_the_console(
    browser_of_two_hosts: Browser, origin: str, status: int
) -> None:
    browser_of_two_hosts.get("/console/sign-in", base_url=f"https://{CONSOLE}")
    fields = {field.get("name"): field.get("value") for field in browser_of_two_hosts.page.all("input")}
    asked = {"data": fields, "base_url": f"https://{CONSOLE}", "headers": {"Origin": f"https://{origin}"}}
    assert browser_of_two_hosts.post("/console/sign-in/challenge", **asked).status_code == status
