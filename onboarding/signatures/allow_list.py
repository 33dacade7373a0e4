"""Keys, hashes and signature schemes within a path: the allow-list (P35), with the issuer's dated exceptions."""

from datetime import datetime

from asn1crypto import algos, keys
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint, AlgorithmUsagePolicy
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from onboarding.signatures import algorithms
from onboarding.signatures.issuers.profile import Profile
from onboarding.signatures.refusals import UNREADABLE, Refusal

FAMILIES = {"rsassa_pkcs1v15", "rsassa_pss", "ecdsa"}


class AllowList(AlgorithmUsagePolicy):
    """What one issuer's certificates may be signed with; the validator asks for each signature of a path."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Whether a hash may be used at `moment`."""
        allowed = moment is not None and self.profile.takes_hash(algo["algorithm"].native, moment)
        return AlgorithmUsageConstraint(allowed)

    def signature_algorithm_allowed(
        self, algo: algos.SignedDigestAlgorithm, moment: datetime | None, public_key: keys.PublicKeyInfo | None
    ) -> AlgorithmUsageConstraint:
        """Whether a signature may be of this scheme, at `moment`, by this authority's key."""
        if moment is None or public_key is None:
            return AlgorithmUsageConstraint(allowed=False)
        try:
            algorithms.load(public_key.dump(), self.profile.least_rsa_bits)
            allowed = algo.signature_algo in FAMILIES and self.profile.takes_hash(algo.hash_algo, moment)
        except (Refusal, *UNREADABLE):
            allowed = False
        return AlgorithmUsageConstraint(allowed)


class AllowedSignatures(DefaultSignatureValidator):
    """Holds revocation lists to the allow-list too, for whose signatures the validator asks no policy."""

    def __init__(self, allowed: AllowList, moment: datetime) -> None:
        self.allowed, self.moment = allowed, moment

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Raise InvalidSignature unless the signature is allowed and right."""
        if not self.allowed.signature_algorithm_allowed(signature_algorithm, self.moment, public_key_info).allowed:
            raise InvalidSignature
        super().validate_signature(signature, signed_data, public_key_info, signature_algorithm, context)
