"""A citizen with a plain HTTP client, who is sent to the portal by a service."""

import json
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.browser.citizen import fresh_id, fresh_number
from tests.journey.people import MAN_OF_1965
from tests.machine.browser import Browser
from tests.machine.process import wait_until
from tests.machine.server import Server


@dataclass
class Citizen:
    """Somebody with a telephone, who is where the browser is."""

    browser: Browser
    server: Server
    number: str = field(default_factory=fresh_number)

    def register(self) -> None:
        """The whole wizard, from the first question to the button that leads on to the service."""
        self.prove_number("register")
        self.browser.submit(kind="citizen")
        self.browser.submit(**MAN_OF_1965 | {"national_id": fresh_id()})
        self.browser.submit(consent="y")
        self.browser.submit()
        assert self.browser.place == "/onboarding/registered", self.browser.page.errors
        self.browser.visit("/oidc/consent")

    def sign_in(self) -> None:
        """By a code on the telephone."""
        self.prove_number("phone")

    def prove_number(self, answer: str) -> None:
        """The answer to the first question, number and code."""
        assert self.browser.place == "/onboarding/account"
        self.browser.submit(answer=answer)
        earlier = self.codes()
        self.browser.submit(number=self.number)
        wait_until(lambda: self.codes() - earlier, f"a message to {self.number}")
        self.browser.submit(code=(self.codes() - earlier).pop())

    def codes(self) -> set[str]:
        """The codes that came to the telephone."""
        address = f"{self.server.url}/sandbox/messages.json?to={quote(self.number)}"
        with urllib.request.urlopen(address) as answer:
            return {message["code"] for message in json.load(answer) if message["code"]}

    def agree(self) -> None:
        """Let the service know what it asks for."""
        assert self.browser.place == "/oidc/consent"
        self.browser.submit("consent", decision="allow")

    def agree_to_sign_out(self) -> None:
        """Sign out here, too, when the service has asked."""
        assert self.browser.place == "/oidc/end-session"
        self.browser.submit("sign-out")
