"""Takes the pictures anew, beside a running `make run`: `PYTHONPATH=. .venv/bin/python docs/pictures/make.py`."""  # noqa: INP001 - a script

from pathlib import Path

from playwright.sync_api import Page

from tests.machine.chromium import PHONE, running

PORTAL = "http://127.0.0.1:8000"
HERE = Path(__file__).parent


def picture(page: Page, name: str, path: str = "") -> None:
    """One picture of what a telephone shows."""
    if path:
        page.goto(PORTAL + path)
    page.screenshot(path=HERE / f"{name}.png")


with running() as browser:
    visitor = browser.new_page(viewport=PHONE, locale="vi-VN")  # type: ignore[arg-type]
    picture(visitor, "portal", "/")
    picture(visitor, "question", "/onboarding/account?answer=register")
    visitor.get_by_role("button", name="Tiếp tục").click()
    visitor.get_by_role("textbox").first.fill("090 123 4567")
    visitor.get_by_role("button", name="Tiếp tục").click()
    picture(visitor, "code")
