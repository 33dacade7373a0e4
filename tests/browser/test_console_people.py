"""The console's pages about people, looked at like every other page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.browser.test_console import desk, first_sign_in, go, inspector
from tests.machine.server import Server

__all__ = ["desk", "inspector"]
DESK_LIMIT = 40_000  # bytes of a page that is read at a desk, with the picture of the journey

pytestmark = pytest.mark.parametrize("language", ["vi", "en"])


def chosen(page: Page, why: str) -> Callable[[], None]:
    """Giving a reason and opening the page."""
    page.locator(f"[name=why][value={why}]").check()
    return go(page, "/open")


def press(button: Locator) -> Callable[[], None]:
    """Pressing a button that leads to another page."""

    def pressed() -> None:
        with button.page.expect_navigation():
            button.click()

    return pressed


def test_the_pages_of_an_account(desk: Page, server: Server, inspector: Inspector) -> None:
    citizen = Citizen(desk, server)
    citizen.register_elsewhere()
    first_sign_in(desk, server, "supervisor")
    inspector.limit = DESK_LIMIT
    inspector.coming("console-find", lambda: desk.goto("/console/find"))
    desk.fill("[name=text]", citizen.number)
    inspector.coming("console-found", go(desk, "/find"))
    address = desk.locator("main a[href*=accounts]").get_attribute("href")
    inspector.coming("console-reason", lambda: desk.goto(str(address)))
    desk.go_back()
    assert desk.input_value("[name=text]") == "", "back from the results is the field, and nothing of the search"
    desk.goto(str(address))
    inspector.coming("console-reason-error", go(desk, "/open"))
    inspector.coming("console-account", chosen(desk, "desk"))
    inspector.coming("console-account-revealed", press(desk.locator("form[action$=reveal] button").first))
    desk.locator("summary:has-text('Tạm khóa'), summary:has-text('Suspend')").click()
    inspector.coming("console-account-problem", go(desk, "/suspend"))


def test_the_queue_a_journey_and_the_figures(
    desk: Page, server: Server, new_page: Callable[..., Page], inspector: Inspector
) -> None:
    caller = Citizen(new_page(), server)
    caller.page.goto("/onboarding/call-back")
    caller.fill(name=caller.name, number=caller.number)
    caller.page.locator("[name=best_time][value=any]").check()
    caller.go_on()
    first_sign_in(desk, server, "supervisor")
    inspector.limit = DESK_LIMIT
    inspector.coming("console-call-backs", lambda: desk.goto("/console/call-backs"))
    address = desk.locator("main a[href*=journeys]").last.get_attribute("href")
    inspector.coming("console-call-backs-taken", press(desk.locator("form[action$=take] button").last))
    inspector.coming("console-call-backs-error", go(desk, "/done"))
    desk.goto(str(address))
    inspector.coming("console-journey", chosen(desk, "call-back"))
    inspector.coming("console-figures", lambda: desk.goto("/console/figures"))
