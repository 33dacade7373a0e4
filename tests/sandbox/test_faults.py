"""Faults that are switched on for one service: its own checks must find them, and nobody else has them."""

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from onboarding.accounts import client_changes
from onboarding.accounts.clients import Client
from onboarding.sandbox import faults
from onboarding.sandbox.faults import FAULTS
from tests.journey.people import Person
from tests.machine.inbox import Inbox
from tests.oidc.service import HOME, ISSUER, Service, agree, answer_in, enter, follow

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def findings(service: Service, id_token: str) -> list[str]:
    """What a service finds wrong with an ID token, as OpenID Connect Core 3.1.3.7 asks it to look."""
    keys = KeySet.import_key_set(service.http.get("/oidc/jwks").get_json())
    try:
        jwt.decode(id_token, keys, [service.algorithm])
    except (JoseError, ValueError) as error:
        return [type(error).__name__]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(id_token.split(".")[1] + "=="))
    right: dict[str, Callable[[Any], bool]] = {
        "iss": lambda value: value == ISSUER,
        "aud": lambda value: value == service.id,
        "nonce": lambda value: value == "its own nonce",
        "exp": lambda value: value > service.clock.now().timestamp(),
    }
    return [name for name, is_right in right.items() if not is_right(told[name])]


FOUND = {
    "wrong-signature": ["BadSignatureError"],
    "unknown-key": ["InvalidKeyIdError"],
    "alg-none": ["UnsupportedAlgorithmError"],
    "expired": ["exp"],
    "wrong-nonce": ["nonce"],
    "wrong-audience": ["aud"],
    "wrong-issuer": ["iss"],
    "slow": [],
}


@pytest.fixture
def somebody(sandbox: Flask) -> Person:
    """Somebody who is signed in."""
    person = Person(sandbox.test_client(), Inbox(sandbox))  # type: ignore[arg-type]
    enter(person)
    return person


@ONE
def test_each_fault_is_found_by_the_check_that_it_is_for(
    sandbox: Flask, somebody: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "SLOW", 0.1)
    service = Service(sandbox, sandbox.extensions["clock"])
    other = Service(sandbox, sandbox.extensions["clock"], name="Another service")
    for fault, found in FOUND.items():
        switched = service.http.post("/sandbox/faults.json", json={"client_id": service.id, "fault": fault})
        assert switched.get_json()["on"] == {service.id: fault}
        begun = time.monotonic()
        assert findings(service, service.tokens(somebody)["id_token"]) == found, fault
        assert (time.monotonic() - begun > 0.1) or fault != "slow"
    assert findings(other, other.tokens(somebody)["id_token"]) == []


@ONE
def test_a_service_that_is_refused_for_a_moment_can_use_its_code_afterwards(
    sandbox: Flask, somebody: Person
) -> None:
    service = Service(sandbox, sandbox.extensions["clock"])
    code = service.code(somebody)
    service.http.post("/sandbox/faults.json", json={"client_id": service.id, "fault": "unavailable"})
    assert service.trade(code).status_code == 503
    off = service.http.post("/sandbox/faults.json", json={"client_id": service.id, "fault": None})
    assert off.get_json()["on"] == {}
    assert findings(service, service.trade(code).get_json()["id_token"]) == []


@ONE
def test_faults_are_found_by_a_service_whose_tokens_are_signed_by_rs256(sandbox: Flask, somebody: Person) -> None:
    service = Service(sandbox, sandbox.extensions["clock"], id_token_algorithm="RS256")
    for fault in ("wrong-signature", "alg-none", "expired"):
        service.http.post("/sandbox/faults.json", json={"client_id": service.id, "fault": fault})
        assert findings(service, service.tokens(somebody)["id_token"]) == FOUND[fault], fault


@ONE
def test_what_is_refused_before_it_is_read_is_refused_with_a_fault_too(sandbox: Flask) -> None:
    service = Service(sandbox, sandbox.extensions["clock"])
    service.http.post("/sandbox/faults.json", json={"client_id": service.id, "fault": "expired"})
    assert service.call("token", {}, client_assertion="x" * 70_000).status_code == 413


@ONE
def test_a_fault_of_a_service_that_has_ended_can_be_switched_off(sandbox: Flask) -> None:
    service = Service(sandbox, sandbox.extensions["clock"])
    asked = {"client_id": service.id, "fault": "expired"}
    service.http.post("/sandbox/faults.json", json=asked)
    with sandbox.extensions["database"].transaction() as db:
        client_changes.end(sandbox.extensions["clock"].now(), db.get_one(Client, UUID(service.id)))
    assert service.http.post("/sandbox/faults.json", json=asked).status_code == 400
    off = service.http.post("/sandbox/faults.json", json=asked | {"fault": None})
    assert off.get_json()["on"] == {}


@ONE
def test_D17_a_service_can_be_sent_a_citizen_from_another_issuer(sandbox: Flask, somebody: Person) -> None:
    service = Service(sandbox, sandbox.extensions["clock"])
    other = Service(sandbox, sandbox.extensions["clock"], name="Another service", redirect_uris=[f"{HOME}/other"])
    service.http.post("/sandbox/faults.json", json={"client_id": service.id, "fault": "mixed-up"})
    assert [answer_in(agree(somebody, one.asks()))["iss"] for one in (service, other)] == [faults.OTHER, ISSUER]
    assert answer_in(follow(somebody, service.asks()))["iss"] == faults.OTHER, "without a question, too"


def test_every_fault_is_tried_here() -> None:
    assert FAULTS.keys() == FOUND.keys() | {"mixed-up", "unavailable"}
