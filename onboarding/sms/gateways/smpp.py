"""SMPP: straight to a message centre, and its delivery receipts over the same connection.

Source: SMPP Protocol Specification v3.4, issue 1.2: command_status 5.1.3, window 2.9, receipts appendix B. The
address is `smpp://system_id:password@host:port`, beyond private networks `smpps://`; `?window=` says how many
messages may wait for their answer at once.
"""

import logging
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Condition, Event, Thread
from uuid import UUID

from onboarding.config import PREFIX, Settings
from onboarding.errors import SettingsError
from onboarding.sms import smpp_pdus as pdus
from onboarding.sms.gateway import LINES, GatewayBusy, GatewayRefused
from onboarding.sms.line import CONNECT, VARIABLE, Endpoint, unreadable
from onboarding.sms.pace import Pace
from onboarding.sms.reports import Report, why
from onboarding.sms.smpp_link import Link, connect
from onboarding.sms.smpp_pdus import Pdu, Receipt

NAME = "smpp"
WINDOW = 10  # the standard's advice
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between two tries to connect
THROTTLED = {0x14, 0x58}  # ESME_RMSGQFUL, ESME_RTHROTTLED
HOPELESS = {0x0B: "no such number"}  # ESME_RINVDSTADR
FAILED = {"UNDELIV", "REJECTD", "EXPIRED", "DELETED"}

log = logging.getLogger(__name__)


class Smpp:
    """Hands messages to a message centre. A repeat would be a second message there, so nothing goes out twice.

    A thread of its own keeps the connection, from the first message or from `listen` on until `hang_up`.
    """

    name = NAME
    tells_repeats = False

    def __init__(self, endpoint: Endpoint, sender: str, window: int) -> None:
        self._endpoint = endpoint
        self._sender = sender
        self._window = BoundedSemaphore(window)
        self._pace = Pace()
        self._hear: Callable[[Report], bool] = lambda _report: False
        self._changed = Condition()
        self._keeper: Thread | None = None
        self._link: Link | None = None
        self._down = False  # the last try failed, the next one is not yet
        self._over = Event()

    def send(self, message_id: UUID, to: str, text: str) -> str | None:
        """Submit one message; returns the centre's id of it."""
        until = time.monotonic() + CONNECT
        link = self._bound(until)
        if not self._window.acquire(timeout=max(0, until - time.monotonic())):
            raise GatewayRefused("window full", final=False)
        try:
            turn = self._pace.turn(time.monotonic(), until)
            self._over.wait(turn - time.monotonic())
            answer = link.ask(pdus.SUBMIT, pdus.submit(self._sender, to, text))
        finally:
            self._window.release()
        self._pace.note(turn, time.monotonic(), throttled=answer.status in THROTTLED)
        return check(answer)

    def listen(self, hear: Callable[[Report], bool]) -> None:
        """Connect, and hand each report to `hear`, which says whether it knew the message."""
        self._hear = hear
        self._start()

    def hang_up(self) -> None:
        """Say goodbye and let go of the connection."""
        self._over.set()
        if self._keeper is not None:
            self._keeper.join()

    def _start(self) -> None:
        """Begin to keep a connection, once."""
        with self._changed:
            if self._keeper is None:
                self._keeper = Thread(target=self._keep, name=NAME, daemon=True)
                self._keeper.start()

    def _bound(self, until: float) -> Link:
        """The connection. Raises GatewayRefused where there is none and none is to be expected soon."""
        self._start()
        with self._changed:
            self._changed.wait_for(lambda: self._link or self._down, max(0, until - time.monotonic()))
            if self._link is None:
                raise GatewayRefused("no connection", final=False)
            return self._link

    def _keep(self) -> None:
        """Connect again and again, with pauses that grow until a connection has lasted."""
        pause = FIRST_PAUSE
        while not self._over.is_set():
            began = time.monotonic()
            try:
                self._serve()
            except Exception as error:  # noqa: BLE001 - whatever comes from outside must not end the thread
                if time.monotonic() > began + LONGEST_PAUSE:
                    pause = FIRST_PAUSE
                reason = error if isinstance(error, OSError) else type(error).__name__
                log.warning("%s: no connection (%s), next try in %.0f s", NAME, reason, pause)
            self._tell(None, down=True)
            self._over.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _serve(self) -> None:
        """Connect, and serve the connection to its end."""
        self._tell(None, down=False)
        link = Link(connect(self._endpoint.url), self._report)
        try:
            link.bind(self._endpoint.user, self._endpoint.password)
            self._tell(link, down=False)
            while not self._over.is_set():
                link.turn()
            link.unbind()
        finally:
            link.close()

    def _tell(self, link: Link | None, *, down: bool) -> None:
        """Tell those who wait for the connection how it stands."""
        with self._changed:
            self._link, self._down = link, down
            self._changed.notify_all()

    def _report(self, receipt: Receipt) -> bool:
        """Hand on what a receipt says of a message's end; whether that is done with."""
        told = report(receipt)
        return told is None or self._hear(told)


def check(answer: Pdu) -> str | None:
    """Tell by the answer what became of a message; returns the centre's id where the centre has it."""
    if answer.command not in (pdus.SUBMIT | pdus.RESPONSE, pdus.NACK):
        raise unreadable()
    if answer.status in THROTTLED:
        raise GatewayBusy("throttled")
    if answer.status in HOPELESS:
        raise GatewayRefused(HOPELESS[answer.status], final=True)
    if answer.status or answer.command == pdus.NACK:
        raise GatewayRefused(f"status {answer.status}", final=False)
    try:
        return pdus.given_id(answer.body) or None
    except ValueError:
        return None  # taken all the same; its receipt will find nobody


def report(receipt: Receipt) -> Report | None:
    """A report, where the receipt says how the message ended; its error is mostly the network's own."""
    if receipt.state == "DELIVRD":
        return Report(receipt.told, "delivered")
    if receipt.state not in FAILED:
        return None
    error = int(receipt.error) if receipt.error.isdecimal() else 0
    return Report(receipt.told, "failed", why(error))


def from_settings(settings: Settings) -> Smpp:
    """The centre at the address of the settings. Raises SettingsError where that does not do."""
    endpoint = Endpoint.of(settings, NAME, NAME)
    window = endpoint.options.get("window", str(WINDOW))
    if not window.isdecimal() or not 1 <= int(window) <= LINES:
        raise SettingsError([f"{VARIABLE}: the `window` of `{NAME}` is a number from 1 to {LINES}."])
    if not settings.sms_sender or not (endpoint.user + endpoint.password + settings.sms_sender).isascii():
        raise SettingsError([f"`{NAME}` needs {PREFIX}SMS_SENDER, and it and the password in plain letters."])
    return Smpp(endpoint, settings.sms_sender, int(window))
