"""After signing in one is where one wanted to be, and is told what was lost meanwhile."""

from uuid import UUID

import pytest

from tests.clock import MovableClock
from tests.console.authenticator import Authenticator
from tests.console.test_sign_in import SIGN_IN, ask, code, register, send, token
from tests.machine.visitor import Visitor

__all__ = ["code"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_whoever_was_signed_out_meanwhile_is_told_and_led_back(
    client: Visitor, code: str, clock: MovableClock
) -> None:
    device = Authenticator()
    register(client, code, device)
    own = token(client, "/console/call-backs")
    clock.advance(minutes=16)
    sent = client.post(f"/console/call-backs/{UUID(int=0)}/done", data={"csrf_token": own, "note": "explained"})
    assert "what you sent was neither done nor kept" in client.visit(f"{sent.location}&lang=en").text
    asked = client.get("/console/find?lang=en").location
    assert "the page that you asked for opens" in client.visit(asked).text
    proof = device.answer(ask(client, SIGN_IN))
    client.visit(asked)
    assert send(client, asked, proof=proof).location == "/console/find?lang=en"


def test_R29_nobody_is_led_out_of_the_console(client: Visitor, code: str) -> None:
    register(client, code, Authenticator())
    for to in ("//evil.example/", "https://evil.example/console/", "/console/\\evil", "/account"):
        assert client.get(SIGN_IN, query_string={"to": to}).location == "/console/"
