"""Staff in a real browser, with a passkey on a virtual device, and every page of the console looked at."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

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
    page.bring_to_front()  # a browser asks for a passkey only where somebody looks
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


@pytest.fixture
def strict_desk(browser: Browser, server: Server) -> Iterator[Page]:
    """The same, where the browser's console may tell of pages that were refused."""
    with closing(browser.new_context(base_url=console(server))) as context:
        page = context.new_page()
        give_device(page)
        yield page


@pytest.fixture
def inspector(desk: Page, inspect: Callable[..., Inspector], language: str) -> Inspector:
    """Looks at the pages on the desk."""
    return inspect(desk, language)


def go(page: Page, button: str) -> Callable[[], None]:
    """Pressing the button of the form whose action ends so."""

    def pressed() -> None:
        with page.expect_navigation():
            page.locator(f"main form[action$='{button}'] button").click()

    return pressed


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_administrators(desk: Page, server: Server, inspector: Inspector) -> None:
    inspector.coming("console-sign-in", lambda: desk.goto("/console/sign-in"))
    inspector.coming("console-first-sign-in", lambda: desk.goto("/console/first-sign-in"))
    inspector.coming("console-first-usb", lambda: desk.goto("/console/first-sign-in/usb"))
    first_sign_in(desk, server, "administrator")
    inspector.here("console-overview")
    inspector.coming("console-add-staff", lambda: desk.goto("/console/staff/add"))
    inspector.coming("console-add-staff-error", go(desk, "/add"))
    desk.fill("main [name=name]", f"Nguyễn Văn An {next(SERIAL)}")
    desk.fill("main [name=reason]", "starts on Monday")
    desk.locator("main [value=helper]").check()
    inspector.coming("console-staff-link", go(desk, "/add"))
    inspector.coming("console-staff", lambda: desk.goto("/console/staff"))
    desk.locator("tbody a").last.click()
    inspector.here("console-member")
    server.run("staff", "add", f"administrator {next(SERIAL)}", "--role", "administrator")
    desk.fill("main [name=reason]", "leads the desk")
    desk.locator("main [value=role-supervisor]").check()
    member = desk.url.rpartition("/")[2]
    go(desk, member)()
    inspector.coming("console-approvals", lambda: desk.goto("/console/approvals"))
    inspector.coming("console-sites", lambda: desk.goto("/console/sites"))
    desk.goto("/console/sites/portal")
    desk.fill("main [name=brand]", "#ffee00")
    inspector.coming("console-site-error", go(desk, "/portal"))
    pages_of_services(desk, inspector)


def pages_of_services(desk: Page, inspector: Inspector) -> None:
    """What an administrator sees of integrators' services."""
    desk.goto("/console/clients/add")
    inspector.coming("console-add-client-error", go(desk, "/add"))
    desk.fill("main [name=name]", f"Giấy phép xây dựng {next(SERIAL)}")
    desk.fill("main [name=redirect_uris]", "https://permits.example/back\nhttps://permits.example/other")
    desk.fill("main [name=reason]", "agreed with the department")
    inspector.coming("console-client-secret", go(desk, "/add"))
    desk.locator("main a").click()
    inspector.here("console-client")
    inspector.coming("console-client-keys", lambda: desk.locator("main a[href$=keys]").click())
    inspector.coming("console-clients", lambda: desk.goto("/console/clients"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_of_auditors_and_those_that_refuse(
    strict_desk: Page, server: Server, inspect: Callable[..., Inspector], language: str
) -> None:
    inspector = inspect(strict_desk, language)
    first_sign_in(strict_desk, server, "auditor")
    for name, address in {
        "trail": "trail",
        "not-your-role": "staff",
        "unknown": "nothing",
    }.items():
        inspector.coming(f"console-{name}", lambda address=address: strict_desk.goto(f"/console/{address}"))  # type: ignore[misc]
