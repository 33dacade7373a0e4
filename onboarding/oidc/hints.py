"""ID tokens of ours that come back as hints of whom a service means (OpenID Connect Core, 3.1.2.1)."""

from flask import current_app

from onboarding.accounts import jose, signing_keys
from onboarding.work import current_session


def read(token: str) -> jose.Claims | None:
    """What an ID token of ours says, however old it is; None for everything else."""
    told = jose.verified(token, [key.public() for key in signing_keys.published(current_session())])
    return told if told and told.get("iss") == current_app.extensions["settings"].public_url else None
