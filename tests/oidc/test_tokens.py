"""What codes and tokens are good for: once, for a short time, for one service, for what was agreed to."""

import secrets

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import housekeeping
from onboarding.accounts.grants import Grant
from onboarding.accounts.tokens import Token
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc.errors import described
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.oidc.service import HOME, Service, enter

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DEAD = described("invalid_grant")


def test_D10_a_code_used_twice_ends_all_that_came_from_it(
    person: Person, service: Service, database: Database
) -> None:
    enter(person)
    code = service.code(person)
    tokens = service.trade(code).get_json()
    newer = service.refresh(tokens["refresh_token"]).get_json()
    assert service.alive(newer) == (True, True)
    again = service.trade(code)
    assert (again.status_code, again.get_json()) == (400, DEAD)
    assert service.alive(newer) == (False, False)
    assert service.userinfo(newer["access_token"]).status_code == 401
    assert service.refresh(newer["refresh_token"]).get_json() == DEAD
    assert [facts["reason"] for _, facts in events(database, "grant-ended")] == ["used-twice"]


@ONE
@pytest.mark.parametrize(("age", "good"), [(59, True), (60, False), (-1, False)])
def test_P39_a_code_lives_for_60_seconds(
    person: Person, service: Service, clock: MovableClock, age: int, good: bool
) -> None:
    enter(person)
    code = service.code(person)
    clock.advance(seconds=age)
    assert (service.trade(code).status_code == 200) is good


@ONE
def test_D14_a_wrong_verifier_gets_nothing_and_uses_the_code_up(person: Person, service: Service) -> None:
    enter(person)
    for wrong in ("", "short", "a" * 42, "a" * 129, "wrong" * 10, "ô" * 43, secrets.token_urlsafe(32)):
        code = service.code(person)
        assert service.trade(code, code_verifier=wrong).get_json() == DEAD
        assert service.trade(code).get_json() == DEAD


@ONE
def test_R42_a_code_is_its_clients_and_its_addresss(
    app: Flask, clock: MovableClock, person: Person, service: Service
) -> None:
    """Keycloak's CVE-2026-16089: a code for another client. CVE-2026-37979, CVE-2026-18208: its tokens shown."""
    enter(person)
    thief = Service(app, clock, "Another")
    thief.verifier = service.verifier
    code = service.code(person)
    assert thief.trade(code).get_json() == DEAD
    tokens = service.trade(code).get_json()
    assert service.alive(tokens) == (True, True), "a stranger's try costs nothing"
    assert thief.refresh(tokens["refresh_token"]).get_json() == DEAD
    assert thief.call("introspect", token=tokens["access_token"]).get_json() == {"active": False}
    assert thief.call("revoke", token=tokens["access_token"]).status_code == 200
    assert service.alive(tokens) == (True, True)
    assert service.trade(service.code(person), redirect_uri=f"{HOME}/else").get_json() == DEAD


@ONE
def test_R42_each_kind_of_token_has_one_use(person: Person, service: Service) -> None:
    enter(person)
    code = service.code(person)
    tokens = service.trade(code).get_json()
    for token in (tokens["refresh_token"], tokens["id_token"], code, "", "x" * 5000):
        assert service.userinfo(token).status_code == 401
    for token in (tokens["access_token"], tokens["id_token"], code, ""):
        assert service.refresh(token).get_json() == DEAD
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert service.trade(token).get_json() == DEAD


def test_a_refresh_token_is_changed_at_each_use_and_used_twice_ends_its_family(
    person: Person, service: Service
) -> None:
    enter(person)
    first = service.tokens(person)
    second = service.refresh(first["refresh_token"]).get_json()
    third = service.refresh(second["refresh_token"]).get_json()
    assert service.told(third["id_token"])["sub"] == service.told(first["id_token"])["sub"]
    assert service.refresh(first["refresh_token"]).get_json() == DEAD
    assert service.alive(third) == (False, False)


@ONE
def test_D20_a_refresh_is_never_for_more_than_was_agreed_to(person: Person, service: Service) -> None:
    enter(person)
    tokens = service.tokens(person, scope="openid profile unknown")
    assert tokens["scope"] == "openid profile"
    for scope in ("openid profile phone", "national_id", "unknown", ""):
        assert service.refresh(tokens["refresh_token"], scope=scope).get_json() == described("invalid_scope")
    narrow = service.refresh(tokens["refresh_token"], scope="openid").get_json()
    assert narrow["scope"] == "openid"
    assert service.userinfo(narrow["access_token"]).get_json().keys() == {"sub"}
    assert service.refresh(narrow["refresh_token"]).get_json()["scope"] == "openid profile"


@ONE
def test_D20_a_service_gets_no_scope_that_it_is_not_registered_for(
    app: Flask, clock: MovableClock, person: Person
) -> None:
    enter(person)
    plain = Service(app, clock, scopes=["openid"], refreshes=False)
    tokens = plain.tokens(person, scope="openid profile phone national_id")
    assert tokens["scope"] == "openid"
    assert "refresh_token" not in tokens


@ONE
def test_P43_tokens_end_in_time(person: Person, service: Service, clock: MovableClock) -> None:
    enter(person)
    tokens = service.tokens(person)
    clock.advance(seconds=299)
    assert service.alive(tokens) == (True, True)
    clock.advance(seconds=1)
    assert service.alive(tokens) == (False, True)
    clock.advance(minutes=54, seconds=59)
    tokens = service.refresh(tokens["refresh_token"]).get_json()
    clock.advance(hours=1)
    assert service.refresh(tokens["refresh_token"]).get_json() == DEAD


@ONE
def test_P43_nothing_outlives_the_twelve_hours_of_the_sign_in(
    person: Person, service: Service, clock: MovableClock, database: Database, settings: Settings
) -> None:
    enter(person)
    tokens = service.tokens(person)
    for _ in range(12):
        clock.advance(minutes=59)
        tokens = service.refresh(tokens["refresh_token"]).get_json()
    clock.advance(minutes=12)
    assert service.alive(tokens) == (False, False)
    housekeeping.clean(database, clock, settings)
    with database.transaction(write=False) as db:
        assert (db.scalars(select(Token)).all(), db.scalars(select(Grant)).all()) == ([], [])
