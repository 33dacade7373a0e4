"""A sender of its own, for a test to kill while a service has not answered it."""

import os
from dataclasses import replace
from datetime import datetime

import onboarding.app  # noqa: F401 - all tables, as the program has them
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc.sender import Sender
from onboarding.sealed import Keyring
from tests.clock import MovableClock

if __name__ == "__main__":
    keyring = Keyring.from_text(os.environ["DATA_KEYS"], os.environ["INDEX_KEY"])
    settings = replace(Settings(), mode="sandbox", public_url="http://127.0.0.1:8000")
    clock = MovableClock(datetime.fromisoformat(os.environ["NOW"]))
    Sender(Database(os.environ["URL"], keyring), clock, settings).run_once()
