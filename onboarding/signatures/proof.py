"""What every kind of proof gives, whatever its form."""

from typing import Protocol

from onboarding.signatures.certificate import Offered
from onboarding.signatures.challenge import Challenge

LONGEST_PROOF = 65_536  # characters (P34)
MOST_CERTIFICATES = 10  # that come along with a proof


class Proof(Protocol):
    """A parsed, not yet checked, answer of a signing program."""

    @property
    def certificate(self) -> Offered:
        """The signer's certificate, not checked in any way."""
        ...

    def check(self, challenge: Challenge) -> None:
        """Raise a Refusal unless the certificate's key signed exactly this challenge."""
        ...
