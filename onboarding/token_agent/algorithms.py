"""Signature algorithms by their names in JOSE (RFC 7518, section 3.1), which all our protocols can be told in."""

import hashlib

from asn1crypto import x509
from asn1crypto.algos import DigestInfo

OF_CURVE = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}


def of_key(certificate: bytes) -> str:
    """What a certificate's key signs with: RS256 for RSA, the hash of the curve's size for EC.

    Raises:
        KeyError: a key that no protocol here has an algorithm for.
    """
    key = x509.Certificate.load(certificate).public_key
    return OF_CURVE[key.curve[1]] if key.algorithm == "ec" else {"rsa": "RS256"}[key.algorithm]


def hash_name(algorithm: str) -> str:
    """The hash of an algorithm: sha256 for ES256."""
    return f"sha{algorithm[2:]}"


def digest(algorithm: str, data: bytes) -> bytes:
    """The hash of some data that an algorithm signs."""
    return hashlib.new(hash_name(algorithm), data).digest()


def digest_info(name: str, digested: bytes) -> bytes:
    """A digest with the hash's name, as PKCS #1 v1.5 signs it (RFC 8017, section 9.2, step 2)."""
    encoded: bytes = DigestInfo({"digest_algorithm": {"algorithm": name}, "digest": digested}).dump()
    return encoded
