"""The pages that only somebody with a token meets, held to what every page is held to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.agent import make_computer, running_agent, scripted_agent, sign, sit_down, told
from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine.server import Server

pytestmark = pytest.mark.token


def test_a_token_is_linked_confirms_is_removed_and_comes_back(
    citizen: Citizen, inspect: Callable[..., Inspector], server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    page = citizen.page
    look = partial(look_twice, inspect(page))

    def opening(step: str) -> Callable[[], object]:
        return lambda: page.goto(f"/onboarding/{step}")

    citizen.register()
    page.context.grant_permissions(["local-network-access"], origin=server.url)
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


def look_twice(inspector: Inspector, name: str, come: Callable[[], object]) -> None:
    """Look at a page in both languages."""
    for language in ("vi", "en"):
        inspector.speak(language)
        inspector.coming(name, come)


def press(citizen: Citizen) -> None:
    """Sign on the page at hand, and come to where that leads."""
    citizen.page.locator("[name=program][value=vnpt]").check()
    with citizen.page.expect_navigation():
        citizen.page.locator("[data-usb-start]").click()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_usb_page_while_it_works_and_when_it_failed_and_the_check_of_a_computer(
    citizen: Citizen, inspect: Callable[..., Inspector], server: Server, agent_folder: Path, language: str
) -> None:
    page = citizen.page
    inspector = inspect(page, language)
    sit_down(citizen)
    told(citizen)
    inspector.look("usb-failed")
    with scripted_agent(server.url, agent_folder, "signCms=silent", "checkPlugin=real"):
        page.locator("[data-usb-start]").click()
        expect(page.locator("[data-usb-cancel]")).to_be_visible()
        inspector.look("usb-working")
        page.locator("[data-usb-cancel]").click()
        inspector.coming("usb-check", lambda: page.goto("/onboarding/usb-check"))
        page.locator("[name=program][value=vnpt]").check()
        page.locator("[data-usb-start]").click()
        page.locator("[data-usb-send]").click()
        expect(page.locator("[data-usb-sent] .code")).to_be_visible()
        inspector.look("usb-check-good")
    page.locator("[data-usb-start]").click()
    expect(page.locator("[data-usb-findings] li.bad").first).to_be_visible()
    expect(page.locator("[data-usb-start]")).to_be_enabled()
    inspector.look("usb-check-to-mend")
