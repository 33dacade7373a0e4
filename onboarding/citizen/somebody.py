"""Whether somebody is signed in in this browser; never who. Other rooms ask `app.extensions["signed_in"]`."""

from flask import current_app, session

from onboarding.accounts import sessions
from onboarding.db import current_session
from onboarding.web import requests
from onboarding.web.cookie import read_cookie


def signed_in() -> bool:
    """Whether a sign-in is open here. It is looked at only: nothing is written, and no issuer is asked about it.

    A browser in which nobody ever was signed in is not looked up.
    """
    if session.new or read_cookie("browser") is None:
        return False
    now, settings = requests.now(), current_app.extensions["settings"]
    return sessions.find(current_session(), now, settings, session.token) is not None  # type: ignore[attr-defined]
