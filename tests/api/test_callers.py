"""How a service's program proves itself to the API."""

from base64 import b64encode

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.accounts.events import Event
from onboarding.db import Database
from tests.api.conftest import Program, number_of
from tests.clock import MovableClock
from tests.oidc.service import Service
from tests.oidc.test_assertions import EVIL, KEY, made
from tests.web.conftest import production

__all__ = ["production"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NO_CLIENT, NO_ACCOUNT = 40102, 40402


@ONE
def test_D08_an_assertion_is_used_up_by_whatever_becomes_of_the_request(app: Flask, clock: MovableClock) -> None:
    keyed = Service(app, clock, jwks={"keys": [KEY.as_dict(private=False)]})
    program = Program(app, keyed)
    assert program.get("/client", token=made(keyed))["token_endpoint_auth_method"] == "private_key_jwt"
    for path, method, status in (
        ("/client", "GET", 200),
        ("/accounts/x", "GET", 404),
        ("/accounts/x/sign-out", "POST", 404),
    ):
        assertion = made(keyed)
        assert program.call(path, method, token=assertion).status_code == status
        assert number_of(program.call(path, method, token=assertion)) == NO_CLIENT
    for bad in (made(keyed, key=EVIL), made(keyed, aud="https://else.example"), made(keyed, exp=2**40)):
        assert number_of(program.call("/client", token=bad)) == NO_CLIENT


@ONE
def test_whoever_proves_nothing_is_told_how_and_leaves_one_event(program: Program, database: Database) -> None:
    def basic(text: str) -> dict[str, str]:
        return {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}

    wrong = [
        basic(""),
        basic("a:b"),
        basic(f"{program.service.id}:wrong"),
        *(
            {"Authorization": text}
            for text in ("", "Basic", "Basic \N{BULLET}", f"Digest {program.service.secret}")
        ),
    ]
    for headers in wrong:
        answer = program.call("/client", headers=headers)
        assert number_of(answer) == NO_CLIENT
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="client", Bearer'
        assert "RateLimit" not in answer.headers
    with database.transaction(write=False) as db:
        told = db.scalars(select(Event.facts).where(Event.kind == "request-refused")).all()
    assert [facts["reason"] for facts in told] == ["client"] * len(wrong)


@ONE
def test_over_https_a_program_needs_no_origin_and_no_form_token(production: Flask, clock: MovableClock) -> None:
    program = Program(production, Service(production, clock))
    answer = program.call("/accounts/x/sign-out", "POST", base_url="https://dichvucong.example.vn")
    assert number_of(answer) == NO_ACCOUNT
