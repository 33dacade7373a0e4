"""The public keys of a service that signs its assertions: checked when they are registered (RFC 7517, P35)."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from onboarding.accounts.clients import WrongClient
from onboarding.resources import N_

MOST = 10
LEAST = 342  # base64url characters of a modulus of 2048 bits
TOO_WEAK = N_("EC keys are on P-256, P-384 or P-521; RSA keys have 2048 bits and e = 65537 or more.")
NOT_A_SET = N_("A key set has 1 to %(most)s keys.")
UNREADABLE = N_("A key of the set cannot be read.")
NO_KIND = N_("Keys must be EC or RSA keys.")
FAMILIES = {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)}
RSA: tuple[str, ...] = ("PS256", "RS256", "PS384", "RS384", "PS512", "RS512")


def checked(jwks: Any) -> dict[str, Any]:
    """The key set, public parts only. Raises WrongClient for keys that nobody should rely on."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST or not all(isinstance(key, dict) for key in keys):
        raise WrongClient(NOT_A_SET, most=MOST)
    try:
        return {"keys": [read(key).as_dict(private=False) for key in keys]}
    except (JoseError, ValueError, TypeError, KeyError):
        raise WrongClient(UNREADABLE) from None


def checked_text(text: str) -> dict[str, Any]:
    """The key set that a text says, checked as above."""
    try:
        return checked(json.loads(text))
    except (ValueError, RecursionError):
        raise WrongClient(UNREADABLE) from None


def read(data: dict[str, Any]) -> ECKey | RSAKey:
    """One key. Raises WrongClient unless it is of a kind and size that is taken."""
    if data.get("kty") not in ("EC", "RSA"):
        raise WrongClient(NO_KIND)
    if data["kty"] == "RSA" and len(str(data.get("n"))) < LEAST:
        raise WrongClient(TOO_WEAK)
    key = import_key(data)
    assert isinstance(key, ECKey | RSAKey)
    if not algorithms(key):
        raise WrongClient(TOO_WEAK)
    return key


def algorithms(key: ECKey | RSAKey) -> tuple[str, ...]:
    """What may be signed with a key: one algorithm where it names one, else those of its kind (rule R43)."""
    able: tuple[str, ...]
    if isinstance(key, ECKey):
        able = FAMILIES.get(key.curve_name, ())
    else:
        public = key.public_key
        assert isinstance(public, RSAPublicKey)
        able = RSA if public.key_size >= 2048 and public.public_numbers().e >= 65537 else ()
    named = key.get("alg")
    return able if named is None else tuple(one for one in able if one == named)
