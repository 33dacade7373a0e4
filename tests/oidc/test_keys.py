"""The keys that sign: published before they sign and after, sealed, and changed without anybody noticing."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from flask import Flask
from joserfc.jwk import ECKey, KeySet
from joserfc.jws import extract_compact
from sqlalchemy import select

from onboarding import housekeeping
from onboarding.accounts import signing_keys
from onboarding.accounts.signing_keys import SigningKey
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.resealing import reseal
from onboarding.sealed import Keyring
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.oidc.service import Service, enter

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def published(service: Service) -> list[str]:
    """The names of the keys in the list."""
    return [key["kid"] for key in service.http.get("/oidc/jwks").get_json()["keys"]]


def signer(service: Service, person: Person) -> str:
    """The name of the key that has signed a fresh ID token, which checks."""
    token = service.tokens(person)["id_token"]
    service.told(token)
    return str(extract_compact(token.encode()).headers()["kid"])


def test_the_list_has_public_parts_only_and_is_kept_an_hour(service: Service, database: Database) -> None:
    answer = service.http.get("/oidc/jwks")
    (key,) = answer.get_json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (key["alg"], key["use"], answer.headers["Cache-Control"]) == ("ES256", "sig", "public, max-age=3600")
    assert published(service) == [key["kid"]], "made once"
    with database.transaction(write=False) as db:
        assert b'"d"' not in db.scalars(select(SigningKey.private_sealed)).one()


@ONE
def test_P45_D23_a_key_is_published_a_day_before_it_signs_and_a_day_after(
    person: Person, service: Service, clock: MovableClock, database: Database, settings: Settings
) -> None:
    enter(person)
    old = signer(service, person)
    with database.transaction() as db:
        new = signing_keys.change(db, clock.now()).kid
    assert (published(service), signer(service, person)) == ([old, new], old)
    clock.advance(hours=23, minutes=59)
    person.sign_in()
    assert signer(service, person) == old
    clock.advance(minutes=1)
    assert signer(service, person) == new
    clock.advance(hours=23, minutes=59)
    housekeeping.clean(database, clock, settings)
    assert published(service) == [old, new]
    clock.advance(minutes=1)
    housekeeping.clean(database, clock, settings)
    assert published(service) == [new]


@ONE
def test_P45_a_key_is_changed_every_ninety_days_by_itself(
    service: Service, clock: MovableClock, database: Database
) -> None:
    (first,) = published(service)
    days = []
    for day in range(1, 100):
        clock.advance(days=1)
        with database.transaction() as db:
            signing_keys.forget_old(db, clock.now())
            days += [day] * (signing_keys.current(db, clock.now()).kid != first)
    assert days[0] == 90
    assert first not in published(service)


@ONE
def test_P41_a_service_that_knows_no_better_gets_rs256_of_3072_bits_and_others_es256(
    app: Flask, person: Person, service: Service, clock: MovableClock, database: Database
) -> None:
    enter(person)
    (es256,) = published(service)
    older = Service(app, clock, "Older", id_token_algorithm="RS256")
    tokens = older.tokens(person)
    assert older.told(older.refresh(tokens["refresh_token"]).get_json()["id_token"])["aud"] == older.id
    assert signer(service, person) == es256
    (rs256,) = {*published(service)} - {es256}
    public = KeySet.import_key_set(service.http.get("/oidc/jwks").get_json()).get_by_kid(rs256)
    assert (public.get("alg"), len(base64.urlsafe_b64decode(str(public["n"]) + "=="))) == ("RS256", 3072 / 8)
    assert older.code(person, prompt="none", id_token_hint=tokens["id_token"]), "known again by its hint"
    clock.advance(days=89)
    with database.transaction() as db:
        signing_keys.forget_old(db, clock.now())
        assert signing_keys.used(db) == ["ES256", "RS256"]
    assert len(published(service)) == 4, "each is changed in its time"


@ONE
def test_a_key_is_sealed_anew_under_a_new_data_key(service: Service, settings: Settings) -> None:
    kid = published(service)
    fresh = Keyring.from_text(f"{settings.index_key},{settings.data_keys}", settings.index_key)
    with_new = Database(settings.database_url, fresh)
    assert reseal(with_new) >= 1
    only_new = Database(settings.database_url, Keyring.from_text(settings.index_key, settings.index_key))
    with only_new.transaction(write=False) as db:
        (key,) = signing_keys.published(db)
        assert ([key.kid], key.opened.is_private) == (kid, True)
    for one in (with_new, only_new):
        one.engine.dispose()


@ONE
def test_at_hash_is_of_the_access_token_beside_it(person: Person, service: Service) -> None:
    """It binds what a service checks by Authlib, which took any before CVE-2026-28498."""
    enter(person)
    tokens = service.tokens(person)
    other = service.tokens(person)
    claims = service.told(tokens["id_token"])
    assert claims["at_hash"] == half(tokens["access_token"]) != half(other["access_token"])
    assert claims["exp"] - claims["iat"] == timedelta(seconds=120).total_seconds()


def half(token: str) -> str:
    """The left half of a SHA-256, as a JWS writes it (OpenID Connect Core 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).decode().rstrip("=")


@ONE
def test_no_key_stands_in_the_description_of_a_fault(service: Service, database: Database) -> None:
    published(service)
    with database.transaction(write=False) as db:
        key = signing_keys.published(db)[0]
        secret = json.loads(str(key.private))["d"]
        assert secret not in repr(key) + str(key) + repr(key.opened)
        assert ECKey.import_key(json.loads(str(key.private))).is_private
