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
