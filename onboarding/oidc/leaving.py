"""Signing out at a service's wish (OpenID Connect RP-Initiated Logout 1.0): the citizen is asked (rule R45)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import clients
from onboarding.db import current_session
from onboarding.oidc import hints
from onboarding.oidc.pages import me
from onboarding.web.headers import allow_forms_to
from onboarding.web.requests import origin_of

leaving = Blueprint("leaving", __name__, url_prefix="/oidc")


@leaving.get("/end-session")
def end_session() -> ResponseReturnValue:
    """Ask whether to sign out here too; then it goes on to the service's own address, if it has named one.

    The wish comes by a GET, and a GET signs nobody out: a link or picture of any site could send it.
    """
    told = hints.read(request.args.get("id_token_hint")) or {}
    wish = {
        "client_id": str(told.get("aud") or request.args.get("client_id", "")),
        "onward": request.args.get("post_logout_redirect_uri", ""),
        "state": request.args.get("state", ""),
    }
    target = clients.logout_address(current_session(), **wish)
    if me() is None:
        return redirect(target or url_for("portal.page"), 303)
    if target:
        allow_forms_to(origin_of(target))
    client = clients.find(current_session(), wish["client_id"])
    return render_template("oidc/end-session.html", client=client, wish=wish if target else {})
