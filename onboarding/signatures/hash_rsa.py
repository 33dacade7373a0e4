"""Proof kind `hash-rsa`: a bare RSA signature, as VGCA's SignMsg gives it for a hash (`Encode` is `RSA`).

Off unless a deployment names it: the program was handed a hash and could not show what is signed, so a page
elsewhere could have a citizen sign our challenge, or anything else, without anybody seeing it.
"""

from dataclasses import dataclass

from onboarding.signatures import algorithms, jose
from onboarding.signatures.certificate import Offered, offered
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.proof import LONGEST_PROOF
from onboarding.signatures.refusals import UNREADABLE, Malformed, TooLarge

SCHEME = algorithms.Scheme("rsassa_pkcs1v15", "sha256")


@dataclass(frozen=True)
class BareSignature:
    """The program's reply, parsed."""

    certificate: Offered
    signature: bytes

    def check(self, challenge: Challenge) -> None:
        """Raise BadSignature or WeakAlgorithm unless exactly this challenge was signed."""
        text = challenge.text().encode("ascii")
        algorithms.verify(self.certificate.public_key, SCHEME, self.signature, text)


def parse(text: str) -> BareSignature:
    """Read the reply: JSON with `Signature` and `CertBase64`; what else is in it is not looked at.

    Raises:
        TooLarge, Malformed: see there.
    """
    if len(text) > LONGEST_PROOF:
        raise TooLarge
    try:
        reply = jose.read_object(text)
        return BareSignature(
            certificate=offered(jose.from_base64(jose.text_in(reply, "CertBase64"))),
            signature=jose.from_base64(jose.text_in(reply, "Signature")),
        )
    except UNREADABLE:
        raise Malformed from None
