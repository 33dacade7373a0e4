"""What a service may know of whom, and that a lost right acts at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from onboarding.oidc.errors import described
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person
from tests.oidc.service import Service, answer_in, decide, enter, follow

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
DEAD = described("invalid_grant")


def signed_out(person: Person, _service: Service, _database: Database) -> None:
    person.client.visit("/account")
    person.submit(form="sign-out")


def suspended(_person: Person, _service: Service, database: Database) -> None:
    with database.transaction() as db:
        db.execute(update(Account).values(state="suspended"))


def withdrawn(person: Person, _service: Service, _database: Database) -> None:
    person.client.visit("/account")
    assert "Giấy phép xây dựng" in person.page.text
    person.submit(form="withdraw")
    assert "Giấy phép xây dựng" not in person.page.text


@pytest.mark.parametrize("what", [signed_out, suspended, withdrawn])
def test_D24_a_lost_right_acts_at_once(
    person: Person, service: Service, database: Database, what: Callable[[Person, Service, Database], None]
) -> None:
    enter(person)
    tokens, code = service.tokens(person), service.code(person)
    what(person, service, database)
    assert service.userinfo(tokens["access_token"]).status_code == 401
    assert service.alive(tokens) == (False, False)
    assert service.refresh(tokens["refresh_token"]).get_json() == DEAD
    assert service.trade(code).get_json() == DEAD


@ONE
def test_D24_userinfo_takes_a_token_in_the_header_or_body_never_in_the_address(
    person: Person, service: Service
) -> None:
    enter(person)
    token = service.tokens(person, scope="openid phone")["access_token"]
    header = {"Authorization": f"Bearer {token}"}
    by_header = service.http.get("/oidc/userinfo", headers=header).get_json()
    assert by_header["phone_number"] == "+84901234567"
    assert service.http.post("/oidc/userinfo", headers=header).get_json() == by_header
    assert service.http.post("/oidc/userinfo", data={"access_token": token}).get_json() == by_header
    for answer in (
        service.http.get(f"/oidc/userinfo?access_token={token}"),
        service.http.get(f"/oidc/userinfo?access_token={token}", headers=header),
        service.http.get("/oidc/userinfo"),
        service.http.get("/oidc/userinfo", headers={"Authorization": f"Basic {token}"}),
    ):
        assert (answer.status_code, answer.get_json()) == (401, described("invalid_token"))
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@ONE
def test_a_service_gives_its_tokens_back(person: Person, service: Service) -> None:
    enter(person)
    for kind in ("access_token", "refresh_token"):
        tokens = service.tokens(person)
        assert service.call("revoke", token=tokens[kind]).status_code == 200
        assert service.alive(tokens) == (False, False)
    assert service.call("revoke", token="unheard-of").status_code == 200


def test_D26_a_citizen_is_another_one_in_each_sector(
    app: Flask, clock: MovableClock, new_person: NewPerson, service: Service, database: Database
) -> None:
    person, other = new_person(), new_person(OTHER)
    enter(person)
    enter(other, OTHER)
    kin = Service(app, clock, "Same sector", redirect_uris=["https://permits.example/other"])
    stranger = Service(app, clock, "Other sector", redirect_uris=["https://health.example/back"])

    def sub(service: Service, person: Person) -> str:
        return str(service.told(service.tokens(person)["id_token"])["sub"])

    mine = sub(service, person)
    assert mine == sub(service, person) == sub(kin, person)
    assert len({mine, sub(stranger, person), sub(service, other)}) == 3
    with database.transaction(write=False) as db:
        ids = [account_id.hex for account_id in db.scalars(select(Account.id))]
    assert len(mine) == 64
    assert not any(account_id in mine or account_id[:8] in mine for account_id in ids)


@ONE
def test_the_database_holds_no_code_no_token_and_no_secret(
    person: Person, service: Service, database: Database
) -> None:
    enter(person)
    code = service.code(person)
    tokens = service.trade(code).get_json()
    files = Path(str(database.engine.url.database)).parent.glob("onboarding.db*")
    held = b"".join(file.read_bytes() for file in files)
    assert service.id.replace("-", "").encode() in held
    for secret in (code, tokens["access_token"], tokens["refresh_token"], str(service.secret), '"d":'):
        assert secret.encode() not in held


def test_a_sign_in_that_ended_gives_no_code(person: Person, service: Service, database: Database) -> None:
    enter(person)
    service.tokens(person)
    with database.transaction() as db:
        db.execute(update(SignIn).values(ended_at=SignIn.started_at))
    assert person.client.get(service.asks()).location.startswith("/onboarding/account")


@ONE
def test_the_question_says_whose_account_it_is_and_somebody_else_signs_in_instead(
    person: Person, new_person: NewPerson, service: Service, database: Database
) -> None:
    other = new_person(OTHER)
    enter(other, OTHER)
    person.register()
    follow(person, service.asks())
    assert f"signed in here as {MAN_OF_1965['name']}" in person.page.text
    person.client.visit(next(link.get("href") for link in person.page.all("a") if link.text == "This is not me"))
    assert person.place == "account"
    person.number = OTHER
    person.prove("phone")
    assert person.client.path == "/oidc/consent"
    sub = service.told(service.trade(answer_in(decide(person, "allow"))["code"]).get_json()["id_token"])["sub"]
    assert sub == service.told(service.tokens(other)["id_token"])["sub"]
    with database.transaction(write=False) as db:
        assert (
            db.scalars(select(SignIn.end_reason).order_by(SignIn.started_at)).all().count("signed-in-again") == 1
        )


@ONE
def test_what_a_service_holds_outlasts_signing_in_again_in_the_same_browser(
    person: Person, service: Service, clock: MovableClock
) -> None:
    person.register()
    tokens = service.tokens(person)
    clock.advance(minutes=1)
    person.sign_in()
    assert service.alive(tokens) == (True, True)
