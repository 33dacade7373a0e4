"""The page's scripts in a real Chromium, against a real agent, under exactly the CSP that the bridge asks for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page

from onboarding.resources import folder
from onboarding.signatures import chain
from onboarding.signatures.bridges import VNPT
from onboarding.signatures.challenge import SIGN_IN, Challenge
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.machine import chromium
from tests.token_agent.conftest import Agent, Token

pytestmark = [pytest.mark.token, pytest.mark.browser]

CAUSES = ("told", "vnpt-no-program", "stale", "blocked", "permission", "failed")
WORDS = "".join(f'<template data-usb-words="{cause}">cause: {cause}</template>' for cause in CAUSES)
POLICY = f"default-src 'none'; script-src 'self'; connect-src 'self' {' '.join(VNPT.connect_sources)}"
PAGE = f"""<!doctype html><html lang="en"><title>USB</title>
<form method="post" action="/signed" data-usb-form data-challenge-url="/challenge">
<input type="hidden" name="csrf_token" value="the-token"><input type="hidden" name="kind">
<input type="hidden" name="proof"></form>
<div data-usb data-usb-licence=""><fieldset data-usb-programs="/words">
<input type="radio" name="program" value="vnpt" checked data-usb-scripts="/{" /".join(VNPT.scripts)}">
</fieldset><button type="button" data-usb-start>Sign</button>
<button type="button" data-usb-cancel hidden>Cancel</button><p role="status" data-usb-status></p></div>
<template data-usb-words="working">working</template><template data-usb-words="offline">cause: offline</template>
<script src="/signatures/usb.js"></script></html>"""


@dataclass
class Portal:
    """A little portal: the page, its challenge, and what was sent in the end."""

    origin: str = ""
    challenge_status: int = 200
    sent: dict[str, list[str]] = field(default_factory=dict)
    tokens: list[str | None] = field(default_factory=list)

    def challenge(self) -> Challenge:
        return Challenge(
            "Portal", self.origin, SIGN_IN, "ab" * 32, MONDAY_MORNING, MONDAY_MORNING + timedelta(minutes=5)
        )

    def handler(self) -> type[BaseHTTPRequestHandler]:
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status: int, kind: str, body: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Security-Policy", POLICY)
                self.end_headers()
                self.wfile.write(body.encode())

            def do_GET(self) -> None:
                if page := {"/": PAGE, "/words": WORDS}.get(self.path):
                    self.answer(200, "text/html", page)
                elif self.path.endswith(".js"):
                    self.answer(200, "text/javascript", (folder("static") / self.path[1:]).read_text())
                else:
                    self.answer(404, "text/plain", "")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                if self.path == "/challenge":
                    portal.tokens.append(self.headers["X-CSRFToken"])
                    self.answer(
                        portal.challenge_status,
                        "application/json",
                        json.dumps({"text": portal.challenge().text()}),
                    )
                else:
                    portal.sent = parse_qs(body)
                    self.answer(200, "text/html", "<!doctype html><title>Signed</title>")

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    with ThreadingHTTPServer(("127.0.0.1", 0), portal.handler()) as server:
        portal.origin = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield portal
        server.shutdown()


@pytest.fixture
def page(portal: Portal) -> Iterator[Page]:
    with chromium.running() as browser:
        page = browser.new_context(ignore_https_errors=True).new_page()
        page.goto(portal.origin)
        yield page


def says(page: Page, cause: str) -> None:
    page.get_by_role("button", name="Sign").click()
    page.get_by_role("status").get_by_text(f"cause: {cause}").wait_for()
    assert page.get_by_role("button", name="Sign").is_enabled()


def test_a_click_signs_and_sends_the_form(
    start: Callable[..., Agent], token: Token, portal: Portal, page: Page
) -> None:
    start(token.directory, "--allow-origin", portal.origin)
    page.get_by_role("button", name="Sign").click()
    page.wait_for_url("**/signed")
    assert portal.tokens == ["the-token"]
    assert portal.sent["kind"] == ["cms"]
    proof = chain.parse("cms", portal.sent["proof"][0])
    assert chain.check(proof, portal.challenge(), Trust.load(token.trust), MONDAY_MORNING).issuer == "vnpt"


def test_without_a_plugin_the_page_says_so_and_asked_for_no_challenge(portal: Portal, page: Page) -> None:
    says(page, "vnpt-no-program")
    assert portal.tokens == []


def test_without_a_challenge_nothing_is_signed(
    start: Callable[..., Agent], token: Token, portal: Portal, page: Page
) -> None:
    start(token.directory, "--allow-origin", portal.origin)
    portal.challenge_status = 403
    says(page, "stale")
    page.context.route("**/challenge", lambda route: route.abort())
    says(page, "offline")
    assert portal.sent == {}
