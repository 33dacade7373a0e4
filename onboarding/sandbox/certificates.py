"""Test certificates: what is ordered of a test issuer, and what it makes of the order."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from onboarding.sandbox.issuers import (
    A_MOMENT,
    SHAPES,
    Authority,
    Person,
    certificate_builder,
    load_authority,
)


@dataclass(frozen=True)
class Order:
    """A person's certificate that is to be made; each extension with whether it is critical."""

    subject: x509.Name
    key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey
    authority: Authority
    begins: datetime
    ends: datetime
    extensions: tuple[tuple[x509.ExtensionType, bool], ...]
    hashed_by: hashes.SHA256 | hashes.SHA224 = field(default_factory=hashes.SHA256)


def order(folder: Path, issuer: str, public_key: bytes, person: Person, now: datetime, days: int) -> Order:
    """A certificate for a key (SubjectPublicKeyInfo in DER) in the issuer's shape, from now on."""
    shape, key = SHAPES[issuer], load_der_public_key(public_key)
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise TypeError("test certificates are for RSA and EC keys")
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = ((shape.usage, True),)
    if shape.extended:
        extensions += ((x509.ExtendedKeyUsage(shape.extended), False),)
    life = (now - A_MOMENT, now + timedelta(days=days))
    return Order(person.subject(), key, load_authority(folder, issuer), *life, extensions)


def certify(wanted: Order) -> x509.Certificate:
    """The certificate that was ordered."""
    builder = (
        certificate_builder(wanted.subject, wanted.key, wanted.authority)
        .not_valid_before(wanted.begins)
        .not_valid_after(wanted.ends)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    for extension, critical in wanted.extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(wanted.authority.key, wanted.hashed_by)


def issue(
    folder: Path, issuer: str, public_key: bytes, person: Person, now: datetime, days: int = 365
) -> x509.Certificate:
    """A good certificate."""
    return certify(order(folder, issuer, public_key, person, now, days))
