"""Signing out at a service's wish (OpenID Connect RP-Initiated Logout 1.0): the citizen is asked (rule R45)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import clients
from onboarding.oidc import hints
from onboarding.oidc.pages import me
from onboarding.web.headers import allow_forms_to
from onboarding.web.requests import origin_of
from onboarding.work import current_session

leaving = Blueprint("leaving", __name__, url_prefix="/oidc")


@leaving.get("/end-session")
def end_session() -> ResponseReturnValue:
    """Ask whether to sign out here too; then it goes on to the service's own address, if it has named one.

    The wish comes by a GET, and a GET signs nobody out: a link or picture of any site could send it.
    """
    wish = {
        "client_id": whose(),
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


def whose() -> str:
    """The `client_id` of the service whose wish it is; empty where its hint is none, or another service's."""
    hint, named = request.args.get("id_token_hint"), request.args.get("client_id", "")
    if hint is None:
        return named
    hinted = str((hints.read(hint) or {}).get("aud", ""))
    return hinted if named in ("", hinted) else ""
