"""Encodings (X.690): strict DER for what is signed, and nothing left over in what is round it."""

from asn1crypto import core, parser

STRUCTURED = (16, 17)  # SEQUENCE and SET
SET = 17
OCTET_STRING = 4


def nothing_left_over(encoded: bytes, schema: type[core.Asn1Value]) -> bool:
    """Whether the schema accounts for all of some BER.

    The parser passes over elements that its schema does not know at the end of a structure; a second reader may
    not. Written anew the value lacks them, so it is shorter. Only lengths are compared: sets may be in any order.
    """
    own_copy = schema.load(encoded)  # writing it anew mends its faults, which nobody else may see mended
    return len(definite(encoded)) == len(own_copy.dump(force=True))


def definite(content: bytes) -> bytes:
    """A row of BER elements with the shortest lengths, and octet strings in one piece."""
    written = b""
    while content:
        kind, method, tag, header, inner, trailer = parser.parse(content)
        content = content[len(header) + len(inner) + len(trailer) :]
        if method and kind == 0 and tag == OCTET_STRING:
            method, inner = 0, pieces(inner)
        written += parser.emit(kind, method, tag, definite(inner) if method else inner)
    return written


def pieces(content: bytes) -> bytes:
    """The bytes of an octet string that is written in pieces."""
    joined = b""
    while content:
        _, method, _, header, inner, trailer = parser.parse(content)
        content = content[len(header) + len(inner) + len(trailer) :]
        joined += pieces(inner) if method else inner
    return joined


def is_der(content: bytes, *, sorted_: bool = False) -> bool:
    """Whether `content` is a row of DER elements, in ascending order where `sorted_` asks for it.

    A SET's members must ascend, as DER wants of SET OF; no other sets occur where this is used.

    Raises:
        ValueError: not even BER.
    """
    last = b""
    while content:
        kind, method, tag, _, inner, _ = parser.parse(content)
        element = parser.emit(kind, method, tag, inner)
        if not content.startswith(element) or (sorted_ and element < last):
            return False
        if not is_der_element(kind, method, tag, inner):
            return False
        last, content = element, content[len(element) :]
    return True


def is_der_element(kind: int, method: int, tag: int, inner: bytes) -> bool:
    """Whether one element, its header already known to be the shortest, is DER inside."""
    if kind == 0 and bool(method) != (tag in STRUCTURED):
        return False
    return not method or is_der(inner, sorted_=kind == 0 and tag == SET)
