"""Revocation lists (RFC 5280, section 5) signed by the authority they speak for.

By `cryptography`, which finds a serial number among hundreds of thousands in milliseconds. What a list names
counts against a certificate. Silence is a good word of whole lists only; the others, and those of another signer,
are weighed by the library that builds paths (`path.check_revocation`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509

from onboarding.signatures.ocsp import Unusable, check_signed
from onboarding.signatures.refusals import UNREADABLE

LESS = (x509.IssuingDistributionPoint, x509.DeltaCRLIndicator, x509.FreshestCRL)


@dataclass(frozen=True, eq=False)
class RevocationList:
    """One authority's list, its signature checked. `authority` is that one's `name_and_key`.

    `whole` unless it is about some certificates or reasons only, a delta list, or points to one.
    """

    entries: x509.CertificateRevocationList
    authority: bytes
    whole: bool
    made: datetime
    ends: datetime

    def current(self, now: datetime) -> bool:
        """Whether the list counts now, without tolerance in time."""
        return self.made <= now <= self.ends

    def names(self, serial: int) -> bool:
        """Whether this serial number is on it, whatever the date or reason, but to say that it is so no more."""
        entry = self.entries.get_revoked_certificate_by_serial_number(serial)
        return entry is not None and not removed(entry)


def read(der: bytes, authority: asn1_x509.Certificate) -> RevocationList | None:
    """The list in some DER; None where it is not about this authority's certificates, by its hand, with an end."""
    try:
        found, signer = x509.load_der_x509_crl(der), x509.load_der_x509_certificate(authority.dump())
        if any(map(is_strange, found.extensions)) or found.issuer != signer.subject or not may_sign(signer):
            return None
        check_signed(signer, found.signature_algorithm_oid, found.signature, found.tbs_certlist_bytes)
        whole = not any(isinstance(one.value, LESS) for one in found.extensions)
        made, ends = found.last_update_utc, found.next_update_utc
    except (Unusable, x509.DuplicateExtension, *UNREADABLE):
        return None
    return RevocationList(found, name_and_key(authority), whole, made, ends) if ends else None


def is_strange(extension: x509.Extension[x509.ExtensionType]) -> bool:
    """Whether a list with this extension is about others' certificates, or something that is not known here."""
    if isinstance(extension.value, x509.IssuingDistributionPoint):
        return extension.value.indirect_crl or extension.value.only_contains_attribute_certs
    return extension.critical and not isinstance(extension.value, LESS)


def removed(entry: x509.RevokedCertificate) -> bool:
    """Whether a delta list says that a certificate is revoked no more."""
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.remove_from_crl


def may_sign(authority: x509.Certificate) -> bool:
    """Whether the authority's own certificate lets it sign lists, and also what they are about."""
    try:
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.crl_sign and usage.key_cert_sign


@lru_cache(maxsize=1_000)
def name(authority: asn1_x509.Certificate) -> bytes:
    """An authority's name as it is written."""
    written: bytes = authority.subject.dump()
    return written


@lru_cache(maxsize=1_000)
def name_and_key(authority: asn1_x509.Certificate) -> bytes:
    """Who an authority is, whichever of its certificates says so: a hash."""
    return hashlib.sha256(name(authority) + authority.public_key.dump()).digest()


def addresses(certificate: asn1_x509.Certificate) -> list[str]:
    """Where a certificate says that its authority's lists are."""
    return [point.url for point in certificate.crl_distribution_points if point.url]
