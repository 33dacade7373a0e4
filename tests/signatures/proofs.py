"""Proofs of the kinds that are not CMS, put together from their parts by a card."""

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from onboarding.signatures.challenge import Challenge
from tests.signatures.cards import HASHES, Card


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def sign(signer: Card, algorithm: str, message: bytes) -> bytes:
    """A signature as JOSE writes it."""
    digest = HASHES[f"sha{algorithm[2:]}"]
    if not isinstance(signer.key, rsa.RSAPrivateKey):
        half = (signer.key.curve.key_size + 7) // 8
        pair = decode_dss_signature(signer.sign(message, digest.name))
        return b"".join(number.to_bytes(half, "big") for number in pair)
    if algorithm.startswith("PS"):
        return signer.key.sign(message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return signer.sign(message, digest.name)


def web_eid(signer: Card, challenge: Challenge, made_by: str = "RS256", **instead: Any) -> str:
    """A Web eID token, with other fields where the test says so; a field that is None is left out."""
    origin, nonce = (
        hashlib.new(f"sha{made_by[2:]}", part.encode()).digest() for part in (challenge.origin, challenge.nonce)
    )
    fields = {
        "unverifiedCertificate": base64_of(signer.der),
        "algorithm": made_by,
        "signature": base64_of(sign(signer, made_by, origin + nonce)),
        "format": "web-eid:1.0",
        "appVersion": "https://web-eid.eu/web-eid-app/releases/2.5.0+0",
    }
    return json.dumps({name: value for name, value in (fields | instead).items() if value is not None})


def jws(
    signer: Card, payload: bytes, made_by: str = "RS256", *, beside: bool = False, raw: str = "", **header: Any
) -> str:
    """A compact JWS; `beside` leaves the payload out, `raw` is the header's own JSON."""
    protected = {"alg": made_by, "x5c": [base64_of(signer.der)]} | header
    first = base64url((raw or json.dumps(protected)).encode())
    signature = sign(signer, made_by, f"{first}.{base64url(payload)}".encode())
    return f"{first}.{'' if beside else base64url(payload)}.{base64url(signature)}"


def bare(signer: Card, content: bytes, **instead: Any) -> str:
    """The reply with a bare RSA signature."""
    reply = {"Status": 0, "Signature": base64_of(signer.sign(content)), "CertBase64": base64_of(signer.der)}
    return json.dumps(reply | instead)
