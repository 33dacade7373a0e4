"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # nine o'clock in Vietnam


class MovableClock:
    """Satisfies `onboarding.clock.Clock`."""

    def __init__(self, start: datetime = MONDAY_MORNING) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, time: datetime) -> None:
        self._now = time

    def advance(self, **passed: float) -> None:
        """Let time pass: `clock.advance(minutes=10)`."""
        self._now += timedelta(**passed)
