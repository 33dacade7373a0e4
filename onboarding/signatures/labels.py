"""How a CMS names the hash and the scheme of its signature: AlgorithmIdentifiers (RFC 5754, 4056, 8017)."""

from asn1crypto.core import ObjectIdentifier

from onboarding.signatures import algorithms, der
from onboarding.signatures.algorithms import Scheme
from onboarding.signatures.der import ABSENT, INTEGER, NULL, OBJECT_IDENTIFIER, SEQUENCE, Element
from onboarding.signatures.refusals import Malformed, WeakAlgorithm, demand


def identifier(dotted: str) -> bytes:
    """The content of an OBJECT IDENTIFIER."""
    content: bytes = ObjectIdentifier(dotted).contents
    return content


HASHES = {
    identifier(f"2.16.840.1.101.3.4.2.{number}"): f"sha{bits}" for number, bits in ((1, 256), (2, 384), (3, 512))
}
SCHEMES = {identifier(dotted): scheme for dotted, scheme in algorithms.LABELS.items()}
RSA, MGF1, PSS = (identifier(f"1.2.840.113549.1.1.{number}") for number in (1, 8, 10))
PSS_PARTS = (0xA0, 0xA1, 0xA2, (0xA3, ABSENT))  # hash, mask, salt, trailer; what may be left out is SHA-1 else
TRAILER = b"\x01"


def read_hash(label: Element) -> str:
    """The hash that a label names. Raises WeakAlgorithm for one outside the allow-list."""
    name, parameters = der.read(label.content, OBJECT_IDENTIFIER, (NULL, ABSENT))
    demand(not parameters.content)
    if name.content not in HASHES:
        raise WeakAlgorithm
    return HASHES[name.content]


def read_scheme(label: Element, digest: str) -> Scheme:
    """The signature scheme that a label names. Raises Malformed for one that contradicts the digest."""
    name, parameters = der.read(label.content, OBJECT_IDENTIFIER, (NULL, SEQUENCE, ABSENT))
    if name.content == PSS:
        check_pss(parameters, digest)
        return Scheme("rsassa_pss", digest)
    demand(not parameters.content)
    scheme = Scheme("rsassa_pkcs1v15", digest) if name.content == RSA else SCHEMES.get(name.content)
    if scheme is None or scheme.digest != digest:
        raise Malformed
    return scheme


def check_pss(parameters: Element, digest: str) -> None:
    """Raise Malformed unless the digest's hash is used throughout, with a salt as long (RFC 4055, section 3.1)."""
    hash_, mask, salt, trailer = der.read(parameters.content, *PSS_PARTS)
    mask_label, salt_length = inside(mask, SEQUENCE), inside(salt, INTEGER)
    function, mask_hash = der.read(mask_label.content, OBJECT_IDENTIFIER, SEQUENCE)
    demand(read_hash(inside(hash_, SEQUENCE)) == read_hash(mask_hash) == digest and function.content == MGF1)
    demand(salt_length.content == bytes([algorithms.HASHES[digest].digest_size]))
    demand(trailer is der.NOTHING or inside(trailer, INTEGER).content == TRAILER)


def inside(element: Element, tag: int) -> Element:
    """The one element in an explicit tag."""
    (found,) = der.read(element.content, tag)
    return found
