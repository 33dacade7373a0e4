"""How services prove who they are by their secret, and what is told to whoever cannot."""

import base64
from statistics import median
from time import perf_counter

import pytest

from onboarding.accounts import clients
from onboarding.db import Database
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
        assert (answer.status_code, answer.get_json()) == (401, {"error": "invalid_client"})
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
    described = service.http.get("/.well-known/openid-configuration").get_json()
    assert described["grant_types_supported"] == ["authorization_code", "refresh_token"]
    for grant in ("password", "client_credentials", "implicit", ""):
        assert service.call("token", grant_type=grant).get_json() == {"error": "unsupported_grant_type"}


def test_D27_a_wrong_secret_and_an_unknown_client_take_the_same_time(service: Service, database: Database) -> None:
    with database.transaction(write=False) as db:
        known = clients.find(db, service.id)
    assert known is not None
    wrong = {"near": str(service.secret)[:-1] + "?", "far": "?", "nobody": str(service.secret)}
    taken: dict[str, list[float]] = {name: [] for name in wrong}
    for _ in range(2000):
        for name, secret in wrong.items():
            begun = perf_counter()
            assert not clients.holds(None if name == "nobody" else known, secret)
            taken[name].append(perf_counter() - begun)
    middles = [median(times) for times in taken.values()]
    assert max(middles) < 2 * min(middles), "microseconds, and no way out before the comparison"
