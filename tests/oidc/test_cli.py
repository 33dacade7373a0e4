"""Services at the command line, by the functions that the console calls."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from onboarding.accounts.audit import Entry
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc.cli import AT_THE_MACHINE, client
from tests.oidc.service import Service

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def call(settings: Settings, *arguments: str) -> str:
    """What a command prints, or why it fails."""
    return CliRunner().invoke(client, arguments, obj=lambda: settings).output


def test_a_service_gets_a_new_secret_and_an_end(settings: Settings, database: Database, service: Service) -> None:
    assert call(settings, "list") == f"{service.id}  Giấy phép xây dựng\n"
    service.secret = call(settings, "new-secret", service.id).strip().partition("=")[2]
    assert service.call("introspect", token="x").status_code == 200
    call(settings, "end", service.id)
    assert service.call("introspect", token="x").status_code == 401
    assert call(settings, "list").endswith("(ended)\n")
    assert "no such service" in call(settings, "new-secret", service.id)
    with database.transaction(write=False) as db:
        rows = [(row.kind, row.reason) for row in db.scalars(select(Entry).order_by(Entry.number))]
    assert rows == [("client-secret-made", AT_THE_MACHINE), ("client-ended", AT_THE_MACHINE)]
