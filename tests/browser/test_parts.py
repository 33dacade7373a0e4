"""The page of all parts is held to what the citizens' pages are held to."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.inspection import Inspector


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_parts_are_accessible_and_fit_a_telephone(
    inspect: Callable[..., Inspector], page: Page, language: str
) -> None:
    inspector = inspect(page, language)
    for name, address in {"parts": "/sandbox/parts", "parts-error": "/sandbox/parts?errors=1"}.items():
        inspector.coming(name, lambda address=address: page.goto(address), weighed=False)  # type: ignore[misc]


def test_a_date_can_be_read_while_it_is_typed_in_large_text_on_a_small_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/sandbox/parts")
    page.evaluate("document.documentElement.style.fontSize = '225%'")
    for name, digits in (("day", "27"), ("month", "12"), ("year", "1965")):
        box = page.locator(f"[name$={name}]")
        box.fill(digits)
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), name
