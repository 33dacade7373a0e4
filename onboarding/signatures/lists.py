"""Revocation lists (RFC 5280, section 5) as nearly all are: whole, and signed by the authority they speak for.

By `cryptography`, which finds a serial number among hundreds of thousands in milliseconds. Partial, indirect and
delta lists are left to the library that builds paths (`path.check_revocation`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from onboarding.signatures.ocsp import Unusable, check_signed
from onboarding.signatures.refusals import UNREADABLE


@dataclass(frozen=True, eq=False)
class WholeList:
    """One authority's list, its signature checked. `authority` is that one's `name_and_key`."""

    entries: x509.CertificateRevocationList
    authority: bytes
    made: datetime
    ends: datetime

    def current(self, now: datetime) -> bool:
        """Whether the list counts now, without tolerance in time."""
        return self.made <= now <= self.ends

    def names(self, serial: int) -> bool:
        """Whether this serial number is on it, whatever the date or reason."""
        return self.entries.get_revoked_certificate_by_serial_number(serial) is not None


def read(der: bytes, authority: asn1_x509.Certificate) -> WholeList | None:
    """The list in some DER; None where it is not a whole list of this authority, by its hand, with an end."""
    try:
        found, signer = x509.load_der_x509_crl(der), x509.load_der_x509_certificate(authority.dump())
        if any(map(makes_less, found.extensions)) or found.issuer != signer.subject or not may_sign(signer):
            return None
        check_signed(signer, found.signature_algorithm_oid, found.signature, found.tbs_certlist_bytes)
        made, ends = found.last_update_utc, found.next_update_utc
    except (Unusable, x509.DuplicateExtension, *UNREADABLE):
        return None
    return WholeList(found, name_and_key(authority), made, ends) if ends else None


def makes_less(extension: x509.Extension[x509.ExtensionType]) -> bool:
    """Whether a list with this extension may be less than a whole one, or something that is not known here."""
    return extension.critical or isinstance(
        extension.value, x509.IssuingDistributionPoint | x509.DeltaCRLIndicator
    )


def may_sign(authority: x509.Certificate) -> bool:
    """Whether the authority's own certificate lets it sign revocation lists."""
    try:
        return authority.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def name_and_key(authority: asn1_x509.Certificate) -> bytes:
    """Who an authority is, whichever of its certificates says so: a hash."""
    return hashlib.sha256(authority.subject.dump() + authority.public_key.dump()).digest()
