"""`kill -9` after any answer: what a page had confirmed is there after the restart, what was promised is sent."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.people import MAN_OF_1965
from tests.machine.browser import Browser
from tests.machine.server import Server

NUMBER = "0901234567"
WAIT = 90  # seconds for a message: who was killed with it in hand keeps others off it for a minute


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
    browser = Browser(server.url)
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
    lines = tmp_path / "sms" / "messages.jsonl"
    for answers, place in walk:
        if place == "who":
            answers["code"] = code(lines)
        browser.submit(**answers)
        assert browser.place == f"/onboarding/{place}", browser.page.errors
        if place == "register-code":
            code(lines)  # who is killed while it has a message in hand keeps others off it for a minute
        restart(server)
        browser.visit(browser.place)
        assert (browser.place, browser.page.support_code) == (f"/onboarding/{place}", support_code)
    for shown in ("Nguyễn Văn Ba", "this device"):
        assert shown in browser.visit("/account").text


def test_a_message_promised_before_kill_9_is_sent_after_the_restart(server: Server, tmp_path: Path) -> None:
    lines = tmp_path / "sms" / "messages.jsonl"
    lines.unlink()
    lines.mkdir()  # the gateway cannot write, so the message waits
    browser = Browser(server.url)
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
    browser = Browser(server.url)
    browser.visit("/onboarding/account?lang=en")
    browser.submit(answer="register")
    page = browser.page
    browser.submit(number=NUMBER)
    assert code(tmp_path / "sms" / "messages.jsonl")
    restart(server)
    browser.page = page
    browser.submit(number=NUMBER)
    assert browser.place == "/onboarding/register-code"
    assert len((tmp_path / "sms" / "messages.jsonl").read_text().splitlines()) == 1
