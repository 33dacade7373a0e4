"""Encodings (X.690): rows of elements read to the last byte, and strict DER for what is signed.

Tags of more than one octet, which neither certificates nor CMS have, are not read.
"""

from collections.abc import Iterator
from typing import NamedTuple

from onboarding.signatures.refusals import demand

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER, SEQUENCE, SET = (
    0x02,
    0x03,
    0x04,
    0x05,
    0x06,
    0x30,
    0x31,
)
CONSTRUCTED = 0x20
STRUCTURED = (SEQUENCE & ~CONSTRUCTED, SET & ~CONSTRUCTED)
FIRST_CONTEXT = 0x40  # what is below has a universal tag
LONG_TAG = 0x1F
INDEFINITE = 0x80
END = b"\0\0"
ABSENT = -1


class Element(NamedTuple):
    """One element: its identifier octet, what is inside, and all of it as it came."""

    tag: int
    content: bytes
    whole: bytes


NOTHING = Element(ABSENT, b"", b"")


def read(content: bytes, *shape: int | tuple[int, ...]) -> list[Element]:
    """The elements of a row in BER that has exactly these tags; a place may have one of several.

    A place that may be `ABSENT` and is gives NOTHING.

    Raises:
        Malformed, LookupError: it has another shape, or more to it.
    """
    left = list(elements(content))
    left.reverse()
    found = []
    for place in shape:
        tags = (place,) if isinstance(place, int) else place
        if left and left[-1].tag in tags:
            found.append(left.pop())
        else:
            demand(ABSENT in tags)
            found.append(NOTHING)
    demand(not left)
    return found


def elements(content: bytes) -> Iterator[Element]:
    """The elements of a row in BER. Raises Malformed or LookupError."""
    at = 0
    while at < len(content):
        start, stop, after = measure(content, at)
        yield Element(content[at], content[start:stop], content[at:after])
        at = after


def measure(content: bytes, at: int) -> tuple[int, int, int]:
    """Where the inside of the element at a place starts and stops, and what comes after it starts."""
    tag, length, start = content[at], content[at + 1], at + 2
    demand(tag & LONG_TAG != LONG_TAG)
    if length == INDEFINITE:
        demand(tag & CONSTRUCTED)
        stop = start
        while content[stop : stop + 2] != END:
            stop = measure(content, stop)[2]
        return start, stop, stop + 2
    if length > INDEFINITE:
        first, start = start, start + length - INDEFINITE
        length = int.from_bytes(content[first:start], "big")
    demand(start + length <= len(content))
    return start, start + length, start + length


def octets(element: Element) -> bytes:
    """The bytes of an octet string, which BER may write in pieces. Raises Malformed."""
    if element.tag == OCTET_STRING:
        return element.content
    demand(element.tag == OCTET_STRING | CONSTRUCTED)
    return b"".join(map(octets, elements(element.content)))


def write(tag: int, content: bytes) -> bytes:
    """An element in DER."""
    length = len(content)
    if length < INDEFINITE:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, INDEFINITE | size]) + length.to_bytes(size, "big") + content


def is_der(content: bytes, *, sorted_: bool = False) -> bool:
    """Whether `content` is a row of DER elements, in ascending order where `sorted_` asks for it.

    A SET's members must ascend, as DER wants of SET OF; no other sets occur where this is used.

    Raises:
        Malformed, LookupError: not even BER.
    """
    last = b""
    for tag, inner, whole in elements(content):
        if whole != write(tag, inner) or (sorted_ and whole < last):
            return False
        constructed = tag & CONSTRUCTED
        if tag < FIRST_CONTEXT and bool(constructed) != (tag & LONG_TAG in STRUCTURED):
            return False
        if constructed and not is_der(inner, sorted_=tag == SET):
            return False
        last = whole
    return True
