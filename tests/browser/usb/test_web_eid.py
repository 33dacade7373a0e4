"""Signing in by Web eID: Chromium with a stand-in for the extension, the agent as its native application."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.agent import Computer, at_a_citizens, make_computer, run_agent, sign, sit_down, told
from tests.browser.citizen import Citizen
from tests.machine import chromium
from tests.machine.server import Server

pytestmark = pytest.mark.token

EXTENSION = Path(__file__).parent / "web_eid_extension"


@dataclass(frozen=True)
class Desk:
    """A computer whose browser has the extension."""

    profile: Path
    context: BrowserContext
    portal: Server

    def plug_in(self, computer: Computer, *options: str) -> None:
        """Have the browser start the agent for this computer's token from now on."""
        agent = ("--token-dir", str(computer.token), "--allow-origin", self.portal.url, *options)
        folder = self.profile / "NativeMessagingHosts"
        run_agent(*agent, "web-eid", "install", "--dir", str(folder), "--extension", extension_id())

    def citizen(self) -> Citizen:
        """Somebody new at it."""
        self.context.clear_cookies()
        page = self.context.new_page()
        return Citizen(page, self.portal)


def extension_id() -> str:
    """The id that Chromium gives an extension without a key of its own: of its folder, in letters from a to p."""
    digest = hashlib.sha256(str(EXTENSION).encode()).hexdigest()[:32]
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digest)


@pytest.fixture(scope="module")
def desk(
    playwright: Playwright, portal: Server, agent_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """One for all."""
    profile = tmp_path_factory.mktemp("profile")
    flags, options = at_a_citizens(agent_folder), {"base_url": portal.url, "locale": "vi-VN"}
    with chromium.launch_with_extension(playwright, EXTENSION, profile, *flags, **options) as context:
        yield Desk(profile, context, portal)


def test_a_web_eid_token_registers_and_signs_in_next_time(desk: Desk, portal: Server, tmp_path: Path) -> None:
    citizen, computer = desk.citizen(), make_computer(portal, tmp_path)
    desk.plug_in(computer)
    sign(citizen, "web-eid")
    assert citizen.at == "register"
    citizen.prove_number()
    assert citizen.page.input_value("[name=national_id]") == computer.national_id
    citizen.tell_who()
    citizen.agree_and_send()
    citizen.sign_out()
    sign(citizen, "web-eid")
    expect(citizen.page).to_have_url(f"{portal.url}/account")
    expect(citizen.page.locator("[data-account-state=active]")).to_contain_text(computer.name)


def test_web_eids_own_troubles_have_sentences(desk: Desk, portal: Server, tmp_path: Path) -> None:
    citizen, computer = desk.citizen(), make_computer(portal, tmp_path)
    sit_down(citizen, "web-eid")
    desk.plug_in(computer, "--answer", "authenticate=ERR_WEBEID_USER_CANCELLED")
    assert told(citizen).startswith("Ông/bà đã hủy trong Web eID.")
    computer.wrong_pin()
    desk.plug_in(computer)
    assert told(citizen).startswith("Mã PIN không đúng.")
    (desk.profile / "NativeMessagingHosts" / "eu.webeid.json").unlink()
    assert told(citizen).startswith("Tiện ích không kết nối được phần mềm Web eID.")
