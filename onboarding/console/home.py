"""The console's first page, staying on it, and leaving it."""

from typing import cast

from flask import Response, current_app, jsonify, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import audit, staff_sessions
from onboarding.accounts.staff import ROLES
from onboarding.console.guard import allow, console, me
from onboarding.web import requests
from onboarding.web.staying import staying
from onboarding.work import current_session


@console.get("/")
@allow(*ROLES)
def home() -> str:
    """What there is to do."""
    return render_template("console/home.html")


@console.post("/stay")
@allow(*ROLES)
def stay() -> Response:
    """Stay signed in: every click puts the end off, and this is one that changes nothing else."""
    now, settings = requests.now(), current_app.extensions["settings"]
    return jsonify(staying(now, me().open_until(settings)))


@console.post("/sign-out")
@allow(*ROLES)
def sign_out() -> ResponseReturnValue:
    """Sign out here, and leave nothing for whoever uses this browser next."""
    db, now = current_session(), requests.now()
    staff_sessions.end_all(db, now, me().staff, "signed-out")
    audit.record(db, now, me().staff, "staff-signed-out", "signed out")
    session.renew()  # type: ignore[attr-defined]
    response = redirect(url_for("console.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return cast(Response, response)
