"""Signed tokens (RFC 7515, 7519) read strictly and made: the one place where a JWS comes in (rule R43).

The signature itself is joserfc's part. Before it looks, the text has our shape: short, three parts in plain
base64url, no member of a JSON object twice, no extension. Keys are those handed in: what a header says of keys
other than their name is never looked at.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from onboarding import strict_json
from onboarding.accounts.client_keys import algorithms, read
from onboarding.accounts.signing_keys import SigningKey

LONGEST = 16 * 1024
SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
Claims = dict[str, Any]


def sign(key: SigningKey, claims: Claims, kind: str = "JWT") -> str:
    """A token over these claims; `kind` becomes its `typ`."""
    header = {"alg": key.algorithm, "kid": key.kid, "typ": kind}
    return jwt.encode(header, claims, key.opened, [key.algorithm])


def seconds(time: datetime) -> int:
    """A time as a NumericDate (RFC 7519, section 2)."""
    return int(time.timestamp())


def verified(token: str, keys: Iterable[dict[str, Any]], kind: str | None = "JWT") -> Claims | None:
    """What is claimed in a token that one of these public keys has signed; None for all others.

    A token that says its `typ` has to say `kind`. Times and audience are the caller's to check.
    """
    return claims_of(token) if authentic(token, keys, kind) else None


def authentic(token: str, keys: Iterable[dict[str, Any]], kind: str | None = "JWT") -> bool:
    """Whether one of these public keys has signed a token of this kind, whatever it claims."""
    header = header_of(token)
    if header is None or header.get("typ", kind) != kind:
        return False
    candidates = [read(key) for key in keys if header.get("kid") in (None, key.get("kid"))]
    return any(signed(token, header["alg"], key) for key in candidates)


def header_of(token: str) -> Claims | None:
    """The header of a token in the shape that is taken here."""
    if len(token) > LONGEST or not SHAPE.fullmatch(token):
        return None
    header = json_object(token.partition(".")[0])
    if header is None or header.keys() & {"crit", "b64"} or not isinstance(header.get("alg"), str):
        return None
    return header


def claims_of(token: str) -> Claims | None:
    """What a token claims, unproven: good for finding out whose keys to try."""
    return json_object(token.split(".")[1]) if header_of(token) else None


def signed(token: str, algorithm: str, key: ECKey | RSAKey) -> bool:
    """Whether this key has signed a token by this algorithm, and may do so."""
    if algorithm not in algorithms(key):
        return False
    try:
        jws.deserialize_compact(token, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError):
        return False
    return True


def json_object(part: str) -> Claims | None:
    """The JSON object in one part of a token; None where it is none, or names a member twice."""
    try:
        text = base64.b64decode(part + "=" * (-len(part) % 4), b"-_", validate=True)
        if base64.urlsafe_b64encode(text).rstrip(b"=") != part.encode():
            return None
        return strict_json.json_object(text)
    except (binascii.Error, ValueError):
        return None
