"""The gateway for trying things out: a file in the instance folder that the sandbox's pages show.

What becomes of messages to the test numbers of `numbers` is fixed; all others are taken, and no report follows.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from uuid import UUID

from sqlalchemy import update

from onboarding.accounts.one_time import Code
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sandbox.clock import SandboxClock
from onboarding.sandbox.inbox import messages_file
from onboarding.sandbox.numbers import BY_NUMBER, DELAY
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.gateways.file import opened
from onboarding.sms.reports import Report

ARRIVES = {"delivered": timedelta(0), "delayed": DELAY}
LOOK = 0.2  # seconds between two looks for reports that are due


class SandboxGateway:
    """Writes messages to the file, fails where the number says so, and reports what arrives."""

    name = "sandbox"
    tells_repeats = True  # by the id, for whoever reads the file

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clock = SandboxClock(settings)
        self._file = opened(messages_file(settings), self._clock)
        self._reports: list[tuple[datetime, Report]] = []
        self._stop = Event()

    def send(self, message_id: UUID, to: str, text: str) -> str:
        """Write a message as it will arrive. Raises GatewayRefused for a test number whose messages fail."""
        fixed, now = BY_NUMBER.get(to), self._clock.now()
        if fixed and fixed.reason:
            raise GatewayRefused(fixed.reason, final=True)
        if fixed and fixed.outcome == "expired":
            end_codes(self._settings, now, to)
        arrives = ARRIVES.get(fixed.outcome) if fixed else None
        self._file.write(message_id, to, text, now + (arrives or timedelta(0)))
        if arrives is not None:
            self._reports.append((now + arrives, Report(str(message_id), "delivered")))
        return str(message_id)

    def listen(self, hear: Callable[[Report], bool]) -> None:
        """Report from a thread of its own."""
        Thread(target=self._run, args=(hear,), daemon=True).start()

    def hang_up(self) -> None:
        """Report no more."""
        self._stop.set()

    def _run(self, hear: Callable[[Report], bool]) -> None:
        while not self._stop.wait(LOOK):
            self.report(hear)

    def report(self, hear: Callable[[Report], bool]) -> None:
        """Report what has arrived; what is not heard is reported again the next time."""
        for due, report in list(self._reports):
            if due <= self._clock.now() and hear(report):
                self._reports.remove((due, report))


def end_codes(settings: Settings, now: datetime, number: str) -> None:
    """Have every code that was sent to a number be over."""
    with Database.opened(settings) as database, database.transaction() as db:
        theirs = Code.number_index == db.info["keyring"].index("codes.number", number)
        db.execute(update(Code).where(theirs, Code.expires_at > now).values(expires_at=now))


def from_settings(settings: Settings) -> SandboxGateway:
    """The sandbox's gateway. Raises SettingsError in production (rule R31)."""
    if not settings.sandbox:
        raise SettingsError(["ONBOARDING_SMS_GATEWAY=sandbox delivers nothing: production needs another."])
    return SandboxGateway(settings)
