"""Proof kind `jws`: a compact JWS (RFC 7515) over the challenge, as VGCA's SignJson is thought to give it.

No manual of that answer is public. What is taken: `header.payload.signature` in strict base64url, the payload
the challenge to the byte or, as its option DetachPayload has it, left out (appendix F); PS, RS or ES by the
signer's key; the signer's certificate first in `x5c`. Nothing else in the header is used: no key, address or
key id in it leads anywhere, and an extension that must be understood (`crit`, `b64`) is refused.
"""

import hmac
from dataclasses import dataclass
from typing import Any

from onboarding.signatures import algorithms, jose
from onboarding.signatures.certificate import Offered, offered
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.proof import LONGEST_PROOF, MOST_CERTIFICATES
from onboarding.signatures.refusals import UNREADABLE, Malformed, TooLarge, WrongContent, demand


@dataclass(frozen=True)
class JwsProof:
    """A JWS, parsed. `header` is as it came; `payload` is empty where the signed text stands beside it."""

    certificate: Offered
    scheme: algorithms.Scheme
    header: str
    payload: bytes
    signature: bytes

    def check(self, challenge: Challenge) -> None:
        """Raise WrongContent, BadSignature or WeakAlgorithm unless exactly this challenge was signed."""
        text = challenge.text().encode("ascii")
        if self.payload and not hmac.compare_digest(self.payload, text):
            raise WrongContent
        signed = f"{self.header}.{jose.base64url(text)}".encode("ascii")
        jose.verify(self.certificate.public_key, self.scheme, self.signature, signed)


def parse(text: str) -> JwsProof:
    """Read a compact JWS.

    Raises:
        TooLarge, Malformed, WeakAlgorithm: see there.
    """
    if len(text) > LONGEST_PROOF:
        raise TooLarge
    try:
        header, payload, signature = text.split(".")
        found = jose.read_object(jose.from_base64url(header).decode())
        demand(not found.keys() & {"crit", "b64"})
        return JwsProof(
            certificate=offered(jose.from_base64(first_of(found.get("x5c")))),
            scheme=jose.scheme(jose.text_in(found, "alg")),
            header=header,
            payload=jose.from_base64url(payload),
            signature=jose.from_base64url(signature),
        )
    except UNREADABLE:
        raise Malformed from None


def first_of(certificates: Any) -> str:
    """The signer's certificate in an `x5c` (section 4.1.6). Raises Malformed unless that is a few texts."""
    demand(isinstance(certificates, list) and 1 <= len(certificates) <= MOST_CERTIFICATES)
    demand(all(isinstance(one, str) for one in certificates))
    return str(certificates[0])
