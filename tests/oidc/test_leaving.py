"""Signing out at a service's wish: the citizen is asked, and goes back only to an address of the service's own."""

from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.clock import MovableClock
from tests.journey.people import Person
from tests.oidc.service import HOME, Service, enter, follow

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GONE = f"{HOME}/gone"
NAME = "Đất đai"


@pytest.fixture
def leaver(app: Flask, clock: MovableClock) -> Service:
    """A service with an address for those who have signed out."""
    return Service(app, clock, NAME, logout_uris=[GONE])


def wish(**sent: str) -> str:
    """The address that says it."""
    return f"/oidc/end-session?{urlencode(sent)}"


def test_with_a_hint_one_is_asked_and_led_back_to_the_service(
    person: Person, leaver: Service, clock: MovableClock
) -> None:
    enter(person)
    tokens = leaver.tokens(person)
    clock.advance(minutes=10)
    person.client.visit(wish(id_token_hint=tokens["id_token"], post_logout_redirect_uri=GONE, state="a&b"))
    assert "Đất đai has signed you out" in person.page.text
    assert f"form-action 'self' {HOME};" in person.client.response.headers["Content-Security-Policy"]
    fields = person.fields()
    assert person.client.get("/account").status_code == 200, "a GET signs nobody out"
    answer = person.client.post("/account/sign-out", data=fields)
    assert (answer.status_code, answer.location) == (303, f"{GONE}?state=a%26b")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert person.client.get("/account").status_code == 303
    assert leaver.refresh(tokens["refresh_token"]).status_code == 400


def test_whoever_is_signed_out_already_goes_straight_back(person: Person, leaver: Service) -> None:
    answer = person.client.get(wish(client_id=leaver.id, post_logout_redirect_uri=GONE))
    assert answer.location == GONE
    assert person.client.get(wish()).location == "/"


def test_R45_the_address_is_an_exact_match(person: Person, leaver: Service) -> None:
    for onward in (f"{GONE}/", f"{GONE}?x", "https://evil.example/", "//evil.example", "/x", ""):
        enter(person)
        token = leaver.tokens(person)["id_token"]
        person.client.visit(wish(id_token_hint=token, post_logout_redirect_uri=onward))
        fields = person.fields() | {"client_id": leaver.id, "onward": onward, "state": "x"}
        assert person.client.post("/account/sign-out", data=fields).location == "/account/signed-out", onward
        assert person.client.get(wish(id_token_hint=token, post_logout_redirect_uri=onward)).location == "/"


def test_R45_without_a_valid_hint_one_is_asked_in_nobodys_name(
    person: Person, leaver: Service, service: Service
) -> None:
    enter(person)
    forged = service.tokens(person)["id_token"][:-4] + "AAAA"
    for sent in ({}, {"id_token_hint": forged}, {"id_token_hint": "x"}, {"client_id": "nobody"}):
        person.client.visit(wish(post_logout_redirect_uri=GONE, **sent))
        assert "Do you want to sign out of your account here?" in person.page.text
        assert "onward" not in person.fields()
    person.client.visit(wish(client_id=leaver.id))
    assert person.submit(form="sign-out")
    assert person.client.path == "/account/signed-out"


def test_the_wish_may_come_by_post(person: Person, leaver: Service) -> None:
    answer = person.client.post(
        "/oidc/end-session", data={"client_id": leaver.id, "post_logout_redirect_uri": GONE}
    )
    assert answer.status_code == 303
    assert follow(person, answer.location).location == GONE
