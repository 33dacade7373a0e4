"""What services are told of a citizen: the pairwise `sub`, the ID token, the claims of each scope."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from onboarding.accounts import jose, worth
from onboarding.accounts.grants import Standing
from onboarding.accounts.jose import seconds
from onboarding.accounts.people import Account
from onboarding.accounts.signing_keys import SigningKey
from onboarding.accounts.subjects import session, subject
from onboarding.config import Settings
from onboarding.db import Db

__all__ = ["ID_TOKEN_LIFE", "SUPPORTED", "half_hash", "id_token", "of_scopes", "seconds", "subject"]

ID_TOKEN_LIFE = timedelta(seconds=120)  # P43
SUPPORTED = ("sub", "sid", "name", "phone_number", "phone_number_verified", "national_id", "national_id_confirmed")


def id_token(
    db: Db, now: datetime, settings: Settings, key: SigningKey, grant: Standing, access_token: str
) -> str:
    """The signed word on who has signed in, when and how (OpenID Connect Core, 2)."""
    acr = worth.acr(grant.how)
    told: dict[str, Any] = {
        "iss": settings.public_url,
        "sub": subject(db, grant.sector, grant.account_id),
        "aud": str(grant.client_id),
        "sid": session(db, grant.client_id, grant.sign_in_id),
        "iat": seconds(now),
        "exp": seconds(now + ID_TOKEN_LIFE),
        "auth_time": seconds(grant.started_at),
        "acr": acr,
        "amr": worth.AMR[acr],
        "at_hash": half_hash(access_token),
    }
    if grant.nonce is not None:
        told["nonce"] = grant.nonce
    return jose.sign(key, told)


def half_hash(token: str) -> str:
    """`at_hash` of a token under ES256 and RS256 (3.1.3.6): the left half of its SHA-256."""
    half = hashlib.sha256(token.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def of_scopes(account: Account, scopes: list[str]) -> dict[str, Any]:
    """The claims that these scopes stand for. An id number may be the citizen's own word alone, and says so."""
    told: dict[str, Any] = {}
    if "profile" in scopes:
        told["name"] = account.name
    if "phone" in scopes and account.numbers:
        told |= {"phone_number": account.numbers[0].number, "phone_number_verified": True}
    if "national_id" in scopes and account.national_id:
        told |= {"national_id": account.national_id, "national_id_confirmed": account.confirmed_id}
    return told
