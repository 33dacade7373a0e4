"""The page of all parts is held to what the citizens' pages are held to."""

import pytest
from playwright.sync_api import Browser

from tests.browser.inspection import Inspector
from tests.machine.server import Server

LOW = """() => [...document.querySelectorAll("a, button, label.choice")]
    .filter(e => e.checkVisibility() && !e.classList.contains("skip") && e.getBoundingClientRect().height < 44)
    .map(e => e.outerHTML)"""


@pytest.mark.parametrize("address", ["/sandbox/parts", "/sandbox/parts?errors=1&lang=en"])
def test_the_parts_are_accessible_and_fit_a_telephone(browser: Browser, server: Server, address: str) -> None:
    with browser.new_context(base_url=server.url) as context:
        inspector = Inspector(context.new_page())
        inspector.coming(address.rpartition("/")[2][:12], lambda: inspector.page.goto(address))
        low = inspector.page.evaluate(LOW)
    assert inspector.faults == []
    assert low == []
