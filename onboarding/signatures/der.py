"""Whether bytes are DER (X.690): the one encoding, so that what is signed can be read in one way only."""

from asn1crypto import parser

STRUCTURED = (16, 17)  # SEQUENCE and SET
SET = 17


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
