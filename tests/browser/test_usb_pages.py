"""The pages that only somebody with a token meets, held to what every page is held to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.agent import at_a_citizens, make_computer, running_agent, sign
from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine import chromium
from tests.machine.server import Server

pytestmark = pytest.mark.token


@pytest.fixture(scope="session")
def server(portal: Server) -> Server:
    """The portal over TLS."""
    return portal


@pytest.fixture(scope="module")
def browser(agent_folder: Path) -> Iterator[Browser]:
    """Chromium in which the agent's certificate was accepted."""
    with chromium.running(*at_a_citizens(agent_folder)) as browser:
        yield browser


def test_a_token_is_linked_confirms_is_removed_and_comes_back(
    citizen: Citizen, inspect: Callable[..., Inspector], server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    page = citizen.page

    def look(name: str, come: Callable[[], object]) -> None:
        """Look at a page in both languages."""
        for language in ("vi", "en"):
            inspect(page, language).coming(name, come)

    def opening(step: str) -> Callable[[], object]:
        return lambda: page.goto(f"/onboarding/{step}")

    citizen.register()
    computer = make_computer(server, tmp_path, national_id=citizen.national_id)
    with running_agent(computer, server.url, agent_folder):
        look("link-token", opening("link-token"))
        press(citizen)
        look("account-with-certificate", lambda: page.goto("/account"))
        look("link-token-error", lambda: (page.goto("/onboarding/link-token"), press(citizen)))
        look("confirm", opening("confirm?aim=unlink-token"))
        citizen.go_on()
        look("confirm-code", opening("confirm-code"))
        page.goto("/onboarding/confirm?aim=unlink-token")
        with page.expect_navigation():
            page.locator("[name=by_token]").click()
        look("confirm-token", opening("confirm-token"))
        press(citizen)
        look("unlink-token", opening("unlink-token"))
        page.locator("[name=certificate]").check()
        citizen.go_on()
        look("closed", lambda: page.goto("/account"))
        sign(citizen)
    look("usb-code", opening("usb-code"))
    citizen.enter_code()
    expect(page.locator("[data-account-state=active]")).to_contain_text("VNPT")


def press(citizen: Citizen) -> None:
    """Sign on the page at hand, and come to where that leads."""
    with citizen.page.expect_navigation():
        citizen.page.locator("[data-usb-start]").click()
