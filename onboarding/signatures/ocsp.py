"""OCSP (RFC 6960, 8954), with the rules of P36: our own nonce, one answer, for exactly this certificate, fresh.

By `cryptography`, not by the library that builds paths: that one knows neither nonces nor an answer's age, takes
several answers in one, and tries another responder after "unknown".
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from onboarding.signatures import algorithms
from onboarding.signatures.refusals import UNREADABLE, Refusal, Revoked

OLDEST = timedelta(minutes=15)  # P36
SKEW = timedelta(seconds=60)  # P36
NONCE_BYTES = 32  # RFC 9654
MEDIA_TYPE = "application/ocsp-request"


class Unusable(Exception):
    """No word of the issuer: no answer, not by its responder, not to this question, or not fresh."""


class Unknown(Revoked):
    """The responder does not know the certificate: refused like a revoked one (P36)."""


@dataclass(frozen=True)
class Question:
    """Is this certificate of this authority revoked? Made once for each request."""

    certificate: x509.Certificate
    authority: x509.Certificate
    nonce: bytes

    @classmethod
    def of(cls, certificate: bytes, authority: bytes) -> "Question":
        """A question with a fresh nonce, about certificates in DER. Raises Unusable where they cannot be read."""
        load = x509.load_der_x509_certificate
        try:
            return cls(load(certificate), load(authority), secrets.token_bytes(NONCE_BYTES))
        except ValueError:
            raise Unusable from None

    def request(self) -> ocsp.OCSPRequest:
        """The request; SHA-1 names the authority in it, which every responder knows, and protects nothing."""
        builder = ocsp.OCSPRequestBuilder().add_certificate(self.certificate, self.authority, hashes.SHA1())  # noqa: S303
        return builder.add_extension(x509.OCSPNonce(self.nonce), critical=False).build()

    def good_until(self, answer: bytes, now: datetime) -> datetime:
        """Until when this answer says that the certificate is good.

        Raises:
            Revoked: the issuer says so, or does not know the certificate.
            Unusable: see there.
        """
        try:
            response = ocsp.load_der_ocsp_response(answer)
            return self.read(response, now)
        except Unusable:
            raise
        except (x509.ExtensionNotFound, x509.DuplicateExtension, UnsupportedAlgorithm, *UNREADABLE):
            raise Unusable from None

    def read(self, response: ocsp.OCSPResponse, now: datetime) -> datetime:
        """Whose answer, to what, says what, when: in this order, for a true "revoked" stays true for ever."""
        demand(response.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL)
        check_signature(response, self.authority, now)
        (answer,) = response.responses
        asked = self.request()
        named = (answer.hash_algorithm.name, answer.issuer_name_hash, answer.issuer_key_hash, answer.serial_number)
        wanted = (asked.hash_algorithm.name, asked.issuer_name_hash, asked.issuer_key_hash, asked.serial_number)
        demand(named == wanted)
        if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            raise Revoked
        demand(response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == self.nonce)
        demand(not any(extension.critical for extension in [*response.extensions, *response.single_extensions]))
        until = fresh_until(answer, now)
        if answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            raise Unknown
        return until


def demand(condition: object) -> None:
    """Raise Unusable unless `condition` holds."""
    if not condition:
        raise Unusable


def fresh_until(answer: ocsp.OCSPSingleResponse, now: datetime) -> datetime:
    """Until when an answer counts; Unusable unless that is so now."""
    made, ends = answer.this_update_utc, answer.next_update_utc
    demand(now - OLDEST <= made <= now + SKEW)
    demand(ends is None or ends >= now - SKEW)
    return min(made + OLDEST, ends or made + OLDEST)


def check_signature(response: ocsp.OCSPResponse, authority: x509.Certificate, now: datetime) -> None:
    """Raise Unusable unless the authority signed the answer, or somebody whom it lets sign answers."""
    if names(response, authority):
        signer = authority
    else:
        (signer,) = [found for found in response.certificates if names(response, found)]
        check_delegate(signer, authority, now)
    check_signed(signer, response.signature_algorithm_oid, response.signature, response.tbs_response_bytes)


def names(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    """Whether the answer says that this certificate's owner made it, by name or by the SHA-1 of the key."""
    if response.responder_key_hash is not None:
        digest = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
        return response.responder_key_hash == digest
    return response.responder_name == certificate.subject


def check_delegate(delegate: x509.Certificate, authority: x509.Certificate, now: datetime) -> None:
    """Raise Unusable unless this very authority made the certificate for signing answers, and it is valid now."""
    usages = delegate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    demand(ExtendedKeyUsageOID.OCSP_SIGNING in usages)
    demand(delegate.issuer == authority.subject)
    demand(delegate.not_valid_before_utc <= now <= delegate.not_valid_after_utc)
    check_signed(authority, delegate.signature_algorithm_oid, delegate.signature, delegate.tbs_certificate_bytes)


def check_signed(signer: x509.Certificate, label: x509.ObjectIdentifier, signature: bytes, content: bytes) -> None:
    """Raise Unusable unless the signer's key signed the content, by an algorithm of the allow-list (P35)."""
    key = signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        algorithms.verify(key, algorithms.LABELS[label.dotted_string], signature, content)
    except Refusal:
        raise Unusable from None
