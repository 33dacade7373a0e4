"""The allow-list of keys, hashes and signature schemes (P35), and the verification by key type (rule R34).

RSA of 2048 bits and PKCS#1 v1.5 are what Vietnamese tokens have: a known deviation from ASVS 11.2.3 and
11.6.1.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from onboarding.signatures.refusals import BadSignature, Malformed, WeakAlgorithm

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
LEAST_RSA_BITS = 2048
LEAST_RSA_EXPONENT = 65537
Key = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True)
class Scheme:
    """How a signature says it was made: family `rsassa_pkcs1v15`, `rsassa_pss` or `ecdsa`, and its hash."""

    family: str
    digest: str


LABELS = {
    "1.2.840.113549.1.1.11": Scheme("rsassa_pkcs1v15", "sha256"),
    "1.2.840.113549.1.1.12": Scheme("rsassa_pkcs1v15", "sha384"),
    "1.2.840.113549.1.1.13": Scheme("rsassa_pkcs1v15", "sha512"),
    "1.2.840.10045.4.3.2": Scheme("ecdsa", "sha256"),
    "1.2.840.10045.4.3.3": Scheme("ecdsa", "sha384"),
    "1.2.840.10045.4.3.4": Scheme("ecdsa", "sha512"),
}  # by the object identifiers of RFC 8017 and 5758; PSS is not here, for its hash stands in its parameters


def digest(name: str, content: bytes) -> bytes:
    """The hash of `content`. Raises WeakAlgorithm for a hash outside the allow-list."""
    if name not in HASHES:
        raise WeakAlgorithm
    return hashlib.new(name, content).digest()


def verify(public_key: bytes, scheme: Scheme, signature: bytes, message: bytes) -> None:
    """Check a signature under a SubjectPublicKeyInfo in DER; ECDSA signatures are the DER of r and s.

    Raises:
        WeakAlgorithm: a key or hash outside the allow-list.
        BadSignature: it does not verify, or the scheme does not belong to the key.
        Malformed: the key cannot be read.
    """
    if scheme.digest not in HASHES:
        raise WeakAlgorithm
    key = load(public_key)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            verify_rsa(key, scheme, signature, message)
        else:
            verify_ecdsa(key, scheme, signature, message)
    except InvalidSignature:
        raise BadSignature from None


def load(public_key: bytes, least_rsa_bits: int = LEAST_RSA_BITS) -> Key:
    """A key of the allow-list: RSA, or elliptic on a NIST curve (FIPS 186-5).

    Raises:
        WeakAlgorithm: another kind of key, or too small.
        Malformed: it cannot be read, or is written in another way than usual, as with a curve's own parameters.
    """
    try:
        key = load_der_public_key(public_key)
        written = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except UnsupportedAlgorithm:
        raise WeakAlgorithm from None
    except ValueError:
        raise Malformed from None
    if written != public_key:
        raise Malformed
    if isinstance(key, rsa.RSAPublicKey):
        strong = key.key_size >= least_rsa_bits and key.public_numbers().e >= LEAST_RSA_EXPONENT
        if strong:
            return key
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES):
        return key
    raise WeakAlgorithm


def verify_rsa(key: rsa.RSAPublicKey, scheme: Scheme, signature: bytes, message: bytes) -> None:
    """PKCS#1 v1.5, or PSS with its own hash throughout and a salt as long as the hash (RFC 8017)."""
    chosen = HASHES[scheme.digest]
    schemes: dict[str, padding.AsymmetricPadding] = {
        "rsassa_pkcs1v15": padding.PKCS1v15(),
        "rsassa_pss": padding.PSS(padding.MGF1(chosen), chosen.digest_size),
    }
    if scheme.family not in schemes:
        raise BadSignature
    key.verify(signature, message, schemes[scheme.family], chosen)


def verify_ecdsa(key: ec.EllipticCurvePublicKey, scheme: Scheme, signature: bytes, message: bytes) -> None:
    """ECDSA (FIPS 186-5)."""
    if scheme.family != "ecdsa":
        raise BadSignature
    key.verify(signature, message, ec.ECDSA(HASHES[scheme.digest]))
