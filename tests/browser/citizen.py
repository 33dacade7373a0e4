"""A citizen at a real browser: knows phone number, papers and the way through the wizard."""

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playwright.sync_api import Page, expect

from tests.machine.browser import Browser
from tests.machine.server import Server

PATIENCE = 15  # seconds for a text message on a busy machine
ENTERED: set[str] = set()  # texts whose code was entered: a late message is waited for, not an early one taken
SERIAL = count(1)
VISITORS = count(1)


def an_address() -> str:
    """An internet address that no other visitor has."""
    n = next(VISITORS)
    return f"198.51.{n // 250}.{n % 250 + 1}"


def fresh_number() -> str:
    """A mobile number that no other test of this process uses."""
    return f"+8491{next(SERIAL):07d}"


def fresh_id() -> str:
    """An identity number of Hậu Giang, of a man born in 1965, that no other test of this process uses."""
    return f"093065{next(SERIAL):06d}"


def fresh(message: dict[str, Any]) -> bool:
    """Whether a message has a code that is yet to be entered."""
    return bool(message["code"]) and message["text"] not in ENTERED


@dataclass
class Citizen:
    """One person with one browser page."""

    page: Page
    server: Server
    number: str = field(default_factory=fresh_number)
    national_id: str = field(default_factory=fresh_id)
    name: str = "Lê Thị Sáu"

    def choose(self, answer: str) -> None:
        """Open the wizard and give this answer to the first question."""
        self.page.goto("/onboarding/account")
        self.page.locator(f"[name=answer][value={answer}]").check()
        self.go_on()

    def go_on(self) -> None:
        """Press the page's main button and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.locator("main form button:not([name]):not([type=button])").click()

    def fill(self, **fields: str) -> None:
        """Fill in fields by name."""
        for name, text in fields.items():
            self.page.fill(f"main [name={name}]", text)

    def enter_number(self) -> None:
        """Give the phone number and wait for the page that asks for the code."""
        self.fill(number=self.number)
        self.go_on()
        expect(self.page).to_have_url(f"{self.server.url}/onboarding/{self.at}")

    def enter_code(self) -> None:
        """Read the text message and enter its code, one that nobody has entered before."""
        message = self.message(code=True)
        ENTERED.add(message["text"])
        self.fill(code=message["code"])
        self.go_on()

    @property
    def at(self) -> str:
        """The step where the page stands."""
        return self.page.url.partition("?")[0].rpartition("/")[2]

    @property
    def heading(self) -> str:
        """What the page says at its top."""
        return self.page.locator("h1").inner_text()

    def message(self, *, code: bool = False, state: str = "", holding: str = "") -> dict[str, Any]:
        """The newest text message to this number: with a code, in a state, holding words if asked so; waits."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for found in self.messages():
                if (not code or fresh(found)) and state in ("", found["state"]) and holding in found["text"]:
                    return found
            time.sleep(0.05)
        raise AssertionError(f"no message to {self.number}")

    def messages(self) -> Iterator[dict[str, Any]]:
        """All messages to this number, newest first."""
        with urllib.request.urlopen(f"{self.server.address}/sandbox/messages.json?to={self.number}") as answer:
            yield from json.load(answer)

    def prove_number(self) -> None:
        """Number and code."""
        self.enter_number()
        self.enter_code()

    def tell_who(self) -> None:
        """Name, birth date and identity number; what the page has filled in stays."""
        if not self.page.input_value("[name=name]"):
            self.fill(name=self.name, national_id=self.national_id)
        self.fill(birth_day="27", birth_month="3", birth_year="1965")
        self.go_on()

    def agree_and_send(self) -> None:
        """Consent, then check the answers and make the account."""
        self.page.locator("[name=consent]").check()
        self.go_on()
        self.go_on()

    def register(self) -> None:
        """The whole way from the first question to an account."""
        self.choose("register")
        self.prove_number()
        self.page.locator("[name=kind][value=citizen]").check()
        self.go_on()
        self.tell_who()
        self.agree_and_send()
        assert self.at == "registered", self.heading

    def register_elsewhere(self) -> Browser:
        """Register by a plain client, where this way is not what is tested: it costs a tenth of a browser."""
        client = Browser(self.server.url, **{"X-Forwarded-For": an_address()})
        client.visit("/onboarding/account")
        client.submit(answer="register")
        client.submit(number=self.number)
        message = self.message(code=True)
        ENTERED.add(message["text"])
        client.submit(code=message["code"])
        client.submit(kind="citizen")
        birth = {"birth_day": "27", "birth_month": "3", "birth_year": "1965"}
        client.submit(name=self.name, national_id=self.national_id, **birth)
        client.submit(consent="y")
        client.submit()
        assert client.place == "/onboarding/registered", client.page.errors
        return client

    def come_registered(self) -> None:
        """Register elsewhere, and be signed in here."""
        cookies = self.register_elsewhere().cookies()
        self.page.context.add_cookies([{"url": self.server.url, **cookie} for cookie in cookies])  # type: ignore[typeddict-item]

    def sign_out(self) -> None:
        """Sign out on the account's page."""
        self.page.goto("/account")
        with self.page.expect_navigation():
            self.page.locator("form[action$=sign-out] button").click()
