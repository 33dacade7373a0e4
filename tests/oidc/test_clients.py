"""How services prove who they are by their secret, and what is told to whoever cannot."""

import base64
import sys
from types import FrameType
from typing import Any

import pytest

from onboarding.accounts import clients
from onboarding.accounts.clients import Client
from onboarding.db import Database
from onboarding.oidc.errors import described
from tests.attacks.wizard import refusals
from tests.oidc.service import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NOBODY = "00000000-0000-4000-8000-000000000000"


def basic(client_id: str, secret: str) -> dict[str, str]:
    """The header of a client with this id and secret."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()}


@pytest.mark.parametrize("endpoint", ["token", "introspect", "revoke"])
def test_nobody_is_served_without_proof(service: Service, database: Database, endpoint: str) -> None:
    own = str(service.secret)
    wrong = [
        {},
        basic(service.id, ""),
        basic(service.id, own[:-1]),
        basic(service.id, own + " "),
        basic(NOBODY, own),
        basic(service.id.upper(), own),
        {"Authorization": "Basic ="},
        {"Authorization": f"Bearer {own}"},
        {"Authorization": basic(service.id, own)["Authorization"].replace("Basic", "Digest")},
    ]
    for headers in wrong:
        answer = service.call(endpoint, headers)
        assert (answer.status_code, answer.get_json()) == (401, described("invalid_client"))
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert refusals(database) == ["client"] * len(wrong)


def test_a_secret_in_the_body_or_a_second_proof_is_refused(service: Service) -> None:
    own = {"client_id": service.id, "client_secret": str(service.secret)}
    assert service.call("introspect", {}, token="x", **own).status_code == 401
    assert service.call("introspect", token="x", **own).status_code == 401
    assert service.call("introspect", token="x", client_id=NOBODY).status_code == 401
    assert service.call("introspect", token="x", client_assertion="x").status_code == 401
    assert service.call("introspect", token="x", client_id=service.id).get_json() == {"active": False}


def test_only_the_grants_that_are_described_are_known(service: Service) -> None:
    """Keycloak's CVE-2026-9792: a password in place of a sign-in."""
    configuration = service.http.get("/.well-known/openid-configuration").get_json()
    assert configuration["grant_types_supported"] == ["authorization_code", "refresh_token"]
    for grant in ("password", "client_credentials", "implicit", ""):
        assert service.call("token", grant_type=grant).get_json() == described("unsupported_grant_type")


def test_D27_a_wrong_secret_and_an_unknown_client_cost_the_same_work(service: Service, database: Database) -> None:
    """Counted, because a clock tells who else was busy: each function that is called, in its order."""
    with database.transaction(write=False) as db:
        known = clients.find(db, service.id)
    assert known is not None
    own = str(service.secret)
    work = calls(known, own)
    assert [name for name in work if name in ("openssl_sha256", "compare_digest")] == [
        "openssl_sha256",
        "compare_digest",
    ]
    for client, secret in ((known, own[:-1] + "?"), (known, "?" + own[1:]), (known, "?"), (None, own)):
        assert calls(client, secret) == work


def calls(client: Client | None, secret: str) -> list[str]:
    """The functions that are called to find out whether it is the client's secret; not how its row is read."""
    found: list[str] = []

    def note(frame: FrameType, event: str, called: Any) -> None:
        if event in ("call", "c_call") and not frame.f_globals["__name__"].startswith("sqlalchemy"):
            found.append(frame.f_code.co_name if event == "call" else called.__name__)

    sys.setprofile(note)
    try:
        clients.holds(client, secret)
    finally:
        sys.setprofile(None)
    return found[:-1]
