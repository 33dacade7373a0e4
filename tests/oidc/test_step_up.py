"""A citizen who is signed in by phone signs with the token, because a service asks for that much."""

import pytest

from tests.clock import MovableClock
from tests.journey.people import Person
from tests.journey.tokens import Tokens, made_issuers, settings, sign, tokens, with_token
from tests.oidc.service import Service, agree, answer_in, decide, follow

__all__ = ["made_issuers", "settings", "tokens"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_whoever_is_signed_in_by_phone_is_led_through_the_signature_and_back(
    person: Person, tokens: Tokens, service: Service, clock: MovableClock
) -> None:
    card = tokens.make()
    with_token(person, card)
    person.client.visit("/account")
    person.submit(form="sign-out")
    clock.advance(minutes=2)
    person.sign_in()
    first = service.told(service.trade(answer_in(agree(person, service.asks()))["code"]).get_json()["id_token"])
    assert (first["acr"], first["amr"]) == ("phone", ["otp", "sms"])

    clock.advance(minutes=1)
    address = service.pushes(acr_values="signature", scope="openid profile phone")
    assert follow(person, address).request.full_path == "/onboarding/account?answer=usb"
    assert person.fields()["answer"] == "usb"
    assert "You are signing in to Giấy phép xây dựng." in person.page.text
    person.submit(answer="usb")
    clock.advance(seconds=1)
    sign(person, card)
    assert person.client.path == "/oidc/consent", "straight on to what was asked for, and only then asked"
    second = service.told(service.trade(answer_in(decide(person, "allow"))["code"]).get_json()["id_token"])
    assert (second["acr"], second["amr"], second["sub"]) == ("signature", ["pop"], first["sub"])
    assert second["auth_time"] > first["auth_time"]

    assert "code" in answer_in(follow(person, service.asks(acr_values="signature", prompt="none")))
