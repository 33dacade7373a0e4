"""The pages that only somebody with a token meets, held to what every page is held to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.agent import make_computer, running_agent, sign, trusted_like_a_citizens
from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine import chromium
from tests.machine.server import Server

pytestmark = pytest.mark.token


@pytest.fixture(scope="module")
def agent_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the agent of this file keeps its certificate."""
    return tmp_path_factory.mktemp("agent")


@pytest.fixture(scope="module")
def browser(agent_folder: Path) -> Iterator[Browser]:
    """Chromium in which the agent's certificate was accepted."""
    with chromium.running(trusted_like_a_citizens(agent_folder)) as browser:
        yield browser


def test_an_account_gets_a_certificate(
    citizen: Citizen, inspect: Callable[..., Inspector], server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    citizen.register()
    citizen.sign_out()
    computer = make_computer(server, tmp_path, national_id=citizen.national_id)
    with running_agent(computer, server.url, agent_folder):
        sign(citizen)
    for step, address in (("usb-code", "/onboarding/usb-code"), ("account-with-certificate", "/account")):
        for language in ("vi", "en"):
            inspector = inspect(citizen.page, language)
            inspector.coming(step, lambda address=address: citizen.page.goto(address))  # type: ignore[misc]
        if step == "usb-code":
            citizen.enter_code()
