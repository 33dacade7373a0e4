"""Who may open the steps that change an account: who is signed in, and has lately proven who they are (P25)."""

from typing import cast

from flask import redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from onboarding.accounts import journeys, sessions
from onboarding.accounts.sign_ins import SignIn
from onboarding.journey.visit import Visit
from onboarding.work import current_session


def me() -> SignIn:
    """The sign-in of this request with its account, for steps that change something about them."""
    return sessions.mine(current_session(), cast(SignIn, current_user))


def recognise() -> bool:
    """Whether somebody is signed in here, looked for now: from here on it is known."""
    return bool(current_user.is_authenticated)


def turned_away(visit: Visit) -> Response | None:
    """Where somebody is sent who came to this step and may not open it: to sign in, or to confirm who they are.

    Whom nothing has led here does not come to this: they go to where they stand, as everywhere.
    """
    if visit.step.only_for is None or not visit.may_open():
        return None
    if not current_user.is_authenticated or not me().is_open(visit.now, visit.settings):
        return redirect(url_for("citizen.account"), 303)
    if visit.step.only_for == "just-proven" and not me().just_proven(visit.now, visit.settings):
        return redirect(url_for("journey.step", name="confirm", aim=visit.step.name), 303)
    return None


class Overtaken(Exception):
    """While somebody outside was asked, the journey went on elsewhere, or whoever sits here was signed out."""


def come_back(visit: Visit) -> None:
    """Find the journey again after a time in which nothing was held: what came of it counts for this page only.

    Raises Overtaken where this is not the page any more on which its person stands.
    """
    earlier, trail = visit.journey_id, visit.trail
    visit.adopt(journeys.find(visit.db, visit.token_hash, lock=True))
    if visit.journey_id != earlier or visit.finished or visit.trail != trail or turned_away(visit):
        raise Overtaken
