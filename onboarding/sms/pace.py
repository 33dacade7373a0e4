"""How fast a gateway lets us."""

from threading import Lock

from onboarding.sms.gateway import GatewayBusy

SLOWER, SLOWEST = 0.05, 2.0  # seconds between two messages, after the first complaint and at most
FASTER = 0.95  # what every message that is taken makes of it


class Pace:
    """No pause between two messages, until the other side complains that they come too fast.

    Times are seconds of one clock that never goes back.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._pause = self._next = self._slowed = 0.0

    def turn(self, now: float, until: float) -> float:
        """When the next message may go. Raises GatewayBusy where that is not before `until`."""
        with self._lock:
            turn = max(now, self._next)
            if turn > until:
                raise GatewayBusy("throttled")
            self._next = turn + self._pause
        return turn

    def note(self, turn: float, now: float, *, throttled: bool) -> None:
        """Go slower after a complaint about a message of this pace, and faster step by step without one."""
        with self._lock:
            if not throttled:
                self._pause = self._pause * FASTER if self._pause > SLOWER / 10 else 0.0
            elif turn >= self._slowed:
                self._pause = min(max(2 * self._pause, SLOWER), SLOWEST)
                self._slowed = now
