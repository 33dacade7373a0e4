"""The few PDUs that a sender of text messages speaks, and nothing else of the protocol.

Source: SMPP Protocol Specification v3.4, issue 1.2: header 3.2, bind_transceiver 4.1.5, submit_sm 4.4,
deliver_sm 4.6, optional parameters 5.3, receipts appendix B. A body that is not as it says there is a ValueError.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from onboarding.sms.gsm7 import octets

HEADER = struct.Struct(">IIII")
LONGEST = 4096  # bytes of a PDU; receipts have some 200

NACK, SUBMIT, DELIVER, UNBIND, BIND, ENQUIRE = 0x80000000, 0x04, 0x05, 0x06, 0x09, 0x15
RESPONSE = 0x80000000
VERSION = 0x34
ALPHANUMERIC, INTERNATIONAL, UNKNOWN, ISDN = 5, 1, 0, 1  # types of number, and the numbering plan
RECEIPT_WANTED = 1
KIND, RECEIPT = 0x3C, 0x04  # bits of esm_class
RECEIPTED_ID, PAYLOAD, MESSAGE_STATE = 0x001E, 0x0424, 0x0427
FACT = re.compile(rb"\b(id|stat|err):([^ ]{1,65})")
QUOTE = re.compile(rb"(?i)\btext:")  # begins what the receipt repeats of our own text


@dataclass(frozen=True)
class Pdu:
    """One PDU as it came: `number` pairs an answer with its request."""

    command: int
    status: int
    number: int
    body: bytes


@dataclass(frozen=True)
class Receipt:
    """What a message centre says about a message that it gave the id `told` to; `state` as appendix B has it."""

    told: str
    state: str
    error: str


STATES = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}  # of message_state, 5.2.28


def pdu(command: int, number: int, body: bytes = b"", status: int = 0) -> bytes:
    """The bytes of a PDU."""
    return HEADER.pack(HEADER.size + len(body), command, status, number) + body


def take(buffer: bytearray) -> Iterator[Pdu]:
    """Take the whole PDUs off the front of what has come. Raises ConnectionError where it can be none."""
    while len(buffer) >= HEADER.size:
        length, command, status, number = HEADER.unpack_from(buffer)
        if not HEADER.size <= length <= LONGEST:
            raise ConnectionError(f"a PDU of {length} bytes")
        if len(buffer) < length:
            return
        body = bytes(buffer[HEADER.size : length])
        del buffer[:length]
        yield Pdu(command, status, number, body)


def text(letters: str) -> bytes:
    """A string as the protocol ends it."""
    return letters.encode("ascii") + b"\0"


def bind(user: str, password: str) -> bytes:
    """The body of a bind_transceiver: no system type, no addresses of our own."""
    return text(user) + text(password) + text("") + bytes([VERSION, UNKNOWN, UNKNOWN]) + text("")


def submit(sender: str, to: str, message: str) -> bytes:
    """The body of a submit_sm to a number in E.164 form, of one segment, that asks for a receipt."""
    said = octets(message)
    source = (ALPHANUMERIC, UNKNOWN) if not sender.isdigit() else (UNKNOWN, ISDN)
    addresses = bytes(source) + text(sender) + bytes([INTERNATIONAL, ISDN]) + text(to.removeprefix("+"))
    classes = bytes(3)  # esm_class, protocol_id, priority_flag: an ordinary message
    return text("") + addresses + classes + text("") * 2 + bytes([RECEIPT_WANTED, 0, 0, 0, len(said)]) + said


def given_id(body: bytes) -> str:
    """The id in the body of a submit_sm_resp."""
    found, _ = string(body)
    return found


def receipt(body: bytes) -> Receipt | None:
    """The receipt in the body of a deliver_sm; none where it is another message, or says nothing we know."""
    _, rest = string(body)
    _, rest = string(rest[2:])
    _, rest = string(rest[2:])
    kind, rest = rest[0] & KIND if rest else 0, rest[3:]
    _, rest = string(rest)
    _, rest = string(rest)
    if len(rest) < 5 or len(rest) < 5 + rest[4]:
        raise ValueError("cut short")
    if kind != RECEIPT:
        return None
    options = dict(optional(rest[5 + rest[4] :]))
    said = QUOTE.split(options.get(PAYLOAD, rest[5 : 5 + rest[4]]))[0]
    facts = {name: value.decode("ascii", "replace") for name, value in FACT.findall(said)}
    told = string(options[RECEIPTED_ID])[0] if RECEIPTED_ID in options else facts.get(b"id", "")
    state = STATES.get(int.from_bytes(options.get(MESSAGE_STATE, b"")), facts.get(b"stat", ""))
    return Receipt(told, state, facts.get(b"err", "")) if told else None


def optional(rest: bytes) -> Iterator[tuple[int, bytes]]:
    """The optional parameters at the end of a body."""
    while rest:
        tag, length = struct.unpack_from(">HH", rest) if len(rest) >= 4 else (0, LONGEST)
        if len(rest) < 4 + length:
            raise ValueError("cut short")
        yield tag, rest[4 : 4 + length]
        rest = rest[4 + length :]


def string(body: bytes) -> tuple[str, bytes]:
    """The string that a body begins with, and what follows its end."""
    found, end, rest = body.partition(b"\0")
    if not end or len(found) > 65 or not found.isascii():
        raise ValueError("no string")
    return found.decode("ascii"), rest
