"""A citizen stuck at the code page calls the one-stop centre: from the first ring to the account and the trail."""

import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.citizen import Citizen, fresh_id
from tests.browser.test_console import console, first_sign_in, give_device
from tests.machine import chromium
from tests.machine.server import Server


class Gateway:
    """The gateway `file`: its file takes messages or, while it is a folder, refuses them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "sent.jsonl"

    def break_down(self) -> None:
        self.path.unlink(missing_ok=True)
        self.path.mkdir()

    def recover(self) -> None:
        self.path.rmdir()

    def code(self, page: Page) -> str:
        """The code of the newest message; waits until the gateway has it."""
        for _ in range(600):
            lines = self.path.read_text().splitlines() if self.path.is_file() else []
            if lines:
                found = re.search(r"#(\d{6})", lines[-1])
                assert found
                return found[1]
            page.wait_for_timeout(50)
        raise AssertionError("no message came")


@pytest.fixture
def gateway(tmp_path: Path) -> Gateway:
    return Gateway(tmp_path)


@pytest.fixture
def office(tmp_path: Path, gateway: Gateway) -> Iterator[Server]:
    """A portal whose messages go out by the gateway `file`."""
    with Server(tmp_path, sms_gateway="file", sms_file=str(gateway.path)) as server:
        yield server


@pytest.fixture
def people(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens a browser for each of the people."""
    contexts: list[BrowserContext] = []

    def opened(url: str) -> Page:
        size = {"width": 1280, "height": 800} if "localhost" in url else chromium.PHONE
        contexts.append(browser.new_context(base_url=url, locale="vi-VN", viewport=size))  # type: ignore[arg-type]
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def fill_and_press(page: Page, form: str, **fields: str) -> None:
    """Fill in the form with this end of its address, and send it."""
    where = page.locator(f"form[action$='{form}']")
    for name, text in fields.items():
        where.locator(f"[name={name}]").fill(text)
    with page.expect_navigation():
        where.locator("button").click()


def open_journey(desk: Page, support_code: str) -> None:
    """Find the journey by what the citizen reads out, and say why."""
    desk.goto("/console/find?lang=en")
    fill_and_press(desk, "/console/find", text=support_code.lower())
    desk.get_by_role("link", name=re.compile("Open")).click()
    desk.locator("[name=why][value=telephone]").check()
    fill_and_press(desk, "/open", reason="the code does not come")


def alter(server: Server, number: int) -> None:
    """Somebody with the database in their hands changes one row of the trail."""
    with closing(sqlite3.connect(server.folder / "onboarding.db", timeout=10)) as database, database:
        for (guard,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {guard}")
        database.execute("UPDATE audit_trail SET reason = 'nothing' WHERE number = ?", [number])


def rows(server: Server) -> list[tuple[int, str, str]]:
    with closing(sqlite3.connect(server.folder / "onboarding.db", timeout=10)) as database:
        return database.execute("SELECT number, kind, reason FROM audit_trail ORDER BY number").fetchall()


def finish(citizen: Citizen, code: str) -> None:
    """The rest of the way to an account."""
    citizen.fill(code=code)
    citizen.go_on()
    citizen.page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.tell_who()
    citizen.agree_and_send()
    assert citizen.at == "registered"


def verified(server: Server) -> subprocess.CompletedProcess[str]:
    """What `onboarding audit verify` says."""
    command = [str(server.program), "audit", "verify"]
    return subprocess.run(command, env=server.environ, capture_output=True, text=True, check=False)


def test_a_citizen_stuck_at_the_code_page_gets_through(
    office: Server, gateway: Gateway, people: Callable[[str], Page]
) -> None:
    desk = people(console(office))
    give_device(desk)
    first_sign_in(desk, office, "helper")
    gateway.break_down()
    citizen = Citizen(people(office.url), office, number="+84901234567", national_id=fresh_id())
    citizen.choose("register")
    citizen.enter_number()
    support_code = citizen.page.locator("[data-support-code]").inner_text()

    open_journey(desk, support_code)
    expect(desk.locator("[data-step]")).to_have_text("Enter the code")
    while not desk.get_by_text("not taken by the gateway (IsADirectoryError)").count():
        desk.reload()
    assert "901234567" not in desk.content()
    expect(desk.locator("form[action$='/suspend'], form[action$='/reinstate']")).to_have_count(0)
    expect(desk.locator("svg[role=img]")).to_be_visible()

    gateway.recover()
    finish(citizen, gateway.code(desk))
    while not desk.locator("td", has_text="handed to the gateway file").count():
        desk.reload()
    citizen.page.goto("/account?lang=en")
    expect(citizen.page.locator("main")).to_contain_text("The citizen is on the telephone")

    told = [(kind, reason) for _, kind, reason in rows(office)]
    assert told[-1] == ("person-opened", "the code does not come"), "all that was done, and nothing else"
    assert verified(office).returncode == 0
    opened, _, _ = rows(office)[-1]
    alter(office, opened - 1)
    broken = verified(office)
    assert broken.returncode == 1
    assert f"row {opened - 1} " in broken.stdout
