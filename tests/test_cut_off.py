"""One registration on a line that is cut off: whatever fails in between, it ends with one account, all kept."""

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.journey.people import MAN_OF_1965
from tests.machine.browser import Browser
from tests.machine.html import Page
from tests.machine.server import Server, free_port
from tests.machine.web_service import WebService
from tests.test_kill import NUMBER, restart

TAKEN = json.dumps({"status": "success", "code": "00"})
PATIENCE = 90  # seconds: the longer a gateway was away on a busy machine, the later it is asked again
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def port() -> int:
    """Where the provider of text messages will answer; nobody does so yet."""
    return free_port()


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator[Server]:
    """A server of the test's own, which it may kill, with that provider as its gateway."""
    address = f"speedsms=http://token@127.0.0.1:{port}/"
    with Server(tmp_path, sms_gateway="speedsms", sms_addresses=address, sms_sender="DVC") as server:
        yield server


def until(browser: Browser, sentence: str) -> None:
    """Look at the page again and again, as somebody does who waits, until it says so."""
    end = time.monotonic() + PATIENCE
    while sentence not in browser.visit(browser.place).text:
        assert time.monotonic() < end, browser.page.text
        time.sleep(0.1)


def code(gateway: WebService, nth: int) -> str:
    """The code in the nth message that the provider took."""
    end = time.monotonic() + PATIENCE
    while len(gateway.asked) < nth:
        assert time.monotonic() < end, "no message came"
        time.sleep(0.05)
    found = re.search(r"\b\d{6}\b", json.loads(gateway.asked[nth - 1].body)["content"])
    assert found is not None
    return found[0]


def let_half_an_hour_go_by(server: Server) -> None:
    """The server is down, and when it is back, the citizen's last click is long ago."""
    server.kill()
    with closing(sqlite3.connect(server.folder / "onboarding.db")) as database, database:
        (text,) = database.execute("SELECT last_at FROM journeys").fetchone()
        database.execute("UPDATE journeys SET last_at = ?", [str(datetime.fromisoformat(text) - HALF_AN_HOUR)])
    server.start()


def send_twice(browser: Browser, place: str, *, dying: Server | None = None, **answers: str) -> None:
    """Send a page, lose its answer, perhaps the server with it, and send the page again as it was."""
    address, fields = browser.form()
    browser.lose(address, fields | answers)
    if dying is not None:
        restart(dying)
    browser.send(address, fields | answers)
    assert browser.place == f"/onboarding/{place}", browser.page.errors


def shows(page: Page, answers: dict[str, str]) -> bool:
    """Whether a page's fields hold what was typed."""
    held = {field.get("name"): field.get("value") for field in page.all("input")}
    return held.items() >= answers.items()


def test_a_registration_on_a_line_that_is_cut_off_ends_with_one_account(server: Server, port: int) -> None:
    browser = Browser(server.url)
    browser.visit("/onboarding/account?lang=en")
    send_twice(browser, "register", answer="register")
    # The gateway is dead: the page says what is so, before and after a crash. Then the message arrives, once.
    send_twice(browser, "register-code", dying=server, number=NUMBER)
    until(browser, "The message is on its way.")
    with WebService(body=TAKEN, port=port) as gateway:
        until(browser, "The message has been sent.")
        send_twice(browser, "who", dying=server, code=code(gateway, 1))
        send_twice(browser, "citizen", kind="citizen")
        come_back_late(browser, server, gateway)
        send_twice(browser, "consent")
        send_twice(browser, "check-answers", consent="y")
        for text in (MAN_OF_1965["name"], "27/03/1965", MAN_OF_1965["national_id"]):
            assert text in browser.page.text
        send_twice(browser, "registered", dying=server)
        assert "Active" in browser.visit("/account").text
        until_told(gateway)
    with closing(sqlite3.connect(server.folder / "onboarding.db")) as database:
        walked_here = "SELECT state FROM accounts WHERE consent_version <> 'sandbox'"  # no test people
        assert database.execute(walked_here).fetchall() == [("active",)]


def come_back_late(browser: Browser, server: Server, gateway: WebService) -> None:
    """Fill in a page that lay open for too long, prove the number again, and go back to that page once more."""
    address, fields = browser.form()
    let_half_an_hour_go_by(server)
    browser.submit(**MAN_OF_1965)
    assert browser.place == "/onboarding/resume"
    send_twice(browser, "resume-code", number=NUMBER)
    until(browser, "The message has been sent.")
    browser.submit(code=code(gateway, 2))
    assert browser.place == "/onboarding/citizen", browser.page.errors
    assert shows(browser.page, MAN_OF_1965)
    with pytest.raises(HTTPError) as refused:  # the form of before belongs to nobody any more
        browser.send(address, fields | MAN_OF_1965)
    browser.page = Page(refused.value.read().decode())
    assert refused.value.code == 403
    assert shows(browser.page, MAN_OF_1965)


def until_told(gateway: WebService) -> None:
    """Two codes and the confirmation, none of them twice."""
    end = time.monotonic() + PATIENCE
    while len(gateway.asked) < 3:
        assert time.monotonic() < end, "no confirmation came"
        time.sleep(0.05)
    texts = [json.loads(asked.body)["content"] for asked in gateway.asked]
    assert len(texts) == len(set(texts)) == 3
