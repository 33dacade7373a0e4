"""One connection to a message centre: asks and answers, hands on receipts, and notices when it is dead.

One thread calls `bind` and then `turn` again and again, any number of others `ask`. What the other side may send
is bounded: a PDU by its length, what waits for an answer by `ask`, receipts that nobody knows yet by `EARLY`.
"""

import select
import socket
import ssl
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from threading import Lock
from urllib.parse import urlsplit

from onboarding.sms import smpp_pdus as pdus
from onboarding.sms.gateway import GatewayRefused, OutcomeUnknown
from onboarding.sms.line import CONNECT
from onboarding.sms.smpp_pdus import Pdu, Receipt

TICK = 0.5  # seconds that one turn waits for something to come
QUIET = 30.0  # seconds of silence after which the other side is asked whether it is there
ANSWER = 7.0  # seconds that an answer may take; with CONNECT it is `claims.SEND_TIME`
EARLY = 200  # receipts kept until their message is known
TRIES = 5  # how often, once every RETRY seconds, before the centre is told to send it again later
RETRY = 1.0
PORT = 2775
NO_SUCH_COMMAND, FULL, LATER, NEVER = 0x03, 0x14, 0x64, 0x65  # command_status, 5.1.3

Hear = Callable[[Receipt], bool]  # whether the message of a receipt was known


def connect(address: str) -> socket.socket:
    """A connection to `smpp://host:port`, or `smpps://`, where the host must have a certificate."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    connection = socket.create_connection((host, parts.port or PORT), CONNECT)
    if parts.scheme == "smpps":
        try:
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise
    connection.settimeout(TICK)
    return connection


class Link:
    """A connection. `bind` and `turn` raise OSError where the other side breaks off or breaks the protocol."""

    def __init__(self, connection: socket.socket, hear: Hear) -> None:
        self._connection = connection
        self._hear = hear
        self._ready = select.poll()
        self._ready.register(connection, select.POLLIN)
        self._talking = Lock()  # a TLS connection is one thread's at a time
        self._asking = Lock()
        self._count = count()
        self._asked: dict[int, Future[Pdu]] = {}
        self._closed = False
        self._buffer = bytearray()
        self._heard = self._enquired = self._retried = time.monotonic()
        self._early: deque[tuple[int, Receipt, int]] = deque()

    def bind(self, user: str, password: str) -> None:
        """Say who we are, and wait for the welcome."""
        number, answer = self._expect()
        self._say(pdus.pdu(pdus.BIND, number, pdus.bind(user, password)))
        until = time.monotonic() + ANSWER
        while not answer.done():
            if time.monotonic() > until:
                raise ConnectionError("no answer to the bind")
            self.turn()
        welcome = answer.result()
        if welcome.status or welcome.command != pdus.BIND | pdus.RESPONSE:
            raise ConnectionError(f"bind refused, status {welcome.status}")

    def ask(self, command: int, body: bytes) -> Pdu:
        """Ask and wait for the answer.

        Raises:
            GatewayRefused: where nothing of it can have arrived.
            OutcomeUnknown: where it may have.
        """
        number, answer = self._expect()
        try:
            self._say(pdus.pdu(command, number, body))
            return answer.result(ANSWER)
        except OSError:  # a TimeoutError is one too
            raise OutcomeUnknown("no answer") from None
        finally:
            self._asked.pop(number, None)

    def turn(self) -> None:
        """Wait a moment for something to come, and do what it asks for."""
        came = self._listen()
        if came is not None:
            self._buffer += came
            for pdu in pdus.take(self._buffer):
                self._heard = time.monotonic()
                self._answer(pdu)
        self._try_again()
        self._keep_alive()

    def close(self) -> None:
        """Let go of the connection; whoever waits for an answer is told that none comes."""
        with self._asking:
            self._closed = True
            waiting, self._asked = self._asked, {}
        for answer in waiting.values():
            answer.set_exception(ConnectionError("closed"))
        self._connection.close()

    def unbind(self) -> None:
        """Say goodbye; nobody waits for the answer."""
        self._say(pdus.pdu(pdus.UNBIND, self._number()))

    def _number(self) -> int:
        """The next sequence_number, 1 to 0x7FFFFFFF (3.2)."""
        return next(self._count) % 0x7FFFFFFF + 1

    def _expect(self) -> tuple[int, Future[Pdu]]:
        """A number for a request, and where its answer will be."""
        answer: Future[Pdu] = Future()
        with self._asking:
            if self._closed:
                raise GatewayRefused("no connection", final=False)
            number = self._number()
            self._asked[number] = answer
        return number, answer

    def _say(self, said: bytes) -> None:
        """Send whole; a half sent PDU ends the connection, for nothing after it could be understood."""
        with self._talking:
            try:
                self._connection.sendall(said)
            except OSError:
                with suppress(OSError):
                    self._connection.shutdown(socket.SHUT_RDWR)
                raise

    def _listen(self) -> bytes | None:
        """What has come; none where nothing did for a moment."""
        with self._talking:
            left = isinstance(self._connection, ssl.SSLSocket) and self._connection.pending()
        if not left and not self._ready.poll(TICK * 1000):
            return None
        try:
            with self._talking:
                came = self._connection.recv(pdus.LONGEST)
        except TimeoutError:
            return None
        if not came:
            raise ConnectionError("cut off")
        return came

    def _answer(self, pdu: Pdu) -> None:
        """Do what one PDU asks for."""
        if pdu.command & pdus.RESPONSE:
            expected = self._asked.pop(pdu.number, None)
            if expected is not None:
                expected.set_result(pdu)
        elif pdu.command == pdus.DELIVER:
            self._delivered(pdu)
        elif pdu.command in (pdus.ENQUIRE, pdus.UNBIND):
            self._reply(pdu.command, pdu.number)
            if pdu.command == pdus.UNBIND:
                raise ConnectionError("unbound")
        else:
            self._reply(pdus.NACK, pdu.number, NO_SUCH_COMMAND)

    def _reply(self, command: int, number: int, status: int = 0) -> None:
        """Answer a request; the body, where there is one, is an empty string."""
        body = b"\0" if command == pdus.DELIVER else b""
        self._say(pdus.pdu(command | pdus.RESPONSE, number, body, status))

    def _delivered(self, pdu: Pdu) -> None:
        """Hand on a receipt. What is none, e.g. what a citizen wrote back, is taken and dropped."""
        try:
            receipt = pdus.receipt(pdu.body)
        except ValueError:
            self._reply(pdus.DELIVER, pdu.number, NEVER)
            return
        if receipt is None or self._hear(receipt):
            self._reply(pdus.DELIVER, pdu.number)
        elif len(self._early) < EARLY:
            self._early.append((pdu.number, receipt, 1))
        else:
            self._reply(pdus.DELIVER, pdu.number, FULL)

    def _try_again(self) -> None:
        """Hand on once more the receipts that came before their message was known."""
        if not self._early or time.monotonic() < self._retried + RETRY:
            return
        self._retried = time.monotonic()
        for _ in range(len(self._early)):
            number, receipt, tries = self._early.popleft()
            if self._hear(receipt):
                self._reply(pdus.DELIVER, number)
            elif tries < TRIES:
                self._early.append((number, receipt, tries + 1))
            else:
                self._reply(pdus.DELIVER, number, LATER)

    def _keep_alive(self) -> None:
        """Ask a silent centre whether it is there; one that stays silent is not."""
        now = time.monotonic()
        if now > self._heard + QUIET + ANSWER:
            raise ConnectionError("silent")
        if now > max(self._heard, self._enquired) + QUIET:
            self._enquired = now
            self._say(pdus.pdu(pdus.ENQUIRE, self._number()))
