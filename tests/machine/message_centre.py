"""A message centre that speaks SMPP 3.4: what stands behind a gateway, in the tests.

Source: SMPP Protocol Specification v3.4, issue 1.2: header 3.2, bind 4.1, submit_sm 4.4, receipt appendix B. A
number's end says what becomes of its messages: 000 fails as unknown, 001 fails as switched off, 002 is refused,
003 is never reported, 004 is taken without an answer, 005 is delivered late, 006 is too fast, 007 ends the
connection, 008 is refused for the moment, 009 is delivered before it is answered, 010 gets an id without its
end, 011 gets the answer to another request; every other is delivered.
"""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

GENERIC_NACK, SUBMIT, DELIVER, ENQUIRE, UNBIND = 0x80000000, 0x04, 0x05, 0x15, 0x06
BINDS, RESPONSE = (0x01, 0x02, 0x09), 0x80000000
REFUSALS = {"002": 0x0B, "006": 0x58, "008": 0x45}  # ESME_RINVDSTADR, ESME_RTHROTTLED, ESME_RSUBMITFAIL
LATE = 1.0  # seconds until the receipt of a late message, and between an early one and its answer
PATIENCE = 20  # seconds that a test waits for something to happen, on a busy machine
LONGEST = 4096  # bytes of one PDU
FATES = {"000": ("UNDELIV", "001"), "001": ("UNDELIV", "027")}
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass(frozen=True)
class Arrived:
    """A message as the centre got it."""

    sender: str
    to: str
    text: str


@dataclass
class Centre:
    """Listens on a port of this machine, one of its own choice for 0; `arrived` has what came, in order.

    `binds` are the times at which gateways came, `acknowledged` the states by which they answered receipts. It
    says nothing while it is `silent`; with `tls` it speaks only that.
    """

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    bound: threading.Event = field(default_factory=threading.Event)  # a gateway has come
    binds: list[float] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    silent: bool = False
    password: str | None = None  # any is good for None
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._links: list[socket.socket] = []
        self._told = 0  # receipts, so far

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End all connections without a word."""
        for link in self._links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
            link.close()
        self._links.clear()

    def say(self, said: bytes) -> None:
        """Send something to the newest gateway, whatever it is."""
        self._links[-1].sendall(said)

    def wait(self, what: Callable[["Centre"], object]) -> None:
        """Wait until something is so."""
        until = time.monotonic() + PATIENCE
        while not what(self):
            assert time.monotonic() < until, "it did not happen"
            time.sleep(0.01)

    def _listen(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            if self.tls is not None:
                try:
                    link = self.tls.wrap_socket(link, server_side=True)
                except OSError:
                    continue
            self._links.append(link)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        try:
            with link, link.makefile("rb") as stream:
                while len(header := stream.read(16)) == 16:
                    length, command, status, number = struct.unpack(">IIII", header)
                    if not 16 <= length <= LONGEST:
                        return
                    body = stream.read(length - 16)
                    if command == DELIVER | RESPONSE:
                        self.acknowledged.append(status)
                    elif not self.silent:
                        self._answer(link, command, number, body)
        except OSError:
            return

    def _answer(self, link: socket.socket, command: int, number: int, body: bytes) -> None:
        if command in BINDS:
            self._welcome(link, command, number, body)
        elif command in (ENQUIRE, UNBIND):
            send(link, command | RESPONSE, number)
        elif command == SUBMIT:
            self._submit(link, number, body)
        elif not command & RESPONSE:
            send(link, GENERIC_NACK, number, status=3)

    def _welcome(self, link: socket.socket, command: int, number: int, body: bytes) -> None:
        self.binds.append(time.monotonic())
        wrong = self.password is not None and body.split(b"\0")[1] != self.password.encode()
        send(link, command | RESPONSE, number, b"centre\0", status=0x0E if wrong else 0)  # ESME_RINVPASWD
        self.bound.set()

    def _submit(self, link: socket.socket, number: int, body: bytes) -> None:
        message, receipt_asked = read_submit(body)
        self.arrived.append(message)
        message_id = str(len(self.arrived))
        end = message.to[-3:]
        if end == "009":
            self.tell(message, message_id)
            time.sleep(LATE)
        if end in REFUSALS:
            send(link, SUBMIT | RESPONSE, number, status=REFUSALS[end])
        elif end == "007":
            link.shutdown(socket.SHUT_RDWR)
        elif end == "011":
            send(link, ENQUIRE | RESPONSE, number)
        elif end != "004":
            send(link, SUBMIT | RESPONSE, number, message_id.encode() + (b"" if end == "010" else b"\0"))
            if receipt_asked and end not in ("003", "009"):
                threading.Timer(LATE if end == "005" else 0, self.tell, (message, message_id)).start()

    def tell(self, message: Arrived, message_id: str) -> None:
        """Send the receipt of a message to the newest gateway."""
        self._told += 1
        with suppress(OSError, IndexError):
            send(self._links[-1], DELIVER, self._told, receipt(message, message_id))


def send(link: socket.socket, command: int, number: int, body: bytes = b"", status: int = 0) -> None:
    """Send one PDU."""
    link.sendall(struct.pack(">IIII", 16 + len(body), command, status, number) + body)


def read_submit(body: bytes) -> tuple[Arrived, bool]:
    """The message of a submit_sm, and whether its sender wants a receipt."""
    _, rest = body.split(b"\0", 1)  # service_type
    sender, rest = rest[2:].split(b"\0", 1)
    to, rest = rest[2:].split(b"\0", 1)
    _, _, rest = rest[3:].split(b"\0", 2)  # schedule_delivery_time, validity_period
    receipt_asked, _, coding, _, length = rest[:5]
    said = rest[5 : 5 + length]
    text = said.decode("utf-16-be") if coding == 8 else "".join(BASIC[septet] for septet in said)
    return Arrived(sender.decode(), to.decode(), text), bool(receipt_asked & 1)


def receipt(message: Arrived, message_id: str) -> bytes:
    """The body of a deliver_sm that says what became of a message, as appendix B of the standard words it."""
    state, error = FATES.get(message.to[-3:], ("DELIVRD", "000"))
    said = (
        f"id:{message_id} sub:001 dlvrd:001 submit date:2611230900 done date:2611230900 stat:{state} err:{error} "
        f"text:{message.text[:20]}"
    ).encode("ascii", "replace")
    to, sender = message.to.encode() + b"\0", message.sender.encode() + b"\0"
    head = b"\0" + b"\1\1" + to + b"\5\0" + sender + b"\x04\0\0" + b"\0\0" + bytes(4)
    return head + bytes([len(said)]) + said
