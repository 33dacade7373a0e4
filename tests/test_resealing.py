"""An old data key goes: everybody's key is wrapped by the new one, and nothing that was sealed is lost."""

import base64
import os
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from onboarding.accounts.people import Applicant, find_by_number, register
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import Unsealable
from onboarding.resealing import reseal
from tests.clock import MovableClock

NUMBER = "+84901234567"


def test_an_old_data_key_can_go(database: Database, settings: Settings, clock: MovableClock) -> None:
    with database.transaction() as db:
        register(db, clock.now(), Applicant("citizen", "Trần Thị Bảy", "093155000001"), NUMBER, "vi", "1")
    new = base64.b64encode(os.urandom(32)).decode()
    both = Database.of(replace(settings, data_keys=f"{new},{settings.data_keys}"))
    alone = Database.of(replace(settings, data_keys=new))

    with pytest.raises(Unsealable), alone.transaction(write=False) as db:
        name_in(db)
    assert reseal(both) == 1
    assert reseal(both) == 0, "done is done"
    with alone.transaction(write=False) as db:
        assert name_in(db) == "Trần Thị Bảy"
    for opened in (both, alone):
        opened.engine.dispose()


def name_in(db: Session) -> str | None:
    """The name of the only account."""
    account = find_by_number(db, NUMBER)
    assert account is not None
    return account.name
