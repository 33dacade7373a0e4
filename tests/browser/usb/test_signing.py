"""The USB answer as people meet it: a real Chromium, the program, the agent over TLS, a PKCS#11 token."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, expect

from onboarding.sandbox.issuers import revoke
from tests.browser.agent import Computer, make_computer, running_agent, sign
from tests.browser.citizen import Citizen
from tests.machine import chromium
from tests.machine.server import Server

pytestmark = pytest.mark.token

DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture
def at_desk(new_page: Callable[..., Page], server: Server) -> Citizen:
    """Somebody at a computer."""
    return Citizen(new_page(viewport=DESKTOP), server)


@pytest.mark.parametrize(("bridge", "screen"), [("vnpt", DESKTOP), ("vgca", chromium.PHONE)])
def test_a_new_certificate_registers_and_signs_in_next_time(
    new_page: Callable[..., Page],
    server: Server,
    tmp_path: Path,
    agent_folder: Path,
    bridge: str,
    screen: dict[str, int],
) -> None:
    citizen = Citizen(new_page(viewport=screen), server)
    computer = make_computer(server, tmp_path, issuer=bridge)
    with running_agent(computer, server.url, agent_folder):
        sign(citizen, bridge)
        assert citizen.at == "register"
        citizen.prove_number()
        assert citizen.at == "citizen"
        assert citizen.page.input_value("[name=name]") == computer.name
        assert citizen.page.input_value("[name=national_id]") == computer.national_id
        citizen.tell_who()
        citizen.agree_and_send()
        assert citizen.at == "registered"
        citizen.sign_out()
        sign(citizen, bridge)
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
        expect_notice(at_desk)
        at_desk.sign_out()
        sign(at_desk)
    expect(at_desk.page.locator("[data-account-state=active]")).to_be_visible()


def expect_notice(citizen: Citizen) -> None:
    """The owner is told that a token opens the account from now on."""
    assert citizen.message(holding="USB ky so vua duoc gan")["code"] is None


def test_the_pin_typed_at_the_agents_prompt_signs(
    at_desk: Citizen, server: Server, computer: Computer, agent_folder: Path
) -> None:
    with running_agent(computer, server.url, agent_folder, typed=(computer.token / "pin").read_text()):
        sign(at_desk)
    assert at_desk.at == "register"


def test_a_revoked_certificate_is_refused_with_its_reason(
    at_desk: Citizen, server: Server, tmp_path: Path, agent_folder: Path
) -> None:
    computer = make_computer(server, tmp_path)
    revoke(server.folder / "trust", "vnpt", computer.certificate(), datetime.now(UTC))
    sent = posts_of(at_desk.page)
    with running_agent(computer, server.url, agent_folder):
        sign(at_desk)
    assert at_desk.at == "usb"
    expect(at_desk.page.locator(".error-summary")).to_contain_text("đã bị thu hồi")
    expect(at_desk.page.locator(".error-summary")).to_be_focused()
    expect(at_desk.page.locator(".ways a[href*=phone]")).to_be_visible()
    # Same browser, same page, challenge not expired: the first sending alone has used it up.
    assert send_again(at_desk, parse_qs(sent[-1])["proof"][0]).startswith("Chữ ký đến quá muộn")


def posts_of(page: Page) -> list[str]:
    """What the page sends by POST from now on, as it is sent."""
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.post_data or "") if asked.method == "POST" else None)
    return sent


def test_C3_a_challenge_of_another_page_is_refused(
    at_desk: Citizen, new_page: Callable[..., Page], server: Server, computer: Computer, agent_folder: Path
) -> None:
    other = Citizen(new_page(viewport=DESKTOP), server)
    other.choose("usb")
    at_desk.page.route(
        "**/onboarding/usb/challenge", lambda route: route.fulfill(json={"text": a_challenge(other), "nonce": ""})
    )
    with running_agent(computer, server.url, agent_folder):
        sign(at_desk)
    expect(at_desk.page.locator(".error-summary")).to_contain_text("Chữ ký đến quá muộn")


def a_challenge(citizen: Citizen) -> str:
    """The text that a citizen's USB page is given to sign."""
    text: str = citizen.page.evaluate(
        """async () => {
            const form = document.querySelector("form[data-usb-form]");
            const headers = { "X-CSRFToken": form.elements.csrf_token.value };
            const asked = { method: "POST", headers, body: new URLSearchParams() };
            return (await (await fetch(form.dataset.challengeUrl, asked)).json()).text;
        }"""
    )
    return text


def test_C1_a_challenge_signed_once_is_used_up(
    at_desk: Citizen, server: Server, computer: Computer, agent_folder: Path
) -> None:
    sent = posts_of(at_desk.page)
    with running_agent(computer, server.url, agent_folder):
        sign(at_desk)
    assert at_desk.at == "register"
    proof = parse_qs(sent[-1])["proof"][0]
    assert send_again(at_desk, proof).startswith("Chữ ký đến quá muộn")
    a_challenge(at_desk)
    assert send_again(at_desk, proof).startswith("Nội dung đã ký không phải")


def send_again(citizen: Citizen, proof: str) -> str:
    """Put a proof into the page's form and send it; what the page then says."""
    citizen.page.goto("/onboarding/usb")
    with citizen.page.expect_navigation():
        citizen.page.evaluate(
            """proof => {
                const form = document.querySelector("form[data-usb-form]");
                form.elements.kind.value = "cms";
                form.elements.proof.value = proof;
                form.submit();
            }""",
            proof,
        )
    assert citizen.at == "usb"
    return citizen.page.locator(".error-summary li").inner_text()
