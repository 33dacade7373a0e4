"""What a sandbox has from its first start on: test issuers and the ready client."""

from pathlib import Path

from onboarding.clock import SystemClock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sandbox.clients import ensure_ready_client
from onboarding.sandbox.issuers import ensure_issuers


def prepare(settings: Settings) -> None:
    """Make what is not there yet."""
    now = SystemClock().now()
    ensure_issuers(Path(settings.trust), now)
    with Database.opened(settings) as database, database.transaction() as db:
        ensure_ready_client(db, now)
