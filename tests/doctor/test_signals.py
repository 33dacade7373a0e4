"""The doctor names services that do not take what they are told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from onboarding.accounts import clients, people, signals
from onboarding.accounts.clients import Client
from onboarding.accounts.signals import Signal
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.doctor import database as database_doctor
from tests.clock import MovableClock
from tests.doctor.test_doctor import only


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_service_that_does_not_take_what_it_is_told_is_named(database: Database, settings: Settings) -> None:
    now = datetime.now(UTC)
    somebody, clock = people.Applicant("citizen", "Nguyễn Văn An", "093085001234"), MovableClock(now)
    given: dict[str, Any] = {
        "redirect_uris": ["https://permits.example/"],
        "events_uri": "https://permits.example/",
    }
    with database.transaction() as db:
        account = people.register(db, now, somebody, "+84901234567", "vi", "2026-01").account
        dead, _ = clients.add(db, now, "Permits", **given)
        well, _ = clients.add(db, now, "Births", **given)
        signals.tell(db, now - timedelta(hours=2), dead, account.id, signals.DISABLED)
        signals.tell(db, now - timedelta(minutes=50), well, account.id, signals.DISABLED)
    told = only(database_doctor.examine(settings, clock), "note")
    assert told.startswith("Permits has not taken what it is told since ")
    assert told.endswith(" UTC (1): is `onboarding send-messages` or `serve` running?")
    with database.transaction() as db:
        db.execute(update(Signal).values(reason="503", state=signals.GIVEN_UP, due_at=None))
    notes = [found.sentence for found in database_doctor.examine(settings, clock) if found.level == "note"]
    assert [note.partition(" ")[0] for note in notes] == ["Births", "Permits"]
    assert all(note.endswith(" UTC (1): it said: 503") for note in notes)
    with database.transaction() as db:
        db.execute(update(Client).values(ended_at=now))
    assert "note" not in {found.level for found in database_doctor.examine(settings, clock)}, (
        "nobody runs them now"
    )
