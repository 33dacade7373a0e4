"""Gateways that remember what they were given, and refuse as they are told."""

from threading import Lock
from uuid import UUID

from onboarding.sms.gateway import GatewayRefused, OutcomeUnknown


class Telephone:
    """Satisfies `Gateway`. Refuses or breaks once for each of `faults`, then takes everything."""

    def __init__(self, *faults: Exception, name: str = "telephone", tells_repeats: bool = True) -> None:
        self.name = name
        self.tells_repeats = tells_repeats
        self.asked: list[tuple[UUID, str, str]] = []
        self.taken: list[tuple[UUID, str, str]] = []
        self._faults = list(faults)
        self._lock = Lock()

    def send(self, message_id: UUID, to: str, text: str) -> None:
        with self._lock:
            self.asked.append((message_id, to, text))
            if self._faults:
                raise self._faults.pop(0)
            self.taken.append((message_id, to, text))


def busy() -> GatewayRefused:
    return GatewayRefused("busy", final=False)


def no_such_number() -> GatewayRefused:
    return GatewayRefused("no such number", final=True)


def no_answer() -> OutcomeUnknown:
    return OutcomeUnknown("no answer")
