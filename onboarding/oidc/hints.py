"""ID tokens of ours that come back as hints of whom a service means (OpenID Connect Core, 3.1.2.1)."""

from flask import current_app

from onboarding.accounts import signing_keys
from onboarding.accounts.clients import Client
from onboarding.accounts.sessions import SignIn
from onboarding.db import current_session
from onboarding.oidc import claims, jose


def read(token: str | None) -> jose.Claims | None:
    """What an ID token of ours says, however old it is; None for everything else."""
    keys = [key.opened().as_dict(private=False) for key in signing_keys.published(current_session())]
    told = jose.verified(token, keys) if token else None
    return told if told and told.get("iss") == current_app.extensions["settings"].public_url else None


def fits(client: Client, sign_in: SignIn | None, token: str | None) -> bool:
    """Whether a hint means whoever is signed in here; without a hint, anybody is meant."""
    if token is None:
        return True
    told = read(token)
    if told is None or told.get("aud") != str(client.id) or sign_in is None:
        return False
    return bool(told.get("sub") == claims.subject(current_session(), client, sign_in.account_id))
