"""The way in: a link that works once, then a passkey."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding.accounts import staff, staff_keys
from tests.clock import MovableClock
from tests.console.authenticator import Authenticator
from tests.machine.visitor import Visitor


@pytest.fixture
def code(app: Flask, clock: MovableClock) -> str:
    """The code of a link for Lan, a helper."""
    with app.extensions["database"].transaction() as db:
        return staff_keys.make_link(db, clock.now(), staff.add(db, clock.now(), "Lan", "helper"))


def token(visitor: Visitor, path: str) -> str:
    """The form token of a page."""
    visitor.visit(path)
    return next(field.get("value") for field in visitor.page.all("input") if field.get("name") == "csrf_token")


def ask(visitor: Visitor, path: str, **sent: str) -> TestResponse:
    """What the page's script asks for."""
    return visitor.post(f"{path}/challenge", data={"csrf_token": token(visitor, path), **sent})


def register(visitor: Visitor, code: str, device: Authenticator) -> TestResponse:
    """Open the link and register a passkey."""
    asked = ask(visitor, "/console/first-sign-in", code=code)
    assert asked.status_code == 200, asked.text
    sent = {"csrf_token": token(visitor, "/console/first-sign-in"), "code": code, "proof": device.make(asked.json)}
    return visitor.post("/console/first-sign-in", data=sent)


def answer(visitor: Visitor, device: Authenticator, **other: Any) -> TestResponse:
    """Sign in with a passkey."""
    asked = ask(visitor, "/console/sign-in").json | other
    sent = {"csrf_token": token(visitor, "/console/sign-in"), "proof": device.answer(asked)}
    return visitor.post("/console/sign-in", data=sent)


def test_a_link_and_then_a_passkey(client: Visitor, new_client: Callable[[], Visitor], code: str) -> None:
    device = Authenticator()
    assert register(client, code, device).location == "/console/"
    client.visit("/console/")
    assert "Lan" in client.page.text
    elsewhere = new_client()
    assert answer(elsewhere, device).location == "/console/"
    elsewhere.visit("/console/")
    assert client.get("/console/").location == "/console/sign-in", "staff have one session (P26)"
