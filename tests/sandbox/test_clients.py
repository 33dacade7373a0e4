"""The ready client: there from a sandbox's first start on, under the same id and secret everywhere."""

import pytest
from flask import Flask

from onboarding.accounts import client_changes, clients
from onboarding.accounts.clients import Client
from onboarding.db import Database
from onboarding.sandbox.clients import READY, READY_SECRET, ensure_ready_client
from tests.clock import MONDAY_MORNING
from tests.machine.visitor import Visitor

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ONE
def test_the_ready_client_is_made_once_and_leads_to_the_own_computer_only(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as db:
            ensure_ready_client(db, MONDAY_MORNING)
    with database.transaction(write=False) as db:
        ready = clients.find(db, str(READY))
    assert ready is not None
    assert clients.holds(ready, READY_SECRET)
    assert "http://localhost:5000/callback" in ready.redirect_uris
    assert {address.rsplit(":", 1)[0] for address in ready.redirect_uris + ready.logout_uris} == {
        "http://localhost",
        "http://127.0.0.1",
    }


@ONE
def test_its_secret_is_named_as_long_as_it_counts(sandbox: Flask, visitor: Visitor) -> None:
    def told() -> list[list[str]]:
        return [list(one) for one in visitor.get("/sandbox/clients.json").get_json()]

    assert [("client_secret" in names) for names in told()] == [True]
    database = sandbox.extensions["database"]
    with database.transaction() as db:
        client_changes.new_secret(db.get_one(Client, READY))
    assert [("client_secret" in names) for names in told()] == [False]
    with database.transaction() as db:
        client_changes.end(MONDAY_MORNING, db.get_one(Client, READY))
    assert told() == []
