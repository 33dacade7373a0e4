"""`onboarding staff` and `onboarding audit`, at a terminal."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from onboarding import cli
from onboarding.accounts import staff
from onboarding.clock import SystemClock
from onboarding.config import Settings
from onboarding.db import Database
from tests.console.trail import kinds

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with the settings of the test."""
    monkeypatch.setattr(cli, "current_settings", lambda: settings)
    return lambda *arguments: CliRunner().invoke(cli.main, arguments)


def test_a_member_is_added_by_a_link(run: Run, app: Flask) -> None:
    added = run("staff", "add", "Trần Thị  Lan", "--role", "administrator")
    assert added.exit_code == 0, added.output
    address, _, code = added.output.strip().partition("#")
    assert address.endswith("/console/first-sign-in")
    assert len(code) >= 43
    assert kinds(app) == [("staff-added", "command line")]
    assert run("audit", "verify").stdout == "The trail is whole: 1 row.\n"
    again = run("staff", "add", "trần thị lan", "--role", "helper")
    assert (again.exit_code, again.output) == (1, "Error: There is a member of staff of this name already.\n")
    assert run("staff", "add", "x", "--role", "helper").exit_code == 1
    assert run("staff", "add", "Lan", "--role", "root").exit_code == 2
    assert kinds(app) == [("staff-added", "command line")], "what did not happen is not in the trail"


def test_whoever_lost_everything_gets_a_new_link(run: Run, app: Flask, database: Database) -> None:
    first = run("staff", "add", "Lan", "--role", "administrator").output
    second = run("staff", "link", "lan").output
    assert first != second
    assert kinds(app)[-1] == ("staff-link-made", "command line")
    assert run("staff", "link", "Hoa").exit_code == 1
    with database.transaction() as db:
        staff.end(db, SystemClock().now(), staff.everybody(db)[0])
    assert run("staff", "link", "Lan").exit_code == 1, "who has left gets none"


def test_R48_the_trail_is_verified_against_an_end_kept_elsewhere(run: Run, database: Database) -> None:
    for name in ("Lan", "Hoa", "Mai"):
        run("staff", "add", name, "--role", "helper")
    kept = run("audit", "head").output.strip()
    assert kept.split()[1] == "3"
    whole = run("audit", "verify", "--head", kept)
    assert (whole.exit_code, whole.stdout) == (0, "The trail is whole: 3 rows.\n")
    with database.transaction() as db:
        if database.engine.dialect.name == "sqlite":
            db.execute(text("DROP TRIGGER audit_trail_no_update"))
        else:
            db.execute(text("ALTER TABLE audit_trail DISABLE TRIGGER ALL"))
        db.execute(text("UPDATE audit_trail SET reason = 'changed' WHERE number = 2"))
    broken = run("audit", "verify")
    assert (broken.exit_code, broken.stdout) == (1, "The trail is broken: row 2 was changed or inserted.\n")
    assert run("audit", "verify", "--head", "yesterday").exit_code == 2
