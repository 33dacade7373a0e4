"""Key pairs of test tokens, made on the token; each function gives SubjectPublicKeyInfo in DER."""

from collections.abc import Callable
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pkcs11 import Attribute, KeyType, Session
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters


def rsa_key(bits: int, session: Session, **place: Any) -> bytes:
    """RSA; with 2048 bits it is what Vietnamese tokens have."""
    public, _ = session.generate_keypair(KeyType.RSA, bits, **place)
    exponent = int.from_bytes(public[Attribute.PUBLIC_EXPONENT], "big")
    modulus = int.from_bytes(public[Attribute.MODULUS], "big")
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def ec_key(curve: str, session: Session, **place: Any) -> bytes:
    """A key on a named curve, as Web eID's cards have them."""
    wanted = {Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
    parameters = session.create_domain_parameters(KeyType.EC, wanted, local=True)
    public, _ = parameters.generate_keypair(**place)
    encoded: bytes = encode_ec_public_key(public)
    return encoded


small_key = partial(rsa_key, 1024)  # nobody takes it
KEYS: dict[str, Callable[..., bytes]] = {
    "rsa": partial(rsa_key, 2048),
    "ec": partial(ec_key, "secp256r1"),
    "ec-384": partial(ec_key, "secp384r1"),
}
