"""Proof kind `web-eid`: the authentication token of Web eID, format `web-eid:1`.

The key signs the hash of the origin followed by the hash of the nonce, both as text. The browser's extension
puts the origin in, not the page, so this proof is bound to where the citizen truly is (rule R39). Portal,
purpose and times of the challenge are not in the signature: they hang on the nonce.
"""

import re
from dataclasses import dataclass

from onboarding.signatures import algorithms, jose
from onboarding.signatures.certificate import Offered, offered
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import UNREADABLE, Malformed, TooLarge, demand

SHORTEST, LONGEST = 100, 10_000  # characters (P34)
FORMAT = re.compile(r"web-eid:1(\.[0-9]{1,3})?")


@dataclass(frozen=True)
class WebEidToken:
    """A token, parsed. `appVersion` and what later versions add is not looked at, as Web eID says."""

    certificate: Offered
    scheme: algorithms.Scheme
    signature: bytes

    def check(self, challenge: Challenge) -> None:
        """Raise BadSignature or WeakAlgorithm unless this challenge's origin and nonce were signed."""
        origin, nonce = (
            algorithms.digest(self.scheme.digest, part.encode()) for part in (challenge.origin, challenge.nonce)
        )
        jose.verify(self.certificate.public_key, self.scheme, self.signature, origin + nonce)


def parse(text: str) -> WebEidToken:
    """Read a token.

    Raises:
        TooLarge, Malformed, WeakAlgorithm: see there.
    """
    if len(text) > LONGEST:
        raise TooLarge
    demand(len(text) >= SHORTEST)
    try:
        token = jose.read_object(text)
        demand(FORMAT.fullmatch(jose.text_in(token, "format")))
        return WebEidToken(
            certificate=offered(jose.from_base64(jose.text_in(token, "unverifiedCertificate"))),
            scheme=jose.scheme(jose.text_in(token, "algorithm")),
            signature=jose.from_base64(jose.text_in(token, "signature")),
        )
    except UNREADABLE:
        raise Malformed from None
