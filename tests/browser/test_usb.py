"""The USB answer as people meet it: a real Chromium, the program, the agent over TLS, a PKCS#11 token."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.agent import Computer, make_computer, running_agent, sign, trusted_like_a_citizens
from tests.browser.citizen import Citizen
from tests.machine import chromium
from tests.machine.server import Server

pytestmark = pytest.mark.token

DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def agent_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the agents of this file keep their certificate."""
    return tmp_path_factory.mktemp("agent")


@pytest.fixture(scope="module")
def browser(agent_folder: Path) -> Iterator[Browser]:
    """Chromium in which the agent's certificate was accepted."""
    with chromium.running(trusted_like_a_citizens(agent_folder)) as browser:
        yield browser


@pytest.fixture
def computer(server: Server, tmp_path: Path) -> Computer:
    """A computer with a VNPT-shaped token in it."""
    return make_computer(server, tmp_path)


@pytest.fixture
def at_desk(new_page: Callable[..., Page], server: Server) -> Citizen:
    """Somebody at a computer."""
    return Citizen(new_page(viewport=DESKTOP), server)


@pytest.mark.parametrize(("issuer", "screen"), [("vnpt", DESKTOP), ("vgca", chromium.PHONE)])
def test_a_new_certificate_registers_and_signs_in_next_time(
    new_page: Callable[..., Page],
    server: Server,
    tmp_path: Path,
    agent_folder: Path,
    issuer: str,
    screen: dict[str, int],
) -> None:
    citizen = Citizen(new_page(viewport=screen), server)
    computer = make_computer(server, tmp_path, issuer=issuer)
    with running_agent(computer, server.url, agent_folder):
        sign(citizen)
        assert citizen.at == "register"
        citizen.prove_number()
        assert citizen.at == "citizen"
        assert citizen.page.input_value("[name=name]") == computer.name
        assert citizen.page.input_value("[name=national_id]") == computer.national_id
        citizen.tell_who()
        citizen.agree_and_send()
        assert citizen.at == "registered"
        citizen.sign_out()
        sign(citizen)
    expect(citizen.page).to_have_url(f"{server.url}/account")
    expect(citizen.page.locator("[data-account-state=active]")).to_contain_text(computer.name)
    expect(citizen.page.locator("[data-account-state]")).to_contain_text("USB")


def test_a_certificate_of_somebody_with_an_account_is_linked_by_a_code_to_its_number(
    at_desk: Citizen, server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    at_desk.register()
    at_desk.sign_out()
    computer = make_computer(server, tmp_path, national_id=at_desk.national_id)
    with running_agent(computer, server.url, agent_folder):
        sign(at_desk)
        assert at_desk.at == "usb-code"
        assert at_desk.number[-3:] in at_desk.page.locator("main").inner_text()
        assert at_desk.number[-8:] not in at_desk.page.locator("main").inner_text()
        at_desk.enter_code()
        expect(at_desk.page.locator("[data-account-state=active]")).to_contain_text(at_desk.name)
        at_desk.page.wait_for_timeout(0)
        expect_notice(at_desk)
        at_desk.sign_out()
        sign(at_desk)
    expect(at_desk.page.locator("[data-account-state=active]")).to_be_visible()


def expect_notice(citizen: Citizen) -> None:
    """The owner is told that a token opens the account from now on."""
    assert "USB ky so vua duoc gan" in citizen.message()["text"]
    assert citizen.message()["code"] is None


def test_the_pin_typed_at_the_agents_prompt_signs(
    at_desk: Citizen, server: Server, computer: Computer, agent_folder: Path
) -> None:
    with running_agent(computer, server.url, agent_folder, typed=(computer.token / "pin").read_text()):
        sign(at_desk)
    assert at_desk.at == "register"
