"""Every number with a fixed outcome leads to its page, and none is anybody else's."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from onboarding.accounts import numbers
from onboarding.config import Settings
from onboarding.sandbox.gateway import SandboxGateway
from onboarding.sandbox.numbers import NUMBERS
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.states import REASONS
from tests.machine.visitor import Visitor

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOLD = {
    "locked": "Too many wrong codes. This number can be used again at",
    "closed": "This number is closed after many wrong codes.",
    "expired": "This code is no longer valid. Ask for a new code.",
    "suspended": "This account is suspended",
    "delayed": "You are signed in",
}


class Telephones:
    """The sandbox's gateway with a dispatcher, and a visitor who signs in by telephone."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        app.extensions["settings"] = replace(settings, ip_minute_sends=1000)  # all of them ask from one address
        self.app, self.gateway = app, SandboxGateway(settings)
        self.dispatcher = Dispatcher(app.extensions["database"], app.extensions["clock"], self.gateway)

    def ask(self, number: str) -> Visitor:
        """Somebody asks for a code to a number, and looks at the page after what could be sent was sent."""
        visitor = self.app.test_client()
        assert isinstance(visitor, Visitor)
        visitor.visit("/onboarding/account?lang=en")
        visitor.submit(answer="phone")
        visitor.submit(number=number)
        self.send()
        if visitor.path.endswith("-code"):
            visitor.visit(visitor.path)
        return visitor

    def send(self) -> None:
        """What the running program does all the time: send, and report."""
        self.dispatcher.run_once()
        self.gateway.report(lambda report: self.dispatcher._hear(self.gateway.name, report))

    def code(self, visitor: Visitor, number: str) -> str:
        """The code that arrived."""
        found: str = visitor.get(f"/sandbox/messages.json?to={number}").get_json()[0]["code"]
        return found


@ONE
def test_every_outcome_is_the_one_that_is_told(sandbox: Flask, settings: Settings) -> None:
    telephones = Telephones(sandbox, settings)
    for one in NUMBERS:
        visitor = telephones.ask(one.number)
        if one.outcome == "delayed":
            assert visitor.get(f"/sandbox/messages.json?to={one.number}").get_json() == []
            visitor.post("/sandbox/clock.json", json={"forward": 31})
            telephones.send()
            assert "The message has arrived" in visitor.visit(visitor.path).text
        if one.outcome in TOLD:
            if one.outcome not in ("locked", "closed"):
                visitor.submit(code=telephones.code(visitor, one.number))
            assert TOLD[one.outcome] in visitor.page.text, one.outcome
        else:
            assert one.sentence in visitor.page.text, one.outcome


@ONE
def test_each_reason_that_gateways_know_has_a_number_and_the_page_names_all(visitor: Visitor) -> None:
    assert [one.reason for one in NUMBERS if one.reason] == list(REASONS)
    shown = visitor.visit("/sandbox/").text
    assert [one.number for one in NUMBERS if re.sub(r"^\+84", "0", one.number) not in shown] == []
    assert [one["number"] for one in visitor.get("/sandbox/numbers.json").get_json()] == [
        one.number for one in NUMBERS
    ]


def test_they_are_mobile_numbers_of_nobody_who_is_seeded() -> None:
    assert [numbers.normalise(one.number) for one in NUMBERS] == [one.number for one in NUMBERS]
    assert not any(one.number.startswith("+8490") for one in NUMBERS)
    assert len({one.number for one in NUMBERS}) == len({one.outcome for one in NUMBERS}) == len(NUMBERS)
