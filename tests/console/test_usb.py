"""Staff with a USB token: registered with a link, and signing in from then on."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding.accounts import staff, staff_keys
from onboarding.config import Settings
from tests.clock import MONDAY_MORNING, MovableClock
from tests.console.test_sign_in import code, send, token
from tests.machine.visitor import Visitor
from tests.signatures.cards import Card, attributes, card, cms_of, text
from tests.signatures.conftest import issuers

__all__ = ["code", "issuers"]
PURPOSE = "staff-sign-in"
FIRST, SIGN_IN = "/console/first-sign-in/usb", "/console/sign-in/usb"


@pytest.fixture
def settings(settings: Settings, issuers: Path) -> Settings:
    """A portal that trusts the test issuers."""
    return replace(settings, trust=str(issuers))


@pytest.fixture(scope="module")
def good(issuers: Path) -> Card:
    """Lan's token."""
    return card(issuers, MONDAY_MORNING)


def sign(visitor: Visitor, path: str, key: Card, *, purpose: str = PURPOSE, **sent: str) -> TestResponse:
    """Press the button and have the token sign."""
    challenge = visitor.post("/console/usb/challenge", data={"csrf_token": token(visitor, path)}).json
    assert challenge is not None
    content = challenge["text"].replace(PURPOSE, purpose).encode()
    proof = text(cms_of(key, content, signed_attributes=attributes(content)))
    return send(visitor, path, kind="cms", proof=proof, **sent)


def test_a_link_and_then_a_token(
    client: Visitor, new_client: Callable[[], Visitor], code: str, good: Card
) -> None:
    assert sign(client, SIGN_IN, good).status_code == 403, "nobody knows it yet"
    assert sign(client, FIRST, good, code=code).location == "/console/"
    client.visit("/console/")
    elsewhere = new_client()
    assert sign(elsewhere, SIGN_IN, good).location == "/console/"
    assert client.get("/console/").location == "/console/sign-in"


def test_a_token_that_is_refused_costs_nobody_their_link(
    client: Visitor, code: str, good: Card, clock: MovableClock
) -> None:
    assert sign(client, FIRST, good, purpose="sign-in", code=code).status_code == 403, "signed for citizens' pages"
    clock.advance(days=800)
    assert sign(client, FIRST, good, code=code).status_code == 403, "expired"
    clock.advance(days=-800)
    assert sign(client, FIRST, good, code="another").status_code == 403
    assert sign(client, FIRST, good, code=code).location == "/console/"


def test_R38_a_token_belongs_to_one_member(
    app: Flask, client: Visitor, new_client: Callable[[], Visitor], code: str, good: Card, clock: MovableClock
) -> None:
    sign(client, FIRST, good, code=code)
    with app.extensions["database"].transaction() as db:
        second = staff_keys.make_link(db, clock.now(), staff.add(db, clock.now(), "Hoa", "auditor"))
    other = new_client()
    assert sign(other, FIRST, good, code=second).status_code == 403
    with app.extensions["database"].transaction() as db:
        staff.end(db, clock.now(), staff.everybody(db)[0])
    assert sign(other, SIGN_IN, good).status_code == 403, "whose owner has left"
