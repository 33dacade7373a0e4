"""A sandbox's clock: the computer's, moved forward by as much as was asked for, in all its processes at once."""

from datetime import datetime, timedelta
from pathlib import Path

from onboarding.clock import SystemClock
from onboarding.config import Settings
from onboarding.sandbox import kept

MOST = timedelta(days=3653)  # ten years: test issuers and their lists live for twenty


class TooFar(Exception):
    """No way for this clock to go."""


class SandboxClock:
    """Tells the time of the sandbox with these settings."""

    def __init__(self, settings: Settings) -> None:
        self._system = SystemClock()
        self._file = clock_file(settings)

    def now(self) -> datetime:
        """The computer's time and what it was moved forward by."""
        return self._system.now() + forward(self._file)


def clock_file(settings: Settings) -> Path:
    """Where it stands how far the clock was moved."""
    return settings.instance / "sandbox-clock.json"


def forward(file: Path) -> timedelta:
    """How far the clock is ahead of the computer's."""
    return timedelta(seconds=kept.read(file).get("forward", 0))


def move(file: Path, seconds: float) -> None:
    """Move the clock forward, on top of what it was moved before. Raises TooFar."""
    with kept.changing(file) as found:
        ahead = found.get("forward", 0) + seconds
        if not seconds >= 0 or not ahead <= MOST.total_seconds():
            raise TooFar(f"the clock goes forward, up to {MOST.days} days in all")
        found["forward"] = ahead


def reset(file: Path) -> None:
    """Back to the computer's time. What was done meanwhile then lies ahead, and counts when its time has come."""
    with kept.changing(file) as found:
        found.clear()
