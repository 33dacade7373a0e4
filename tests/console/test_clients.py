"""Administrators register the services of integrators, change them, and answer what their makers ask."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy import select

from onboarding.accounts import clients, signal_claims
from onboarding.accounts.audit import Entry
from onboarding.db import Database
from tests.api.conftest import Program
from tests.clock import MovableClock
from tests.console.trail import kinds
from tests.journey.people import Person
from tests.machine.visitor import Visitor
from tests.oidc.service import Service, agree, answer_in, enter

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "agreed with the department"
BACK = "https://permits.example/back"


@pytest.fixture
def admin(as_role: Callable[..., Visitor]) -> Visitor:
    """An administrator."""
    return as_role("administrator", "Hoa")


@pytest.fixture
def service(app: Flask, clock: MovableClock, person: Person) -> Service:
    """A service that a citizen has signed in to."""
    enter(person)
    return Service(app, clock)


def add(visitor: Visitor, **fields: str) -> None:
    """Register a service."""
    visitor.visit("/console/clients/add?lang=en")
    filled = {"name": "Giấy phép xây dựng", "redirect_uris": BACK, "reason": WHY} | fields
    visitor.submit(form="/add", **filled)


def act(visitor: Visitor, service: Service, name: str, **fields: str) -> None:
    """Do something to a service."""
    visitor.visit(f"/console/clients/{service.id}/{name}?lang=en")
    visitor.submit(form=name, **{"reason": WHY} | fields)


def shown(visitor: Visitor, mark: str) -> str:
    """What a page shows to be copied."""
    return next(one.text for one in visitor.page.having(mark))


def keys() -> tuple[ECKey, str]:
    """A key, and the set with its public part as it is typed in."""
    key = ECKey.generate_key("P-256")
    return key, json.dumps({"keys": [key.as_dict(private=False)]})


def facts(app: Flask) -> dict[str, Any]:
    """What the last row of the trail says."""
    with app.extensions["database"].transaction(write=False) as db:
        return db.scalars(select(Entry.facts).order_by(Entry.number.desc())).first() or {}


@ONE
def test_a_service_is_registered_and_its_secret_shown_once(app: Flask, database: Database, admin: Visitor) -> None:
    add(admin, redirect_uris=f"{BACK}\r\nhttps://permits.example/other", national_id="y", only_rs256="y")
    client_id, secret = shown(admin, "data-client-id"), shown(admin, "data-client-secret")
    with database.transaction(write=False) as db:
        client = clients.find(db, client_id)
    assert clients.holds(client, secret)
    assert client is not None
    assert client.redirect_uris == [BACK, "https://permits.example/other"]
    assert client.scopes == ["openid", "profile", "national_id"]
    assert (client.sector, client.logout_uris, client.events_uri) == ("permits.example", [], None)
    assert client.id_token_algorithm == "RS256"
    assert (kinds(app)[-1], facts(app)) == (("client-added", WHY), {"client": client_id})
    page = admin.visit(f"/console/clients/{client_id}")
    assert "Giấy phép xây dựng" in page.text
    assert "RS256" in page.text
    assert secret not in page.text
    assert "Giấy phép xây dựng" in admin.visit("/console/clients").text


WRONG = [
    ({"name": ""}, "1 to 60"),
    ({"redirect_uris": ""}, "between 1 and 10"),
    ({"redirect_uris": f"{BACK} https://[::1"}, "can be used"),
    ({"redirect_uris": "http://permits.example/"}, "begin with https://"),
    ({"redirect_uris": f"{BACK} https://other.example/"}, "need a sector"),
    ({"logout_uris": "javascript:alert(1)"}, "can be used"),
    ({"events_uri": "http://permits.example/"}, "begin with https://"),
    ({"backchannel_logout_uri": f"{BACK} {BACK}"}, "can be used"),
    ({"jwks": "{"}, "cannot be read"),
    ({"jwks": '{"keys": []}'}, "1 to 10 keys"),
    ({"reason": ""}, "Say why"),
]


@ONE
def test_what_is_wrong_is_told_at_its_field(app: Flask, admin: Visitor) -> None:
    for wrong, told in WRONG:
        add(admin, **wrong)
        [error] = [one for one in admin.page.all("p") if one.get("class") == "error"]
        field = "sector" if told == "need a sector" else next(iter(wrong))
        assert error.get("id") == f"{field}-error"
        assert told in error.text
    assert "client-added" not in [kind for kind, _why in kinds(app)]


@ONE
def test_no_second_service_has_the_name_not_even_of_one_that_ended(admin: Visitor, service: Service) -> None:
    act(admin, service, "end")
    add(admin)
    assert "There is another service of this name." in admin.page.text


def test_a_new_secret_ends_the_old_one_and_keys_end_the_secret(
    app: Flask, admin: Visitor, service: Service
) -> None:
    act(admin, service, "new-secret")
    assert service.call("introspect", token="x").status_code == 401
    service.secret = shown(admin, "data-client-secret")
    assert service.call("introspect", token="x").status_code == 200
    act(admin, service, "keys", jwks=keys()[1])
    assert service.call("introspect", token="x").status_code == 401
    assert "private_key_jwt" in admin.page.text
    act(admin, service, "new-secret")
    service.secret = shown(admin, "data-client-secret")
    assert service.call("introspect", token="x").status_code == 200
    assert [kind for kind, _ in kinds(app)[-3:]] == [
        "client-secret-made",
        "client-keys-replaced",
        "client-secret-made",
    ]


def test_an_ended_service_is_nobody_at_once(app: Flask, admin: Visitor, service: Service, person: Person) -> None:
    program = Program(app, service)
    tokens = service.tokens(person)
    waiting, pushed = service.asks(scope="openid phone"), service.pushes()
    assert service.userinfo(tokens["access_token"]).status_code == 200
    assert person.client.get(waiting).location.endswith("/oidc/consent")
    act(admin, service, "end")
    assert (kinds(app)[-1], facts(app)) == (("client-ended", WHY), {"client": service.id})
    assert service.userinfo(tokens["access_token"]).status_code == 401
    assert service.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_client"
    assert program.call("/account", token=tokens["access_token"]).status_code == 401
    assert program.call("/client").status_code == 401
    assert program.call("/events", "POST", json={}).status_code == 401
    assert service.call("par", **service.request()).status_code == 401
    assert person.client.get(waiting).status_code == 400
    assert person.client.get(pushed).status_code == 400, "nor what it had brought before"
    assert person.client.get("/oidc/consent").location.endswith("/account"), "what waited for an answer is gone"
    assert "Giấy phép xây dựng" not in person.client.visit("/account").text
    for name in ("change", "new-secret", "keys", "end"):
        assert admin.get(f"/console/clients/{service.id}/{name}").status_code == 404


@ONE
def test_what_is_changed_counts_at_once_and_is_in_the_trail(
    app: Flask, admin: Visitor, service: Service, person: Person
) -> None:
    tokens = service.tokens(person, scope="openid profile phone")
    assert "phone_number" in service.userinfo(tokens["access_token"]).get_json()
    admin.visit(f"/console/clients/{service.id}/change")
    fields = {"redirect_uris": "https://permits.example/new", "reason": WHY}
    [phone] = [one for one in admin.page.all("input") if one.get("name") == "phone"]
    del phone.attributes["checked"]
    assert "Đã lưu thay đổi." in admin.submit(form="/change", **fields).text
    assert (kinds(app)[-1], facts(app)) == (
        ("client-changed", WHY),
        {"client": service.id, "fields": "redirect_uris, scopes"},
    )
    assert person.client.get(service.asks()).status_code == 400
    assert "phone_number" not in service.userinfo(tokens["access_token"]).get_json()
    introspected = service.call("introspect", token=tokens["access_token"]).get_json()
    assert introspected["scope"] == "openid profile"
    assert "code" in answer_in(agree(person, service.asks(redirect_uri="https://permits.example/new")))
    act(admin, service, "change")
    assert [kind for kind, _ in kinds(app)].count("client-changed") == 1, "nothing became different"


@ONE
def test_the_page_says_what_became_of_all_that_a_service_is_told(
    app: Flask, admin: Visitor, clock: MovableClock, person: Person
) -> None:
    enter(person)
    service = Service(app, clock, events_uri="https://permits.example/events")
    service.tokens(person)
    person.client.visit("/account")
    person.client.submit(form="withdraw")
    admin.visit(f"/console/clients/{service.id}")
    assert [row.get("data-signals") for row in admin.page.all("tr") if row.get("data-signals")] == ["waiting"]
    act(admin, service, "end")
    with app.extensions["database"].transaction() as db:
        taken = signal_claims.claim(db, clock.now(), "https://portal.example", ())
    assert taken == [], "an ended service is told nothing more"


@ONE
def test_of_two_administrators_the_second_sees_that_there_was_a_first(
    admin: Visitor, service: Service, as_role: Callable[..., Visitor]
) -> None:
    other = as_role("administrator", "Bình")
    other.visit(f"/console/clients/{service.id}/change?lang=en")
    act(admin, service, "change", logout_uris="https://permits.example/out")
    other.submit(form="/change", events_uri="https://permits.example/events", reason=WHY)
    assert "Somebody else changed this service" in other.page.text
    assert "https://permits.example/out" in admin.visit(f"/console/clients/{service.id}").text


def test_the_page_says_who_agreed_when_it_was_used_and_what_was_refused(
    as_role: Callable[..., Visitor], service: Service, person: Person, clock: MovableClock
) -> None:
    def told(admin: Visitor) -> tuple[str, dict[str, str]]:
        page = admin.visit(f"/console/clients/{service.id}?lang=en")
        cells = [cell.text for cell in page.all("td")]
        causes = {cause.split()[-1]: times for cause, times in zip(cells[::2], cells[1::2], strict=True)}
        return shown(admin, "data-agreed"), causes

    admin = as_role("administrator")
    assert told(admin) == ("0", {})
    assert "never" in admin.page.text
    service.call("introspect", {"Authorization": "Basic " + "x"})
    assert told(admin) == ("0", {}), "nobody knows who that was"
    code = service.code(person)
    service.trade(code)
    assert "never" not in admin.visit(f"/console/clients/{service.id}?lang=en").text
    service.trade(code)
    secret, service.secret = service.secret, "wrong"
    service.trade(code)
    service.trade(code)
    service.secret = secret
    person.client.get(service.asks(redirect_uri="https://elsewhere.example/"))
    person.client.get(service.asks(code_challenge=None))
    assert told(admin) == ("1", {"client": "2", "invalid_grant": "1", "invalid_request": "1", "redirect-uri": "1"})
    clock.advance(days=1, seconds=1)
    assert told(as_role("administrator"))[1] == {}
