"""A circuit breaker for each gateway: one that fails again and again is left alone for a while (rule R50).

Kept in the process: whichever dispatcher still asks a dead gateway finds out by itself, and nothing of an
account's safety hangs on it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from onboarding.sms.gateway import Gateway

FAILURES = 5  # in a row, after which the breaker opens
PAUSE = timedelta(seconds=30)  # until one message tries whether the gateway is back


class Breaker:
    """Closed while a gateway works; open, for a pause, after it failed too often in a row; then on trial."""

    def __init__(self) -> None:
        self._failures = 0
        self._until: datetime | None = None

    def open(self, now: datetime) -> bool:
        """Whether the gateway is to be left alone."""
        return self._until is not None and now < self._until

    def admits(self, now: datetime) -> bool:
        """Whether a message may ask it now. After the pause one may, and the others wait for how that goes."""
        if self.open(now):
            return False
        if self._until is not None:
            self._until = now + PAUSE
        return True

    def note(self, now: datetime, *, works: bool) -> None:
        """Count how a send went. On trial one failure is enough to open again."""
        self._failures = 0 if works else self._failures + 1
        self._until = now + PAUSE if self._failures >= FAILURES else None


class Ways:
    """The gateways in the order of the settings, each with its breaker."""

    def __init__(self, gateways: Sequence[Gateway]) -> None:
        self._gateways = list(gateways)
        self._breakers = {gateway.name: Breaker() for gateway in gateways}
        self._lock = Lock()

    def usable(self, now: datetime, only: str | None = None) -> list[Gateway]:
        """The gateways that may be asked now, first choice first; at most the one named `only`."""
        named = [gateway for gateway in self._gateways if only in (None, gateway.name)]
        return [gateway for gateway in named if not self._breakers[gateway.name].open(now)]

    def admits(self, now: datetime, gateway: Gateway) -> bool:
        """Whether a message may ask this gateway now; it must be asked then."""
        with self._lock:
            return self._breakers[gateway.name].admits(now)

    def note(self, now: datetime, gateway: Gateway, *, works: bool) -> None:
        """Count how a send by this gateway went."""
        with self._lock:
            self._breakers[gateway.name].note(now, works=works)
