"""Back-channel logout for every way in which a sign-in ends, and that its tokens are good for nothing else."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from joserfc.errors import JoseError

from onboarding.accounts.signal_tokens import TYPES
from onboarding.accounts.signals import LOGOUT, SESSION_REVOKED
from tests.citizen.test_account import ends
from tests.clock import MovableClock
from tests.journey.people import NewPerson, Person
from tests.machine.web_service import WebService
from tests.oidc.receiver import Receiver
from tests.oidc.service import ISSUER, answer_in, enter, follow

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = Path(__file__).parents[2] / "docs" / "integrators-events.md"


def said(service: Receiver) -> list[tuple[str, str | None]]:
    """Whose sign-ins the logout tokens are of that come now: `sub` and, where it is one alone, `sid`."""
    tokens = [service.logout_token(asked) for path in service.hear().values() for asked in path]
    return [(claims["sub"], claims.get("sid")) for _, claims in tokens]


@ONE
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
    told = computer.client.get("/account/data").get_json()["told_to_services"]
    assert {(one["service"], one["what"]) for one in told} == {("Land", LOGOUT), ("Land", SESSION_REVOKED)}
    computer.client.visit("/account")
    computer.submit(form="withdraw")
    assert said(service) == [(own["sub"], None)], "all that is left"
    computer.submit(form="sign-out")
    assert said(service) == [], "the service is none of the citizen's any more"


def documented() -> Callable[..., dict[str, Any]]:
    """The check of tokens that the page for integrators shows."""
    shown = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert shown is not None
    names: dict[str, Any] = {}
    exec(shown[1], names)  # noqa: S102 - the very text that integrators copy
    check: Callable[..., dict[str, Any]] = names["told"]
    return check


def test_the_page_for_integrators_names_every_kind_of_event() -> None:
    named = set(re.findall(r"`(https://schemas\.openid\.net/\S+)`", PAGE.read_text()))
    assert named == {address for kind, address in TYPES.items() if kind != LOGOUT}


@ONE
def test_R43_a_logout_token_is_good_for_nothing_else(
    app: Flask, clock: MovableClock, person: Person, web: WebService
) -> None:
    service = Receiver(app, clock, web, "Land")
    enter(person)
    id_token = service.tokens(person)["id_token"]
    person.client.visit("/account")
    person.submit(form="sign-out")
    bodies = [asked.body for path in service.hear().values() for asked in path]
    tokens = [parse_qs(body).get("logout_token", [body])[0] for body in bodies]
    assert sorted(service.read(token)[0]["typ"] for token in tokens) == ["logout+jwt", "secevent+jwt"]
    check, whole = documented(), {"issuer": ISSUER, "client_id": service.id, "now": clock.now().timestamp()}
    whole["jwks"] = service.http.get("/oidc/jwks").get_json()
    for token in tokens:
        kind = service.read(token)[0]["typ"]
        assert check(token, kind, **whole) == service.read(token)[1]
        wrong = [(token, "JWT", whole), (id_token, kind, whole), (token[:-4] + "AAAA", kind, whole)]
        wrong += [(token, kind, whole | {name: "other"}) for name in ("issuer", "client_id")]
        wrong += [(token, kind, whole | {"now": whole["now"] + 120})] if kind == "logout+jwt" else []
        for sent, meant, told in wrong:
            with pytest.raises((ValueError, JoseError)):
                check(sent, meant, **told)
    enter(person)
    for token in tokens:
        refused = answer_in(follow(person, service.asks(id_token_hint=token)))
        assert refused["error"] == "invalid_request"
        assert service.userinfo(token).status_code == 401
        assert service.call("introspect", token=token).get_json() == {"active": False}
        person.client.visit(f"/oidc/end-session?id_token_hint={token}")
        assert "Do you want to sign out of your account here?" in person.page.text
