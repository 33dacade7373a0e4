"""What an issuer's signing certificates look like, as data."""

from dataclasses import dataclass, field

from asn1crypto import x509

from onboarding.signatures.issuers.sources import Sources


@dataclass(frozen=True)
class Profile:
    """The rules for one issuer's certificates, by asn1crypto's names of the usages.

    A certificate must state a key usage and have one of `key_usages`; if it states extended key usages, one
    of `extended_usages` must be among them. `name` is also the issuer's folder in the trust folder.
    `sources` are where its word about revocation is fetched.
    """

    name: str
    key_usages: frozenset[str]
    extended_usages: frozenset[str]
    sources: Sources = field(default=Sources(), kw_only=True)

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
