"""What a gateway is: the one thing that the dispatcher asks of it, and the two ways in which it fails."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable
from uuid import UUID

from onboarding.sms.reports import Report

LINES = 32  # messages that one dispatcher hands over at once, at most


class Gateway(Protocol):
    """A way to hand a text message over for delivery.

    `tells_repeats`: a second message with the reference of the first is the first again, for this gateway.
    """

    name: str
    tells_repeats: bool

    def send(self, message_id: UUID, to: str, text: str) -> str | None:
        """Hand one message over; returning means that the gateway has taken it, not that it is delivered.

        Returns the gateway's own id of the message, where reports will name it by that. Called by `LINES` threads
        at once. A repeated `message_id` is the same message again, with the same text: it goes out as the
        reference by which a gateway may tell. Answers within `claims.SEND_TIME`.

        Raises:
            GatewayRefused: where it was surely not taken.
            OutcomeUnknown: where it may have been taken.
        """
        ...


@runtime_checkable
class Listens(Protocol):
    """A gateway that hears reports over a connection of its own."""

    name: str

    def listen(self, hear: Callable[[Report], bool]) -> None:
        """Hand each report to `hear`; where it does not know the message, or not yet, again later."""
        ...

    def hang_up(self) -> None:
        """Hear no more."""
        ...


class GatewayRefused(Exception):
    """The gateway did not take a message; `final` says that no gateway ever will.

    `reason` is a word or two of our own, fit for a log; never the gateway's text, which may quote ours.
    """

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class GatewayBusy(GatewayRefused):
    """The gateway works and takes no more just now: that says nothing against it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, final=False)


class OutcomeUnknown(Exception):
    """The message left us, and no answer says whether it was taken; `reason` as above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
