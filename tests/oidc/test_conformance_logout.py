"""The OpenID Foundation's RP-Initiated Logout OP test modules (prefix `oidcc-`), one by one, with their verdicts.

Each test has its module's name. Source: the plan `oidcc-rp-initiated-logout-certification-test-plan` of the
conformance suite. Where a module takes an error or a question for an answer, we ask, and yes leads to the portal.
"""

import json
from urllib.parse import urlencode

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import ECKey

from tests.clock import MovableClock
from tests.journey.people import Person
from tests.oidc.service import HOME, Service, answer_in, enter, follow
from tests.oidc.test_assertions import base64url

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GONE = f"{HOME}/gone"
HERE = "/account/signed-out"  # the portal says that it has worked


@pytest.fixture
def leaver(app: Flask, clock: MovableClock, person: Person) -> Service:
    """A service with an address for those who have signed out; somebody has signed in to it."""
    enter(person)
    return Service(app, clock, "Permits", logout_uris=[GONE])


def wish(person: Person, leaver: Service, **changes: str | None) -> dict[str, str]:
    """What the suite sends, with changes."""
    token = leaver.tokens(person)["id_token"]
    sent = {"id_token_hint": token, "post_logout_redirect_uri": GONE, "state": "its state"} | changes
    return {name: text for name, text in sent.items() if text is not None}


def left(person: Person, leaver: Service, sent: dict[str, str]) -> str:
    """Where a citizen ends who says yes; then nobody is signed in any more."""
    asked = person.client.get(f"/oidc/end-session?{urlencode(sent)}")
    assert (asked.status_code, asked.location) == (200, None), "the citizen is asked"
    place = person.client.post("/account/sign-out", data=person.fields()).location
    assert answer_in(follow(person, leaver.asks(prompt="none")))["error"] == "login_required"
    return place


def test_rp_initiated_logout_discovery_endpoint_verification(leaver: Service) -> None:
    described = leaver.http.get("/.well-known/openid-configuration").get_json()
    assert described["end_session_endpoint"] == f"{described['issuer']}/oidc/end-session"


def test_rp_initiated_logout(person: Person, leaver: Service) -> None:
    assert left(person, leaver, wish(person, leaver)) == f"{GONE}?state=its+state"


def test_rp_initiated_logout_bad_post_logout_redirect_uri(person: Person, leaver: Service) -> None:
    sent = wish(person, leaver, post_logout_redirect_uri=f"{HOME}/else")
    assert left(person, leaver, sent) == HERE


def test_rp_initiated_logout_modified_id_token_hint(person: Person, leaver: Service) -> None:
    sent = wish(person, leaver)
    payload = sent["id_token_hint"].split(".")[1]
    sent["id_token_hint"] = f"{base64url(json.dumps({'alg': 'none'}).encode())}.{payload}."
    assert left(person, leaver, sent) == HERE


def test_rp_initiated_logout_no_id_token_hint(person: Person, leaver: Service) -> None:
    assert left(person, leaver, wish(person, leaver, id_token_hint=None)) == HERE


def test_rp_initiated_logout_no_params(person: Person, leaver: Service) -> None:
    wish(person, leaver)
    assert left(person, leaver, {}) == HERE


def test_rp_initiated_logout_no_post_logout_redirect_uri(person: Person, leaver: Service) -> None:
    assert left(person, leaver, wish(person, leaver, post_logout_redirect_uri=None)) == HERE


def test_rp_initiated_logout_no_state(person: Person, leaver: Service) -> None:
    assert left(person, leaver, wish(person, leaver, state=None)) == GONE


def test_rp_initiated_logout_only_state(person: Person, leaver: Service) -> None:
    wish(person, leaver)
    assert left(person, leaver, {"state": "its state"}) == HERE


def test_rp_initiated_logout_query_added_to_post_logout_redirect_uri(person: Person, leaver: Service) -> None:
    sent = wish(person, leaver, post_logout_redirect_uri=f"{GONE}?foo=bar")
    assert left(person, leaver, sent) == HERE


def test_rp_initiated_logout_bad_id_token_hint(person: Person, leaver: Service) -> None:
    sent = wish(person, leaver)
    told = leaver.told(sent["id_token_hint"])
    sent["id_token_hint"] = jwt.encode({"alg": "ES256"}, told, ECKey.generate_key("P-256"), ["ES256"])
    assert left(person, leaver, sent) == HERE
