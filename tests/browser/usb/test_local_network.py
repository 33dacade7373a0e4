"""A portal on the internet: newer browsers ask the person before its page may reach a program on the computer.

Chromium is told to take the program's address for one on the internet; a headless one answers its own question
with no.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.agent import Computer, at_a_citizens, running_agent, sign
from tests.browser.citizen import Citizen
from tests.machine import chromium
from tests.machine.server import Server

pytestmark = pytest.mark.token


@pytest.fixture(scope="module")
def browser(playwright: Playwright, agent_folder: Path, server: Server) -> Iterator[Browser]:
    """Chromium, for which the program lies on the internet and the agent on this computer."""
    elsewhere = f"--ip-address-space-overrides=127.0.0.1:{urlsplit(server.url).port}=public"
    with chromium.launch(playwright, *at_a_citizens(agent_folder), elsewhere, whole=True) as browser:
        yield browser


def test_allowed_it_signs_and_not_allowed_the_page_says_what_to_allow(
    new_page: Callable[..., Page], server: Server, computer: Computer, agent_folder: Path
) -> None:
    citizen = Citizen(new_page(), server)
    with running_agent(computer, server.url, agent_folder):
        citizen.choose("usb")
        citizen.page.locator("[name=program][value=vnpt]").check()
        told = citizen.page.locator("[data-usb-status]")
        citizen.page.locator("[data-usb-start]").click()
        expect(told).to_contain_text("Trình duyệt sẽ hỏi")
        citizen.page.locator("[data-usb-start]").click()
        expect(told).to_contain_text("Trình duyệt không cho trang này kết nối")
        citizen.page.context.grant_permissions(["local-network-access"], origin=server.url)
        sign(citizen)
    assert citizen.at == "register"
