"""`kill -9` after any answer: what a page had confirmed is there after the restart, what was promised is sent."""

import http.cookiejar
import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.people import MAN_OF_1965
from tests.machine.html import Page
from tests.machine.server import Server
from tests.machine.visitor import filled_in

NUMBER = "0901234567"
WAIT = 90  # seconds for a message: who is killed while it has one in hand keeps others off it for 60


class Browser:
    """A plain HTTP client with cookies, which fills in forms."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._open = urllib.request.build_opener(self._cookies).open
        self.page, self.place = Page(""), ""

    def visit(self, address: str, data: bytes | None = None) -> Page:
        """Open an address of the server."""
        with self._open(self.server.url + address, data, timeout=20) as response:
            self.page, self.place = Page(response.read().decode()), urllib.parse.urlsplit(response.url).path
        return self.page

    def form(self) -> tuple[str, dict[str, str]]:
        """The page's form: where it goes, and what it would send if nobody touched it."""
        form = next(form for form in self.page.all("form") if form.get("method").lower() == "post")
        return form.get("action"), filled_in(self.page, form)

    def submit(self, **answers: str) -> Page:
        """Fill in the page and send it."""
        address, fields = self.form()
        return self.send(address, fields | answers)

    def send(self, address: str, fields: dict[str, str]) -> Page:
        """Send a form as it is."""
        return self.visit(address, urllib.parse.urlencode(fields).encode())

    def lose(self, address: str, fields: dict[str, str]) -> None:
        """Send a form whose answer is lost on its way: neither its page nor its cookie arrives."""
        jar, page, place = self._cookies.cookiejar, self.page, self.place
        kept = list(jar)
        self.send(address, fields)
        jar.clear()
        for cookie in kept:
            jar.set_cookie(cookie)
        self.page, self.place = page, place


def code(lines: Path) -> str:
    """The newest code that the gateway wrote to a file, once it is there."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        if lines.is_file() and (texts := lines.read_text().splitlines()):
            return str(json.loads(texts[-1])["text"].rpartition("#")[2])
        time.sleep(0.05)
    raise AssertionError("no message came")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, which it may kill; its messages go to a file."""
    with Server(tmp_path, sms_gateway="file", sms_file=str(tmp_path / "sms" / "messages.jsonl")) as server:
        yield server


def restart(server: Server) -> None:
    """`kill -9` and start again."""
    server.kill()
    server.start()


def test_a_registration_survives_kill_9_after_each_of_its_pages(server: Server, tmp_path: Path) -> None:
    browser = Browser(server)
    browser.visit("/onboarding/account?lang=en")
    support_code = browser.page.support_code
    walk: list[tuple[dict[str, str], str]] = [
        ({"answer": "register"}, "register"),
        ({"number": NUMBER}, "register-code"),
        ({}, "who"),
        ({"kind": "citizen"}, "citizen"),
        (MAN_OF_1965, "consent"),
        ({"consent": "y"}, "check-answers"),
        ({}, "registered"),
    ]
    for answers, place in walk:
        if place == "who":
            answers["code"] = code(tmp_path / "sms" / "messages.jsonl")
        browser.submit(**answers)
        assert browser.place == f"/onboarding/{place}", browser.page.errors
        restart(server)
        browser.visit(browser.place)
        assert (browser.place, browser.page.support_code) == (f"/onboarding/{place}", support_code)
    for shown in ("Nguyễn Văn Ba", "this device"):
        assert shown in browser.visit("/account").text


def test_a_message_promised_before_kill_9_is_sent_after_the_restart(server: Server, tmp_path: Path) -> None:
    lines = tmp_path / "sms" / "messages.jsonl"
    lines.unlink()
    lines.mkdir()  # the gateway cannot write, so the message waits
    browser = Browser(server)
    browser.visit("/onboarding/account?lang=en")
    browser.submit(answer="phone")
    browser.submit(number=NUMBER)
    assert "The message is on its way." in browser.visit("/onboarding/phone-code").text
    server.kill()
    lines.rmdir()
    server.start()
    browser.visit("/onboarding/phone-code")
    browser.submit(code=code(lines))
    assert browser.place == "/onboarding/no-account"
    assert len(lines.read_text().splitlines()) == 1


def test_a_form_whose_answer_was_lost_is_sent_again_without_harm(server: Server, tmp_path: Path) -> None:
    browser = Browser(server)
    browser.visit("/onboarding/account?lang=en")
    browser.submit(answer="register")
    page = browser.page
    browser.submit(number=NUMBER)
    restart(server)
    browser.page = page
    browser.submit(number=NUMBER)
    assert browser.place == "/onboarding/register-code"
    assert code(tmp_path / "sms" / "messages.jsonl")
    assert len((tmp_path / "sms" / "messages.jsonl").read_text().splitlines()) == 1
