"""Takes the README's pictures anew: `make pictures`."""  # noqa: INP001 - a script

import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.machine.chromium import PHONE, running
from tests.machine.server import Server

HERE = Path(__file__).parent


def picture(page: Page, name: str, path: str = "") -> None:
    """One picture of what a telephone shows."""
    if path:
        page.goto(path)
    page.screenshot(path=HERE / f"{name}.png")


with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server, running() as browser:
    visitor = browser.new_page(viewport=PHONE, base_url=server.url, locale="vi-VN")  # type: ignore[arg-type]
    picture(visitor, "portal", "/")
    picture(visitor, "question", "/onboarding/account?answer=register")
    visitor.get_by_role("button", name="Tiếp tục").click()
    visitor.get_by_role("textbox").first.fill("090 123 4567")
    visitor.get_by_role("button", name="Tiếp tục").click()
    visitor.wait_for_url("**/onboarding/register-code")
    picture(visitor, "code")
