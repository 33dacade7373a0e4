"""Requests that services bring themselves (RFC 9126): each leads one browser, once, within a minute."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import update

from onboarding.accounts.authorizations import PUSHED
from onboarding.accounts.clients import Client
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc.errors import described
from tests.attacks.wizard import refusals
from tests.clock import MovableClock
from tests.journey.people import NewPerson, Person
from tests.oidc.service import BACK, HOME, Service, agree, answer_in, enter, follow

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def name_in(address: str) -> str:
    """The name of a pushed request, in the address that a citizen is sent to."""
    return parse_qs(urlsplit(address).query)["request_uri"][0]


def refused(person: Person, address: str) -> bool:
    """Whether nobody is sent anywhere by it."""
    answer = person.client.get(address)
    return (answer.status_code, answer.location) == (400, None)


def test_a_service_brings_its_request_and_the_browser_only_its_name(person: Person, service: Service) -> None:
    described = service.http.get("/.well-known/openid-configuration").get_json()
    assert described["pushed_authorization_request_endpoint"].endswith("/oidc/par")
    assert described["require_pushed_authorization_requests"] is False
    enter(person)
    told = answer_in(agree(person, service.pushes(scope="openid phone")))
    assert told["state"] == "its own state"
    tokens = service.trade(told["code"]).get_json()
    assert tokens["scope"] == "openid phone"
    assert service.told(tokens["id_token"])["nonce"] == "its own nonce"
    again = answer_in(follow(person, service.pushes(scope="openid phone", prompt="none")))
    assert "code" in again, "agreed before: straight back"


def test_a_pushed_request_counts_once(person: Person, new_person: NewPerson, service: Service) -> None:
    """Keycloak's CVE-2024-4540: what was pushed stood in a cookie of the browser that brought its name."""
    address = service.pushes(ui_locales="vi")
    answer = person.client.get(address)
    assert answer.location == "/onboarding/account?lang=vi"
    assert not any(text in str(answer.headers) for text in ("its own", service.id, "permits"))
    assert refused(person, address)
    assert refused(new_person(), address)
    enter(person)
    assert "code" in answer_in(agree(person, "/oidc/consent")), "the way that it began goes on"


@ONE
@pytest.mark.parametrize(("seconds", "good"), [(59, True), (60, False), (-1, False)])
def test_a_pushed_request_lives_for_a_minute(
    person: Person, service: Service, clock: MovableClock, seconds: int, good: bool
) -> None:
    address = service.pushes()
    clock.advance(seconds=seconds)
    assert refused(person, address) is not good


@ONE
def test_R42_a_pushed_request_is_its_services_alone(
    app: Flask, clock: MovableClock, person: Person, service: Service, database: Database
) -> None:
    thief = Service(app, clock, "Another")
    address = service.pushes()
    assert refused(person, thief.named(name_in(address)))
    assert refused(person, address.replace(service.id, "nobody"))
    assert refused(person, service.named(PUSHED))
    assert refused(person, service.named(f"{PUSHED}{'x' * 5000}"))
    assert follow(person, address).request.path == "/onboarding/account", "a stranger's try costs nothing"
    assert refusals(database) == ["request-uri", "redirect-uri", "request-uri", "request-uri"]


@ONE
def test_R42_the_name_and_the_cookie_of_a_request_are_two_things(person: Person, service: Service) -> None:
    follow(person, service.asks())
    cookie = person.client.get_cookie("request")
    assert cookie is not None
    assert refused(person, service.named(f"{PUSHED}{cookie.value}"))
    enter(person)
    person.client.set_cookie("request", name_in(service.pushes()))
    assert follow(person, "/oidc/consent").request.path == "/account", "nothing waits in this browser"


@ONE
def test_beside_the_name_nothing_counts(person: Person, service: Service) -> None:
    enter(person)
    name = name_in(service.pushes(scope="openid"))
    address = service.named(name, scope="openid national_id", redirect_uri="https://evil.example/", state="other")
    answer = agree(person, address)
    assert answer.location.startswith(f"{BACK}?")
    told = answer_in(answer)
    assert told["state"] == "its own state"
    assert service.trade(told["code"]).get_json()["scope"] == "openid"


WRONG: tuple[tuple[dict[str, str | None], str], ...] = (
    ({"redirect_uri": f"{HOME}/else"}, "invalid_request"),
    ({"redirect_uri": None}, "invalid_request"),
    ({"request_uri": f"{PUSHED}x"}, "request_uri_not_supported"),
    ({"request_uri": "https://evil.example/"}, "request_uri_not_supported"),
    ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"state": "x" * 1001}, "invalid_request"),
    ({"id_token_hint": "no.hint.ours"}, "invalid_request"),
)


@ONE
def test_what_could_not_be_met_is_refused_when_it_is_pushed(
    app: Flask, clock: MovableClock, service: Service, database: Database
) -> None:
    for changes, error in WRONG:
        answer = service.call("par", **service.request(**changes))
        assert (answer.status_code, answer.get_json()) == (400, described(error)), changes
    other = Service(app, clock, "Another")
    for headers in ({}, other.basic(), service.basic() | {"Authorization": "Basic x"}):
        answer = service.call("par", headers, **service.request())
        assert (answer.status_code, answer.get_json()) == (401, described("invalid_client"))
    assert service.http.get("/oidc/par").status_code == 405
    assert refusals(database) == ["client"] * 3


@ONE
def test_R41_an_address_that_goes_between_push_and_visit_gets_nothing(
    person: Person, service: Service, database: Database
) -> None:
    enter(person)
    address = service.pushes()
    with database.transaction() as db:
        db.execute(update(Client).values(redirect_uris=[f"{HOME}/new"]))
    assert refused(person, address)
    with database.transaction() as db:
        db.execute(update(Client).values(redirect_uris=[BACK]))
    assert refused(person, address), "and it is used up"


@ONE
def test_the_database_holds_no_name_of_a_pushed_request(service: Service, database: Database) -> None:
    name = name_in(service.pushes(login_hint="+84901234567"))
    files = Path(str(database.engine.url.database)).parent.glob("onboarding.db*")
    held = b"".join(file.read_bytes() for file in files)
    assert b"its own nonce" in held
    assert name.removeprefix(PUSHED).encode() not in held
    assert b"+84901234567" not in held, "nor a number that a service gave away"


@ONE
def test_P09_a_stranger_has_only_so_many_requests_waiting(
    person: Person, service: Service, clock: MovableClock, settings: Settings
) -> None:
    for _ in range(settings.ip_posts):
        assert person.client.get(service.asks()).status_code == 303
    assert person.client.get(service.asks()).status_code == 429
    assert person.client.get(service.pushes()).status_code == 429
    assert answer_in(person.client.get(service.asks(prompt="none")))["error"] == "login_required"
    enter(person)
    assert agree(person, "/oidc/consent").status_code == 303, "what waits goes on"
    assert "code" in answer_in(person.client.get(service.asks())), "who is signed in and has agreed leaves none"
    clock.advance(minutes=5)
    assert person.client.get(service.asks(prompt="login")).status_code == 303
