"""A JSON Web Signature (RFC 7515) in compact form with the certificate in it, as VGCA's SignJson gives it."""

import base64
import json

from onboarding.token_agent.signer import Signer


def compact(signer: Signer, content: bytes, *, pss: bool, detached: bool) -> str:
    """The JWS over the content; PS256 instead of RS256 where `pss`, the payload left out where `detached`."""
    algorithm = "PS256" if pss and signer.algorithm == "RS256" else signer.algorithm
    header = {"alg": algorithm, "x5c": [base64.b64encode(signer.certificate).decode()]}
    head, payload = base64url(json.dumps(header).encode()), base64url(content)
    signature = base64url(signer.sign(f"{head}.{payload}".encode(), algorithm))
    return f"{head}.{'' if detached else payload}.{signature}"


def base64url(data: bytes) -> str:
    """Base64 for addresses, without its padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
