"""A message centre that speaks SMPP 3.4: what stands behind a gateway, in the tests.

Source: SMPP Protocol Specification v3.4, issue 1.2: header 3.2, bind 4.1, submit_sm 4.4, receipt appendix B. A
number's end says what becomes of its messages: 000 fails as unknown, 001 fails as switched off, 002 is refused,
003 is never reported, 004 is taken without an answer, 005 is delivered late; every other is delivered.
"""

import socket
import struct
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

GENERIC_NACK, SUBMIT, DELIVER, ENQUIRE, UNBIND = 0x80000000, 0x04, 0x05, 0x15, 0x06
BINDS, RESPONSE = (0x01, 0x02, 0x09), 0x80000000
REFUSED = 0x0B  # ESME_RINVDSTADR
LATE = 1.0  # seconds until the receipt of a late message
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
    """Listens on a port of this machine, one of its own choice for 0; `arrived` has what came, in order."""

    port: int = 0
    arrived: list[Arrived] = field(default_factory=list)
    bound: threading.Event = field(default_factory=threading.Event)  # a gateway has come

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._links: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for open_socket in (self._listener, *self._links):
            open_socket.close()

    def _listen(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self._links.append(link)
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        try:
            with link, link.makefile("rb") as stream:
                while len(header := stream.read(16)) == 16:
                    length, command, _, number = struct.unpack(">IIII", header)
                    if not 16 <= length <= LONGEST:
                        return
                    self._answer(link, command, number, stream.read(length - 16))
        except OSError:
            return

    def _answer(self, link: socket.socket, command: int, number: int, body: bytes) -> None:
        if command in BINDS:
            send(link, command | RESPONSE, number, b"centre\0")
            self.bound.set()
        elif command in (ENQUIRE, UNBIND):
            send(link, command | RESPONSE, number)
        elif command == SUBMIT:
            self._submit(link, number, body)
        elif not command & RESPONSE:
            send(link, GENERIC_NACK, number, status=3)

    def _submit(self, link: socket.socket, number: int, body: bytes) -> None:
        message, receipt_asked = read_submit(body)
        self.arrived.append(message)
        message_id = str(len(self.arrived))
        end = message.to[-3:]
        if end == "002":
            send(link, SUBMIT | RESPONSE, number, status=REFUSED)
        elif end != "004":
            send(link, SUBMIT | RESPONSE, number, message_id.encode() + b"\0")
            if receipt_asked and end != "003":
                told = (link, DELIVER, len(self.arrived), receipt(message, message_id))
                threading.Timer(LATE if end == "005" else 0, send, told).start()


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
