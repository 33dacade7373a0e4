"""Back-channel logout for every way in which a sign-in ends, and that its tokens are good for nothing else."""

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from flask import Flask

from tests.citizen.test_account import ends
from tests.clock import MovableClock
from tests.journey.people import NewPerson, Person
from tests.machine.web_service import WebService
from tests.oidc.receiver import Receiver
from tests.oidc.service import answer_in, enter, follow

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def web() -> Iterator[WebService]:
    """Where a service is told things."""
    with WebService() as web:
        yield web


def said(service: Receiver) -> list[tuple[str, str | None]]:
    """Whose sign-ins the logout tokens are of that come now: `sub` and, where it is one alone, `sid`."""
    tokens = [service.logout_token(asked) for path in service.hear().values() for asked in path]
    return [(claims["sub"], claims.get("sid")) for _, claims in tokens]


def test_a_sign_in_ended_elsewhere_and_a_withdrawn_consent_reach_the_service(
    app: Flask, clock: MovableClock, person: Person, new_person: NewPerson, web: WebService
) -> None:
    service, computer = Receiver(app, clock, web, "Land", events_uri=None), new_person()
    enter(person)
    tokens = service.tokens(person)
    theirs = service.told(tokens["id_token"])
    clock.advance(seconds=1)
    enter(computer)
    own = service.told(service.tokens(computer)["id_token"])
    assert (theirs["sub"], theirs["sid"] == own["sid"]) == (own["sub"], False)
    _, other = ends(computer)
    computer.submit(form=other)
    assert said(service) == [(theirs["sub"], theirs["sid"])]
    assert not service.alive(tokens)[1]
    computer.submit(form="withdraw")
    assert said(service) == [(own["sub"], None)], "all that is left"
    computer.submit(form="sign-out")
    assert said(service) == [], "the service is none of the citizen's any more"


def test_R43_a_logout_token_is_good_for_nothing_else(
    app: Flask, clock: MovableClock, person: Person, web: WebService
) -> None:
    service = Receiver(app, clock, web, "Land")
    enter(person)
    service.tokens(person)
    person.client.visit("/account")
    person.submit(form="sign-out")
    bodies = [asked.body for path in service.hear().values() for asked in path]
    tokens = [parse_qs(body).get("logout_token", [body])[0] for body in bodies]
    assert sorted(service.read(token)[0]["typ"] for token in tokens) == ["logout+jwt", "secevent+jwt"]
    enter(person)
    for token in tokens:
        refused = answer_in(follow(person, service.asks(id_token_hint=token)))
        assert refused["error"] == "invalid_request"
        assert service.userinfo(token).status_code == 401
        assert service.call("introspect", token=token).get_json() == {"active": False}
        person.client.visit(f"/oidc/end-session?id_token_hint={token}")
        assert "Do you want to sign out of your account here?" in person.page.text
