"""The OpenID Foundation's Back-Channel OP test modules, one by one.

Each test has its module's name without `oidcc-` and asks for what the module's conditions ask for. Source: plan
`oidcc-backchannel-rp-initiated-logout-certification-test-plan` of the conformance suite.
"""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from flask import Flask

from onboarding import create_app
from onboarding.config import Settings
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.machine.web_service import WebService
from tests.oidc.receiver import LOGOUT, Receiver
from tests.oidc.service import HOME, ISSUER, answer_in, enter, follow

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GONE = f"{HOME}/post_logout_redirect"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


def test_backchannel_logout_discovery_endpoint_verification(settings: Settings, clock: MovableClock) -> None:
    portal = "https://portal.example"
    app = create_app(replace(settings, public_url=portal), clock)
    told = app.test_client().get("/.well-known/openid-configuration", base_url=portal).get_json()
    assert [told[name] for name in told if name.endswith(("_endpoint", "_uri")) and portal not in told[name]] == []
    assert (told["backchannel_logout_supported"], told["backchannel_logout_session_supported"]) == (True, True)
    assert told["end_session_endpoint"].startswith(f"{portal}/")
    app.extensions["database"].engine.dispose()


def test_backchannel_rp_initiated_logout(app: Flask, clock: MovableClock, person: Person, web: WebService) -> None:
    service = Receiver(app, clock, web, "Land", logout_uris=[GONE])
    other = Receiver(app, clock, web, "Births", sector="births")
    enter(person)
    id_tokens = {one.id: one.tokens(person)["id_token"] for one in (service, other)}
    first = {client: service.read(token)[1] for client, token in id_tokens.items()}
    again = service.told(service.tokens(person)["id_token"])
    assert again["sid"] == first[service.id]["sid"], "one session, however often it is asked for"
    clock.advance(minutes=1)
    wish = {"id_token_hint": id_tokens[service.id], "post_logout_redirect_uri": GONE, "state": "a&b"}
    person.client.visit(f"/oidc/end-session?{urlencode(wish)}")
    answer = person.client.post("/account/sign-out", data=person.fields())
    assert answer.location == f"{GONE}?state=a%26b"
    heard = service.hear()
    requests = [asked for path, asked in heard.items() if path.startswith(LOGOUT)]
    assert [len(asked) for asked in requests] == [1, 1]
    told = {
        claims["aud"]: (header, claims) for header, claims in (service.logout_token(one[0]) for one in requests)
    }
    assert told.keys() == first.keys()
    for client, (header, claims) in told.items():
        assert (header["typ"], header["alg"]) == ("logout+jwt", "ES256")
        assert (claims["iss"], claims["events"]) == (ISSUER, {EVENT: {}})
        assert (claims["sub"], claims["sid"]) == (first[client]["sub"], first[client]["sid"])
        assert claims["iat"] == clock.now().timestamp() == claims["exp"] - 120
        assert claims["jti"]
        assert "nonce" not in claims
    here, there = told.values()
    assert all(here[1][name] != there[1][name] for name in ("sub", "sid", "jti")), "nothing that both know"
    assert answer_in(follow(person, service.asks(prompt="none")))["error"] == "login_required"
    assert service.hear() == {}
