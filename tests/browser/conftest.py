"""The program running, a browser, and citizens at it. A fault in a page's console fails the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from onboarding.token_agent import tls
from tests.browser.agent import PORTAL, at_a_citizens
from tests.browser.citizen import Citizen, an_address
from tests.browser.inspection import Inspector
from tests.machine import chromium, nu, tls_front
from tests.machine.server import Server, free_port

SHORT_SCRIPTS = "--js-flags=--no-opt --no-maglev"  # none runs long enough to repay its optimisation


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program behind a proxy, which is how each browser can have an address of its own (P09)."""
    with Server(tmp_path_factory.mktemp("server"), workers=2, trusted_proxies="1") as server:
        yield server


@pytest.fixture(scope="session")
def agent_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the token agents keep their certificate."""
    return tmp_path_factory.mktemp("agent")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, agent_folder: Path) -> Iterator[Server]:
    """The program as on the internet: over TLS, under a name of its own; its certificate is the agents'."""
    port, folder = free_port(), tmp_path_factory.mktemp("portal")
    server = Server(folder, workers=2, trusted_proxies="1", public_url=f"https://{PORTAL}:{port}")
    with server, tls_front.running(port, server.port, tls.server_context(agent_folder, datetime.now(UTC))):
        yield server


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives browsers. For this folder, because its event loop keeps others from running theirs."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright: Playwright, agent_folder: Path) -> Iterator[Browser]:
    """Chromium in which the agent's certificate was accepted."""
    with chromium.launch(playwright, *at_a_citizens(agent_folder), SHORT_SCRIPTS) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A page on a telephone; addresses are relative to the running server."""
    with closing(browser.new_context(viewport=chromium.PHONE, base_url=server.url, locale="vi-VN")) as context:  # type: ignore[arg-type]
        yield context.new_page()


def is_fault(told: ConsoleMessage) -> bool:
    """Whether a line of the console is one: the browser itself writes one where no signing program answers."""
    nobody_there = told.text.startswith("WebSocket connection to 'wss://")
    return told.type in ("error", "warning") and not nobody_there


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser profile of its own; a fault that its console tells fails the test."""
    faults: list[str] = []
    with ExitStack() as leaving:

        def opened(**options: Any) -> Page:
            usual = {"viewport": chromium.PHONE, "base_url": server.url, "locale": "vi-VN"}
            headers = {"X-Forwarded-For": an_address()}
            context = browser.new_context(**(usual | {"extra_http_headers": headers} | options))
            leaving.callback(context.close)
            context.set_default_timeout(20_000)
            page = context.new_page()
            page.on("console", lambda told: faults.append(told.text) if is_fault(told) else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            return page

        yield opened
    assert faults == []


@pytest.fixture
def citizen(new_page: Callable[..., Page], server: Server) -> Citizen:
    """Somebody with a telephone."""
    return Citizen(new_page(), server)


@pytest.fixture
def inspect(
    html: nu.Checker, record_property: Callable[[str, object], None]
) -> Iterator[Callable[..., Inspector]]:
    """Makes inspectors of a browser tab and a language; what they find wrong fails the test when it is over."""
    inspectors: list[Inspector] = []

    def begun(page: Page, language: str = "vi") -> Inspector:
        inspectors.append(Inspector(page, html, record_property))
        inspectors[-1].speak(language)
        return inspectors[-1]

    yield begun
    assert [fault for inspector in inspectors for seen in inspector.found for fault in seen.told()] == []
