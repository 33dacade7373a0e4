"""What a Web eID token, a JWS and a bare signature share: strict JSON and base64, and the algorithms of JOSE.

One text for one value (rule R34): no name twice, no padding too much, no bits that mean nothing.
"""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from onboarding.signatures import algorithms
from onboarding.signatures.algorithms import Scheme
from onboarding.signatures.refusals import BadSignature, Malformed, WeakAlgorithm, demand
from onboarding.strict_json import json_object

# RFC 7518, section 3.1, without `none` and the shared keys. ES256 and its like are of one curve each.
FAMILIES = {"RS": "rsassa_pkcs1v15", "PS": "rsassa_pss", "ES": "ecdsa"}
SCHEMES = {
    f"{name}{bits}": Scheme(family, f"sha{bits}") for name, family in FAMILIES.items() for bits in (256, 384, 512)
}
RAW_BYTES = {"sha256": 64, "sha384": 96, "sha512": 132}  # R and S on P-256, P-384, P-521 (section 3.4)


def scheme(label: str) -> Scheme:
    """What a label names. Raises WeakAlgorithm for anything outside the allow-list."""
    if label not in SCHEMES:
        raise WeakAlgorithm
    return SCHEMES[label]


def verify(public_key: bytes, named: Scheme, signature: bytes, message: bytes) -> None:
    """Check a signature under a SubjectPublicKeyInfo as JOSE writes it, ECDSA's being R and S side by side.

    A label of another curve fails by its length: no key of that curve makes so short or long a signature.

    Raises:
        WeakAlgorithm, BadSignature, Malformed: as in `algorithms.verify`.
    """
    if named.family == "ecdsa":
        signature = der_of_raw(signature, RAW_BYTES[named.digest])
    algorithms.verify(public_key, named, signature, message)


def der_of_raw(signature: bytes, length: int) -> bytes:
    """R and S of `length` bytes together as the DER of both. Raises BadSignature for another length."""
    if len(signature) != length:
        raise BadSignature
    r, s = signature[: length // 2], signature[length // 2 :]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def read_object(text: str) -> dict[str, Any]:
    """The JSON object that a text is. Raises Malformed."""
    try:
        return json_object(text)
    except ValueError:
        raise Malformed from None


def text_in(found: dict[str, Any], name: str) -> str:
    """A text that must be there. Raises Malformed."""
    value = found.get(name)
    if not isinstance(value, str):
        raise Malformed
    return value


def from_base64(text: str) -> bytes:
    """Base64 in its one form (RFC 4648, section 4). Raises Malformed or ValueError."""
    decoded = base64.b64decode(text)
    demand(base64.b64encode(decoded).decode() == text)
    return decoded


def from_base64url(text: str) -> bytes:
    """Base64 for addresses, without padding (RFC 7515, section 2). Raises Malformed or ValueError."""
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(base64url(decoded) == text)
    return decoded


def base64url(content: bytes) -> str:
    """Bytes as JOSE writes them."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
