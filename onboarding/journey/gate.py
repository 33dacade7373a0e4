"""Who may open the steps that change an account: who is signed in, and has lately proven who they are (P25)."""

from typing import cast

from flask import redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from onboarding.accounts.sessions import SignIn
from onboarding.journey.visit import Visit


def me() -> SignIn:
    """The sign-in of this request."""
    return cast(SignIn, current_user)


def turned_away(visit: Visit) -> Response | None:
    """Where somebody is sent who may not open this step: to sign in, or to confirm that it is them."""
    if visit.step.only_for is None:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("citizen.account"), 303)
    if visit.step.only_for == "just-proven" and not me().just_proven(visit.now, visit.settings):
        return redirect(url_for("journey.step", name="confirm", aim=visit.step.name), 303)
    return None
