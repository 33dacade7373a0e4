"""A session of staff by token lasts as long as its certificate is good (P38)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.accounts.staff_sessions import StaffSession
from tests.clock import MovableClock
from tests.console.test_sign_in import code, token
from tests.console.test_usb import FIRST, SIGN_IN, sign
from tests.journey.tokens import Tokens, made_issuers, settings, tokens
from tests.machine.visitor import Visitor

__all__ = ["code", "made_issuers", "settings", "tokens"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("method", "address"), [("GET", "/console/"), ("POST", "/console/stay")])
def test_C17_P38_a_revoked_staff_token_ends_its_session_within_an_hour(
    app: Flask,
    client: Visitor,
    new_client: Callable[[], Visitor],
    code: str,
    tokens: Tokens,
    clock: MovableClock,
    method: str,
    address: str,
) -> None:
    card = tokens.make()
    sign(client, FIRST, card, code=code)
    for _ in range(7):
        clock.advance(minutes=10)
        client.visit("/console/")
    tokens.revoke(card, clock.now())
    clock.advance(minutes=10)
    assert client.get("/console/").status_code == 200, "it was found good ten minutes ago"
    for _ in range(3):
        clock.advance(minutes=10)
        client.visit("/console/")
    fields = {"csrf_token": token(client, "/console/first-sign-in")}
    clock.advance(minutes=10)
    assert "/console/sign-in" in (client.open(address, method=method, data=fields).location or "")
    with app.extensions["database"].transaction(write=False) as db:
        assert db.scalars(select(StaffSession.end_reason)).all() == ["certificate-revoked"]
    assert sign(new_client(), SIGN_IN, card).status_code == 403
