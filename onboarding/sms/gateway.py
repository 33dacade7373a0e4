"""What a gateway is: the one thing that the dispatcher asks of it, and how it refuses."""

from typing import Protocol
from uuid import UUID


class Gateway(Protocol):
    """A way to hand a text message over for delivery."""

    name: str

    def send(self, message_id: UUID, to: str, text: str) -> None:
        """Hand one message over; returning means that the gateway has taken it.

        A repeated `message_id` is the same message again, with the same text: it goes out as the reference by
        which a gateway may tell. Answers within `claims.SEND_TIME`.

        Raises:
            GatewayRefused: where it was not taken, or nobody knows.
        """
        ...


class GatewayRefused(Exception):
    """The gateway did not take a message; `final` says that trying again is no use.

    `reason` is a word or two of our own, fit for a log; never the gateway's text, which may quote ours.
    """

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
