"""The token endpoint's two grants: a code for the first tokens, a refresh token for the next (P42, RFC 6749).

Each gives tokens or the error to be told. Nothing raises: a code that was tried is used up, and that must stay.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from onboarding.accounts import grants, tokens
from onboarding.accounts.clients import Client
from onboarding.accounts.grants import Standing
from onboarding.accounts.tokens import REFRESH, Issued
from onboarding.db import Db

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
Given = tuple[Standing, Issued]


def by_code(db: Db, now: datetime, client: Client, sent: Mapping[str, str]) -> Given | str:
    """The first tokens, for a code of this client from its address with the right verifier (RFC 7636)."""
    grant = grants.of_code(db, sent.get("code", ""))
    if grant is None or not grants.take_code(db, now, client, grant):
        return "invalid_grant"
    if sent.get("redirect_uri") != grant.redirect_uri or not fits(sent.get("code_verifier", ""), grant):
        grants.end(db, now, grant, "wrong-verifier")
        return "invalid_grant"
    return grant, tokens.issue(db, now, grant, grant.scopes)


def fits(verifier: str, grant: Standing) -> bool:
    """Whether the verifier is the one whose challenge came with the request."""
    if not VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, grant.code_challenge.encode())


def by_refresh(db: Db, now: datetime, client: Client, sent: Mapping[str, str]) -> Given | str:
    """The next tokens; never for more than the citizen has agreed to (attack D20)."""
    token = tokens.find(db, sent.get("refresh_token", ""), REFRESH)
    if token is None or not client.refreshes:
        return "invalid_grant"
    scopes = sent["scope"].split() if "scope" in sent else token.grant.scopes
    if not scopes or not set(scopes) <= set(token.grant.scopes):
        return "invalid_scope"
    if not tokens.take(db, now, client, token):
        return "invalid_grant"
    return token.grant, tokens.issue(db, now, token.grant, scopes)
