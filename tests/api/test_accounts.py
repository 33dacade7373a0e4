"""What a service learns of a citizen's account, from whom, and for how long."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from onboarding.accounts.clients import Client
from onboarding.accounts.consents import Consent
from onboarding.accounts.events import Event
from onboarding.accounts.people import Account
from onboarding.db import Database
from tests.api.conftest import Program, number_of
from tests.clock import MovableClock
from tests.journey.people import OTHER, NewPerson, Person
from tests.oidc.service import HOME, Service, enter
from tests.oidc.test_rights import signed_out, suspended, withdrawn

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NO_TOKEN, NO_CLIENT, NO_ACCOUNT = 40101, 40102, 40402
Change = Callable[[Person, Service, Database], None]


def test_a_service_reads_an_account_by_the_citizens_token_and_by_itself(
    program: Program, service: Service, tokens: dict[str, Any], sub: str, clock: MovableClock
) -> None:
    came = int(clock.now().timestamp())
    by_token = program.get("/account", token=tokens["access_token"])
    assert by_token == {
        "sub": sub,
        "state": "active",
        "scopes": ["national_id", "openid", "phone"],
        "sign_in": {"auth_time": came, "acr": "phone", "amr": ["otp", "sms"], "ends_at": came + 43_200},
        "phone_number_confirmed_at": came,
        "national_id_confirmed": False,
    }
    assert program.get(f"/accounts/{sub}") == by_token
    narrow = service.refresh(tokens["refresh_token"], scope="openid").get_json()
    assert program.get("/account", token=narrow["access_token"]).keys() == {"sub", "state", "scopes", "sign_in"}


@ONE
def test_a_service_still_learns_that_an_account_is_suspended_but_by_no_token(
    program: Program, person: Person, service: Service, database: Database, tokens: dict[str, Any], sub: str
) -> None:
    suspended(person, service, database)
    told = program.get(f"/accounts/{sub}")
    assert (told["state"], told["sign_in"]) == ("suspended", None)
    assert number_of(program.call("/account", token=tokens["access_token"])) == NO_TOKEN


@ONE
@pytest.mark.parametrize("what", [signed_out, withdrawn])
def test_D24_a_lost_right_ends_what_the_api_tells(
    program: Program,
    person: Person,
    service: Service,
    database: Database,
    tokens: dict[str, Any],
    sub: str,
    what: Change,
) -> None:
    what(person, service, database)
    assert number_of(program.call("/account", token=tokens["access_token"])) == NO_TOKEN
    answer = program.call(f"/accounts/{sub}")
    if what is withdrawn:
        assert number_of(answer) == NO_ACCOUNT
        assert number_of(program.sign_out(sub)) == NO_ACCOUNT
    else:
        assert answer.get_json()["sign_in"] is None
        assert program.sign_out(sub).get_json() == {"ended": 0}, "what had given it was over before"


@ONE
def test_D24_only_an_open_access_token_in_the_header_is_one(
    program: Program, service: Service, person: Person, tokens: dict[str, Any], clock: MovableClock
) -> None:
    good = tokens["access_token"]
    for bad in (tokens["refresh_token"], tokens["id_token"], service.code(person), service.secret, "", "x"):
        assert number_of(program.call("/account", token=bad)) == NO_TOKEN
    assert number_of(program.call(f"/account?access_token={good}")) == NO_TOKEN
    assert number_of(program.call(f"/account?access_token={good}", token=good)) == NO_TOKEN
    assert number_of(program.call("/account")) == NO_TOKEN, "nor is the service's own secret"
    assert number_of(program.call("/client", token=good)) == NO_CLIENT, "nor the other way round"
    assert program.get("/account", token=good)
    service.call("revoke", token=good)
    assert number_of(program.call("/account", token=good)) == NO_TOKEN
    late = service.tokens(person)["access_token"]
    clock.advance(minutes=5)
    assert number_of(program.call("/account", token=late)) == NO_TOKEN


@ONE
def test_D26_a_sub_of_another_service_is_as_unknown_as_none(
    app: Flask, clock: MovableClock, program: Program, sub: str, database: Database, new_person: NewPerson
) -> None:
    other = Service(app, clock, "Y tế", redirect_uris=["https://health.example/back"])
    kin = Service(app, clock, "Cùng ngành", redirect_uris=["https://permits.example/other"])
    citizen = new_person(OTHER)
    enter(citizen, OTHER)
    foreign = other.told(other.tokens(citizen)["id_token"])["sub"]
    statements: list[str] = []
    event.listen(
        app.extensions["database"].engine, "before_cursor_execute", lambda *told: statements.append(told[2])
    )

    def probed(asking: Program, whom: str) -> tuple[int, str, list[str]]:
        statements.clear()
        answer = asking.call(f"/accounts/{whom}")
        number_of(answer)
        return answer.status_code, answer.text, list(statements)

    unknown = probed(program, "0" * 64)
    assert unknown[0] == 404
    assert len(unknown[2]) > 1
    assert probed(program, foreign) == unknown, "the same answer for the same work: nothing tells by its time"
    related = Program(app, kin)
    related.call("/client")  # after which its use need not be noted for a minute
    assert probed(related, sub) == unknown, "the citizen has not agreed to this one"
    assert {probed(program, odd)[0] for odd in ("x", "%00", sub.upper(), f"{sub}%20", "%F0%9F%92%A9")} == {404}
    with database.transaction() as db:
        db.execute(update(Consent).values(subject=None))
    assert probed(program, sub) == unknown


def test_signing_a_citizen_out_ends_the_tokens_and_nothing_else(
    program: Program, service: Service, person: Person, tokens: dict[str, Any], sub: str, database: Database
) -> None:
    service.tokens(person)
    assert program.sign_out(sub).get_json() == {"ended": 2}
    assert service.alive(tokens) == (False, False)
    assert program.sign_out(sub).get_json() == {"ended": 0}
    assert program.get(f"/accounts/{sub}")["sign_in"] is None
    assert number_of(program.sign_out("%00")) == NO_ACCOUNT, "what no database keeps is asked of none"
    assert person.client.get("/account").status_code == 200, "still signed in at the portal"
    with database.transaction(write=False) as db:
        ends = db.scalars(select(Event).where(Event.kind == "grant-ended")).all()
        assert [one.facts for one in ends] == [{"client": service.id, "reason": "by-client"}]


@ONE
def test_a_consent_from_before_the_api_is_asked_for_once_more(
    program: Program, service: Service, person: Person, sub: str, database: Database
) -> None:
    with database.transaction() as db:
        db.execute(update(Consent).values(subject=None))
    service.tokens(person, scope="openid phone")
    assert program.get(f"/accounts/{sub}")


@ONE
def test_a_service_reads_its_own_registration(
    program: Program, service: Service, app: Flask, clock: MovableClock
) -> None:
    assert program.get("/client") == {
        "client_id": service.id,
        "client_id_issued_at": int(service.clock.now().timestamp()),
        "client_name": "Giấy phép xây dựng",
        "redirect_uris": ["https://permits.example/back"],
        "post_logout_redirect_uris": [],
        "backchannel_logout_uri": None,
        "events_uri": None,
        "token_endpoint_auth_method": "client_secret_basic",
        "id_token_signed_response_alg": "ES256",
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "openid profile phone national_id",
        "sector": "permits.example",
    }
    told_at = {"backchannel_logout_uri": f"{HOME}/logout", "events_uri": f"{HOME}/events"}
    another = Service(app, clock, "Y tế", logout_uris=[HOME], refreshes=False, **told_at)
    other = Program(app, another).get("/client")
    assert other["post_logout_redirect_uris"] == [HOME]
    assert told_at.items() <= other.items()
    assert other["grant_types"] == ["authorization_code"]


@ONE
def test_what_was_agreed_to_is_told_as_far_as_the_service_is_still_registered_for_it(
    program: Program, tokens: dict[str, Any], sub: str, database: Database
) -> None:
    with database.transaction() as db:
        db.execute(update(Client).values(scopes=["openid", "phone"]))
    assert program.get("/account", token=tokens["access_token"]) == program.get(f"/accounts/{sub}")
    with database.transaction() as db:
        db.execute(update(Account).values(state="closed"))
    told = program.get(f"/accounts/{sub}")
    assert (told["state"], told["scopes"]) == ("closed", ["openid", "phone"])
    assert "national_id_confirmed" not in told
