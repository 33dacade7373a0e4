"""What tests of this room share: somebody who proves numbers."""

import pytest

from onboarding.config import Settings
from onboarding.db import Database
from tests.accounts.agreed import Town
from tests.accounts.desk import Desk
from tests.clock import MovableClock


@pytest.fixture
def desk(database: Database, clock: MovableClock, settings: Settings) -> Desk:
    """Sends and judges codes on the empty database."""
    return Desk(database, clock, settings)


@pytest.fixture
def town(database: Database, clock: MovableClock, settings: Settings) -> Town:
    """Citizens and services on the empty database."""
    return Town(database, clock, settings)
