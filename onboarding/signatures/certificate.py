"""The signer's certificate as it comes along with a proof: its form, before anything in it is believed."""

import hashlib
from dataclasses import dataclass

from asn1crypto import x509

from onboarding.signatures import der
from onboarding.signatures.der import ABSENT, BIT_STRING, INTEGER, SEQUENCE
from onboarding.signatures.refusals import UNREADABLE, Malformed, TooLarge, demand

LARGEST_CERTIFICATE = 16_384  # bytes (P34)
VERSION, ISSUER_ID, SUBJECT_ID, EXTENSIONS = 0xA0, 0x81, 0x82, 0xA3  # RFC 5280, section 4.1


@dataclass(frozen=True)
class Offered:
    """A certificate in DER, nothing in it checked, and what a proof needs of it, as it stands there.

    `signed` is the TBSCertificate, `serial` the content of the INTEGER, `issuer` the whole Name, `public_key` the
    SubjectPublicKeyInfo.
    """

    der: bytes
    signed: bytes
    serial: bytes
    issuer: bytes
    public_key: bytes

    @property
    def key_hash(self) -> bytes:
        """What names the key: SHA-256 of the SubjectPublicKeyInfo."""
        return hashlib.sha256(self.public_key).digest()


def offered(encoded: bytes) -> Offered:
    """What has the outline of a certificate. Raises TooLarge, Malformed or one of UNREADABLE."""
    if len(encoded) > LARGEST_CERTIFICATE:
        raise TooLarge
    (outer,) = der.read(encoded, SEQUENCE)
    signed, _label, _signature = der.read(outer.content, SEQUENCE, SEQUENCE, BIT_STRING)
    _, serial, _, issuer, _, _, key, *_ = der.read(
        signed.content,
        (VERSION, ABSENT),
        INTEGER,
        *[SEQUENCE] * 5,
        *[(tag, ABSENT) for tag in (ISSUER_ID, SUBJECT_ID, EXTENSIONS)],
    )
    return Offered(encoded, signed.whole, serial.content, issuer.whole, key.whole)


def read(encoded: bytes) -> x509.Certificate:
    """A certificate of good form. Raises TooLarge or Malformed."""
    try:
        outline, certificate = offered(encoded), x509.Certificate.load(encoded, strict=True)
        demand(der.is_der(encoded))
        check_form(certificate)
        # The parser takes a length that ends in 0x80 for an indefinite one, writes what has it anew, its faults
        # mended, and would check the issuer's signature over that.
        demand(certificate.dump() == encoded)
        demand(certificate["tbs_certificate"].dump() == outline.signed)
        demand(certificate.public_key.dump() == outline.public_key)
    except UNREADABLE:
        raise Malformed from None
    return certificate


def check_form(certificate: x509.Certificate) -> None:
    """Raise Malformed unless a certificate, known to be DER, can be read in one way only.

    What its issuer did not sign, the algorithm outside (RFC 5280, section 4.1.1.2) and the count of unused bits
    before the signature, must be as any issuer writes it.
    """
    demand(certificate.native)  # parses it to the last byte, here and not later
    extensions = [extension["extn_id"].dotted for extension in certificate["tbs_certificate"]["extensions"]]
    demand(len(extensions) == len(set(extensions)))  # RFC 5280, section 4.2
    demand(certificate["signature_algorithm"].dump() == certificate["tbs_certificate"]["signature"].dump())
    demand(certificate["signature_value"].contents.startswith(b"\0"))


def key_identifier(encoded: bytes) -> bytes | None:
    """The subject key identifier that a certificate gives itself. Raises one of UNREADABLE."""
    found: bytes | None = x509.Certificate.load(encoded).key_identifier
    return found
