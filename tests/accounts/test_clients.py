"""Which services can be registered."""

import unicodedata

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey

from onboarding.accounts import client_changes, client_keys, clients
from onboarding.accounts.clients import WrongClient
from onboarding.db import Database
from tests.clock import MovableClock

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = "https://permits.example/back"


UNSAFE = (
    "javascript:alert(1)", "http://permits.example/back", "https://user@permits.example/", "https://u:p@permits.example/",
    f"{GOOD}#part", "https://*.permits.example/", "https://permits.example/*", "data:text/html,x", "/back", "",
    "https:///back", "https://permits.example\\@evil.example/", "https://permits.example/a b", f"{GOOD}\n", "https://[::1",
    "https://permits.example:port/", "https://đẹp.example/", GOOD + "x" * 500, "permits://back",
    "http://127.0.0.1:9000/back", f"{GOOD}?code=x", f"{GOOD}?a=b&iss=", f"{GOOD}?state=x",
    "https://a@b@permits.example/", f"{GOOD}?a=b#code=x",
)  # fmt: skip


@ONE
def test_D21_an_address_that_is_not_safe_to_redirect_to_is_refused(
    database: Database, clock: MovableClock
) -> None:
    """So Keycloak's CVE-2026-7504 (user-info), CVE-2026-9689 and CVE-2026-18209 (our own parameters beforehand),
    CVE-2023-6291 and CVE-2023-6927 (wildcards) have nothing to begin with."""
    with database.transaction() as db:
        for address in UNSAFE:
            with pytest.raises(WrongClient):
                clients.add(db, clock.now(), "Permits", [address])
            with pytest.raises(WrongClient):
                clients.add(db, clock.now(), "Permits", [GOOD], logout_uris=[address])
            for told_at in ("backchannel_logout_uri", "events_uri"):
                with pytest.raises(WrongClient):
                    clients.add(db, clock.now(), "Permits", [GOOD], **{told_at: address})
        clients.add(db, clock.now(), "Permits", [GOOD, f"{GOOD}?a=b"], logout_uris=[GOOD], events_uri=GOOD)


@ONE
def test_the_developers_own_computer_is_for_a_sandbox(database: Database, clock: MovableClock) -> None:
    with database.transaction() as db:
        for n, address in enumerate(("http://127.0.0.1:9000/back", "http://localhost/x", "http://[::1]:8/x")):
            client, secret = clients.add(db, clock.now(), f"Mine {n}", [address], loopback=True)
            assert (client.auth_method, len(str(secret))) == ("client_secret_basic", 43)


@ONE
def test_a_name_stands_on_citizens_pages(database: Database, clock: MovableClock) -> None:
    for name in ("", " Permits", "x" * 61, "a\nb", "a\u202eb"):
        with database.transaction() as db, pytest.raises(WrongClient):
            clients.add(db, clock.now(), name, [GOOD])


@ONE
def test_no_two_services_have_one_name_and_several_hosts_need_a_sector(
    database: Database, clock: MovableClock
) -> None:
    with database.transaction() as db:
        clients.add(db, clock.now(), "Permits", [GOOD])
        with pytest.raises(WrongClient, match="another service"):
            clients.add(db, clock.now(), "Permits", [GOOD])
        clients.add(db, clock.now(), unicodedata.normalize("NFD", "Hộ tịch"), [GOOD])
        with pytest.raises(WrongClient, match="another service"):
            clients.add(db, clock.now(), "Hộ tịch", [GOOD])
        with pytest.raises(WrongClient, match="sector"):
            clients.add(db, clock.now(), "Two", [GOOD, "https://other.example/"])
        named, _ = clients.add(db, clock.now(), "Two", [GOOD, "https://other.example/"], sector="land")
        assert named.sector == "land"
        with pytest.raises(WrongClient, match="scope"):
            clients.add(db, clock.now(), "Three", [GOOD], scopes=["everything"])
        with pytest.raises(WrongClient, match="etween"):
            clients.add(db, clock.now(), "Three", [])


@ONE
def test_ten_addresses_are_ten_of_each_kind(database: Database, clock: MovableClock) -> None:
    ten = [f"{GOOD}/{n}" for n in range(10)]
    with database.transaction() as db:
        told_at = {"backchannel_logout_uri": GOOD, "events_uri": GOOD}
        client, _ = clients.add(db, clock.now(), "Permits", ten, logout_uris=ten, **told_at)
        client_changes.change(client, redirect_uris=ten, logout_uris=ten, scopes=["openid"], **told_at)
        for eleven in ({"redirect_uris": [*ten, GOOD]}, {"redirect_uris": ten, "logout_uris": [*ten, GOOD]}):
            with pytest.raises(WrongClient, match="etween"):
                clients.add(db, clock.now(), "More", **eleven)


def test_keys_are_registered_without_their_private_parts_and_weak_ones_not_at_all() -> None:
    kept = client_keys.checked({"keys": [ECKey.generate_key("P-256").as_dict(private=True)]})
    assert "d" not in kept["keys"][0]
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024).as_dict(private=False)
    symmetric = OctKey.generate_key(256).as_dict(private=True)
    for wrong in (weak, symmetric, {"kty": "EC"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {}):
        with pytest.raises(WrongClient):
            client_keys.checked({"keys": [wrong]})
    for wrong_set in ({}, {"keys": []}, {"keys": [None]}, [], None, {"keys": kept["keys"] * 11}):
        with pytest.raises(WrongClient):
            client_keys.checked(wrong_set)
