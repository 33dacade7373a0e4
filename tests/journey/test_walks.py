"""Any sequence of steps, answers, double sendings, tampered fields and clock moves leaves the journey whole."""

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from onboarding import create_app
from onboarding.accounts.journeys import Journey
from onboarding.accounts.one_time import Code
from onboarding.accounts.people import PhoneNumber
from onboarding.config import Settings
from onboarding.db import Base
from onboarding.journey.table import TABLE
from tests.clock import MovableClock
from tests.journey.people import COOPERATIVE, MAN_OF_1965, Person
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor, filled_in

NUMBERS = ("+84901234567", "+84912345678")
GOOD: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "account": {"answer": st.sampled_from(["register", "register", "phone", "guided-help", "usb"])},
    "register": {"number": st.sampled_from(NUMBERS)},
    "phone": {"number": st.sampled_from(NUMBERS)},
    "resume": {"number": st.sampled_from(NUMBERS)},
    "who": {"kind": st.sampled_from(["citizen", "citizen", "organisation"])},
    "citizen": {name: st.just(text) for name, text in MAN_OF_1965.items()},
    "organisation": {name: st.just(text) for name, text in COOPERATIVE.items()},
    "consent": {"consent": st.just("y")},
    "guided-help": {"at_hand": st.sampled_from(["with-phone", "with-card", "with-usb", "with-nothing"])},
    "call-back": {"name": st.just("Ba"), "number": st.sampled_from(NUMBERS), "best_time": st.just("any")},
}
ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "\x00", "\r\n", "{{7*7}}", "'; --", "\u202e", "９" * 12, "0" * 13, "-1", "NaN", "x" * 60_000]
    ),
)
STEPS = st.sampled_from([*TABLE, "nonsense", "account/", "../account", "%00"])
NAMES = ["csrf_token", "form_id", "answer", "number", "code", "resend", "kind", "name", "national_id", "acr"]


class Walk(RuleBasedStateMachine):
    """One browser that does anything; `app` and `clock` are those of the test."""

    app: Flask
    clock: MovableClock

    @initialize()
    def begin(self) -> None:
        """An empty database and a browser."""
        self.clock.advance(hours=25)
        self.database = self.app.extensions["database"]
        with self.database.transaction() as db:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name == "audit_trail":  # only added to, and no citizen adds
                    continue
                db.execute(delete(table))
        (self.app.extensions["settings"].instance / "messages.jsonl").unlink(missing_ok=True)
        visitor = self.app.test_client()
        assert isinstance(visitor, Visitor)
        self.person = Person(visitor, Inbox(self.app))
        self.client = visitor
        self.last: tuple[str, dict[str, str]] = ("account", {})
        self.codes: dict[Any, str] = {}

    @rule(step=STEPS)
    def open(self, step: str) -> None:
        """Open any page."""
        self.go("get", f"/onboarding/{step}")

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        """Answer the page at hand well."""
        step = self.person.place
        answers = {name: data.draw(values) for name, values in GOOD.get(step, {}).items()}
        if step.endswith("-code"):
            answers = {"code": self.newest_code()}
        self.send(step, self.fields() | answers)

    @rule(name=st.sampled_from(NAMES), text=ODD, step=st.none() | STEPS)
    def tamper(self, name: str, text: str, step: str | None) -> None:
        """Send the page at hand, or to another address, with a field that nobody would enter."""
        self.send(step or self.person.place, self.fields() | {name: text})

    @rule(dropped=st.sampled_from(NAMES))
    def leave_out(self, dropped: str) -> None:
        """Send the page at hand without one of its fields."""
        self.send(self.person.place, {name: text for name, text in self.fields().items() if name != dropped})

    @rule()
    def again(self) -> None:
        """Send the last form once more."""
        self.send(*self.last)

    @rule()
    def back(self) -> None:
        """Follow the back link."""
        links = [link.get("href") for link in self.client.page.all("a") if link.get("class") == "back"]
        self.go("get", links[0] if links else "/")

    @rule(passed=st.sampled_from([1, 30, 61, 601, 899, 900, 1801, -3600]))
    def wait(self, passed: int) -> None:
        """Let time pass, or have the clock set back."""
        self.clock.advance(seconds=passed)

    @rule()
    def new_browser(self) -> None:
        """Forget the cookies."""
        self.client.delete_cookie("session")
        self.go("get", "/onboarding/account")

    @rule()
    def sign_out(self) -> None:
        """Sign out, signed in or not."""
        self.go("get", "/account")
        self.go("post", "/account/sign-out", {"csrf_token": self.fields().get("csrf_token", "")})

    @rule(guessed=st.booleans())
    def take_the_way_to_an_account(self, guessed: bool) -> None:
        """Answer well, several times in a row, but perhaps with a guessed code."""
        for _ in range(5):
            step = self.person.place
            code = "000000" if guessed else self.newest_code()
            good = {"answer": "register", "number": NUMBERS[0], "kind": "citizen", "consent": "y", **MAN_OF_1965}
            asked = {element.get("name") for element in self.client.page.having("name")}
            answers = {name: text for name, text in (good | {"code": code}).items() if name in asked}
            self.send(step, self.fields() | answers)

    def fields(self) -> dict[str, str]:
        """What the page's form would send."""
        forms = [form for form in self.client.page.all("form") if form.get("method").lower() == "post"]
        return filled_in(self.client.page, forms[0]) if forms else {}

    def newest_code(self) -> str:
        """The code that came last, to either number."""
        came = [message for number in NUMBERS for message in self.person.inbox.messages(number) if message["code"]]
        return str(max(came, key=lambda message: message["created_at"])["code"]) if came else "000000"

    def send(self, step: str, fields: dict[str, str]) -> None:
        """Send a form."""
        self.last = (step, fields)
        self.go("post", f"/onboarding/{step}", fields)

    def go(self, method: str, address: str, fields: dict[str, str] | None = None) -> None:
        """One request and the redirects after it: none may fail, each must lead to a page."""
        response = self.client.open(address, method=method.upper(), data=fields)
        for _ in range(6):
            assert response.status_code < 500, f"{method} {address}: {response.status}"
            if response.location is None:
                return
            response = self.client.get(response.location)
            assert response.status_code in (200, 303), f"{address} leads to {response.request.path}"
        raise AssertionError(f"{address} leads round in a ring")

    @invariant()
    def accounts_are_proven_and_made_once(self) -> None:
        """An account's number had a code that was entered, and no number has two accounts."""
        with self.database.transaction(write=False) as db:
            numbers = [phone.number for phone in db.scalars(select(PhoneNumber))]
            index = db.info["keyring"].index
            used = set(db.scalars(select(Code.number_index).where(Code.used_at.is_not(None))))
        assert len(numbers) == len(set(numbers))
        assert {index("codes.number", number) for number in numbers} <= used

    @invariant()
    def trails_are_whole(self) -> None:
        """Each step was led to and answered once, each entry leads where its step leads to, codes stay."""
        with self.database.transaction(write=False) as db:
            for journey in db.scalars(select(Journey)):
                reached = {name for name, step in TABLE.items() if step.entrance}
                for entry in journey.trail:
                    assert entry["step"] in reached
                    assert entry["to"] in TABLE[entry["step"]].leads_to
                    reached.add(entry["to"])
                steps = [entry["step"] for entry in journey.trail]
                assert len(steps) == len(set(steps))
                assert journey.step == (journey.trail[-1]["to"] if journey.trail else "account")
                assert self.codes.setdefault(journey.id, journey.support_code) == journey.support_code
                assert "000000" not in json.dumps(journey.trail)


@pytest.fixture
def walking(settings: Settings, clock: MovableClock) -> Any:
    """The portal without the limits that end a walk early."""
    limits: dict[str, Any] = {"ip_posts": 10**6, "ip_minute_sends": 10**6, "number_hourly_sends": 10**6}
    app = create_app(replace(settings, **limits, number_daily_sends=10**6, sms_conversion_floor=0), clock)
    app.test_client_class = Visitor
    yield app
    app.extensions["database"].engine.dispose()


def test_B18_no_walk_breaks_the_journey(walking: Flask, clock: MovableClock) -> None:
    machine = type("Walk", (Walk,), {"app": walking, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
