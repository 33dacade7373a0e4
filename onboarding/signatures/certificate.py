"""The signer's certificate as it comes along with a proof: its form, before anything in it is believed."""

from asn1crypto import x509

from onboarding.signatures.der import is_der
from onboarding.signatures.refusals import UNREADABLE, Malformed, TooLarge, demand

LARGEST_CERTIFICATE = 16_384  # bytes (P34)


def read(der: bytes) -> x509.Certificate:
    """A certificate of good form. Raises TooLarge or Malformed."""
    try:
        certificate = x509.Certificate.load(der, strict=True)
        check_form(certificate)
    except UNREADABLE:
        raise Malformed from None
    return certificate


def check_form(certificate: x509.Certificate) -> None:
    """Raise TooLarge or Malformed unless the certificate has a sensible size and can be read in one way only.

    What its issuer did not sign, the algorithm outside (RFC 5280, section 4.1.1.2) and the count of unused bits
    before the signature, must be as any issuer writes it.
    """
    if len(certificate.dump()) > LARGEST_CERTIFICATE:
        raise TooLarge
    demand(is_der(certificate.dump()))
    demand(certificate.native)  # parses it to the last byte, here and not later
    extensions = [extension["extn_id"].dotted for extension in certificate["tbs_certificate"]["extensions"]]
    demand(len(extensions) == len(set(extensions)))  # RFC 5280, section 4.2
    demand(certificate["signature_algorithm"].dump() == certificate["tbs_certificate"]["signature"].dump())
    demand(certificate["signature_value"].contents.startswith(b"\0"))
