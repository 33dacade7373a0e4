"""Staff in a real browser, with a passkey on a virtual device, and every page of the console looked at."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.inspection import Inspector
from tests.machine.server import Server

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
SERIAL = count(1)


def console(server: Server) -> str:
    """Where the console is: passkeys need a host name."""
    return server.url.replace("127.0.0.1", "localhost")


def give_device(page: Page, *, verified: bool = True) -> None:
    """Put a device with a fingerprint reader into the browser; `verified` says whether it knows the finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE | {"isUserVerified": verified}})


def first_sign_in(page: Page, server: Server, role: str) -> str:
    """Somebody new opens their link and registers a passkey; returns the link."""
    link = server.run("staff", "add", f"{role} {next(SERIAL)}", "--role", role).strip()
    page.goto(link)
    page.locator("[data-passkey-start]").click()
    page.wait_for_url("**/console/")
    return link


@pytest.fixture
def desk(new_page: Callable[..., Page], server: Server) -> Page:
    """A browser at a desk, with a fingerprint reader."""
    page = new_page(base_url=console(server), viewport={"width": 1280, "height": 800})
    give_device(page)
    return page


def test_a_link_a_passkey_and_the_next_morning(desk: Page, server: Server) -> None:
    link = first_sign_in(desk, server, "helper")
    assert "#" not in desk.url
    expect(desk.locator(".desk form")).to_contain_text("helper")
    desk.locator(".desk button").click()
    desk.wait_for_url("**/console/sign-in")
    desk.locator("[data-passkey-start]").click()
    desk.wait_for_url("**/console/")
    desk.locator(".desk button").click()
    desk.wait_for_url("**/console/sign-in")
    desk.goto(link)
    desk.locator("[data-passkey-start]").click()
    expect(desk.locator("[data-passkey-status]")).not_to_be_empty()
    assert desk.url.endswith("/console/first-sign-in"), "the link worked once, and its code left the address"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_the_console(
    desk: Page, server: Server, inspect: Callable[..., Inspector], language: str
) -> None:
    inspector = inspect(desk, language)
    for name, address in {"sign-in": "/console/sign-in", "first-sign-in": "/console/first-sign-in"}.items():
        inspector.coming(f"console-{name}", lambda address=address: desk.goto(address))  # type: ignore[misc]
    first_sign_in(desk, server, "administrator")
    inspector.here("console-overview")
