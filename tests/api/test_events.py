"""The feed of events: each comes until it is taken, and only to the service that it is for."""

from uuid import UUID

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import select

from onboarding.accounts import endings
from onboarding.accounts.people import Account
from onboarding.accounts.signals import Signal
from tests.api.conftest import Program, number_of
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.oidc.service import ISSUER, Service, enter

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
UNFIT, NO_CLIENT = 42201, 40102


def poll(program: Program, **sent: object) -> tuple[dict[str, str], bool]:
    """Events by their id, and whether there are more."""
    answer = program.call("/events", "POST", json=sent)
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    return told["sets"], told["moreAvailable"]


def test_D26_events_come_until_they_are_taken_and_to_their_service_alone(
    app: Flask, clock: MovableClock, person: Person, service: Service, program: Program
) -> None:
    other_service = Service(app, clock, "Hộ tịch", sector="births")
    other = Program(app, other_service)
    enter(person)
    subs = [one.told(one.tokens(person)["id_token"])["sub"] for one in (service, other_service)]
    with app.extensions["database"].transaction() as db:
        account = db.scalars(select(Account)).one()
        endings.suspend(db, clock.now(), app.extensions["settings"], account)
        clock.advance(seconds=1)
        endings.reinstate(db, clock.now(), app.extensions["settings"], account)
    assert poll(program, maxEvents=0) == ({}, True)
    mine, more = poll(program)
    assert (len(mine), more) == (3, False)
    theirs, _ = poll(other)
    keys = KeySet.import_key_set(service.http.get("/oidc/jwks").get_json())
    for events, whose, sub in ((mine, service, subs[0]), (theirs, other_service, subs[1])):
        for jti, token in events.items():
            read = jwt.decode(token, keys, ["ES256"])
            assert read.header["typ"] == "secevent+jwt"
            assert (read.claims["iss"], read.claims["aud"], read.claims["jti"]) == (ISSUER, whose.id, jti)
            assert read.claims["sub_id"].get("user", read.claims["sub_id"])["sub"] == sub
    first, second, third = mine
    assert poll(other, ack=[first], setErrs={second: {"err": "invalid_key"}})[0].keys() == theirs.keys()
    assert poll(program, maxEvents=1)[0].keys() == {first}
    errors = {second: {"err": "invalid_key", "description": "…"}, str(UUID(int=1)): {"err": "x"}}
    acks = {"ack": [first, str(UUID(int=2))], "setErrs": errors}
    sets, more = poll(program, **acks, returnImmediately=True, maxEvents=9)
    assert (sets.keys(), more) == ({third}, False)
    assert poll(program, ack=[third]) == ({}, False)
    with app.extensions["database"].transaction(write=False) as db:
        assert db.get_one(Signal, UUID(second)).reason == "invalid_key"


def test_strangers_and_bodies_that_do_not_fit_get_problems(program: Program) -> None:
    jti = str(UUID(int=1))
    terminal = {"setErrs": {jti: {"err": "\x1b[2J"}}}
    wrongs = (
        {"ack": "x"},
        {"ack": ["x"]},
        {"maxEvents": "1"},
        {"setErrs": {jti: {}}},
        terminal,
    )
    for wrong in wrongs:
        assert number_of(program.call("/events", "POST", json=wrong)) == UNFIT
    for odd in ({"maxEvents": -(10**18)}, {"maxEvents": 10**30}, {"ack": [jti] * 1000}, {"unheard-of": 1}):
        assert poll(program, **odd) == ({}, False)
    assert number_of(program.call("/events", "POST", json={}, token="x")) == NO_CLIENT
