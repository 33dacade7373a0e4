"""What an issuer's signing certificates look like, as data."""

from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509

from onboarding.signatures.algorithms import HASHES, LEAST_RSA_BITS
from onboarding.signatures.issuers.sources import Sources


@dataclass(frozen=True)
class Profile:
    """The rules for one issuer's certificates, by asn1crypto's names of the usages.

    A certificate must state a key usage and have one of `key_usages`; if it states extended key usages, one
    of `extended_usages` must be among them. `name` is also the issuer's folder in the trust folder.
    RSA keys, the authorities' as well, have `least_rsa_bits`. Certificates, and lists of the trust folder, signed
    over SHA-1 are taken until `sha1_until` (aware), where an issuer still has some; signatures of citizens never.
    `sources` are where its word about revocation is fetched.
    """

    name: str
    key_usages: frozenset[str]
    extended_usages: frozenset[str]
    least_rsa_bits: int = LEAST_RSA_BITS
    sha1_until: datetime | None = None
    sources: Sources = field(default_factory=Sources)

    def takes_hash(self, name: str, now: datetime) -> bool:
        """Whether a certificate may be signed over this hash at this time (P35)."""
        return name in HASHES or (name == "sha1" and bool(self.exceptions_end(now)))

    def exceptions_end(self, now: datetime) -> list[datetime]:
        """When what is taken now by way of exception will be taken no more; empty where nothing is."""
        return [self.sha1_until] if self.sha1_until is not None and now <= self.sha1_until else []

    def allows(self, certificate: x509.Certificate) -> bool:
        """Whether a citizen may sign in with this certificate; with one that signs certificates never."""
        usages = certificate.key_usage_value
        extended = certificate.extended_key_usage_value
        return (
            not certificate.ca
            and usages is not None
            and "key_cert_sign" not in usages.native
            and bool(self.key_usages & usages.native)
            and (extended is None or bool(self.extended_usages & set(extended.native)))
        )
