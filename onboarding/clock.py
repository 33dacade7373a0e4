"""The time of day, as one thing that can be handed in, so that tests move it and nothing sleeps."""

import time
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Protocol

VIETNAM = timedelta(hours=7)  # ahead of UTC, all the year round


def day_in_vietnam(now: datetime) -> date:
    """The day that it is in Vietnam."""
    return (now.astimezone(UTC) + VIETNAM).date()


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """The time now, aware, in UTC."""
        ...


class SystemClock:
    """The computer's clock, which never goes back: a set-back clock must not revive what had expired."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._latest = datetime.now(UTC)
        self._ticks = time.monotonic()

    def now(self) -> datetime:
        """The wall clock; after it was set back, the last time told plus the time that has truly passed."""
        with self._lock:
            ticks = time.monotonic()
            passed = self._latest + timedelta(seconds=ticks - self._ticks)
            self._latest, self._ticks = max(datetime.now(UTC), passed), ticks
            return self._latest
