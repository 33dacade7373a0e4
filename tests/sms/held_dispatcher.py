"""A dispatcher that says which message it is about to send, and then waits to be killed."""

import os
import sys
from uuid import UUID

import onboarding.app  # noqa: F401 - all tables, as the program has them
from onboarding.db import Database
from onboarding.sealed import Keyring
from onboarding.sms.dispatcher import Dispatcher
from tests.clock import MovableClock


class Held:
    name = "held"
    tells_repeats = False

    def send(self, message_id: UUID, to: str, text: str) -> None:
        print(message_id, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    keyring = Keyring.from_text(os.environ["DATA_KEYS"], os.environ["INDEX_KEY"])
    Dispatcher(Database(os.environ["URL"], keyring), MovableClock(), Held()).run_once()
