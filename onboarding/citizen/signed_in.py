"""Who is signed in: Flask-Login asks here, with the token in the browser's cookie."""

from flask import Request, current_app, session

from onboarding.accounts import sessions
from onboarding.accounts.sessions import SignIn
from onboarding.db import current_session


def of_request(request: Request) -> SignIn | None:
    """The sign-in of this browser, kept from falling asleep by this very click (P23)."""
    settings, now = current_app.extensions["settings"], current_app.extensions["clock"].now()
    sign_in = sessions.find(current_session(), now, settings, session.token)  # type: ignore[attr-defined]
    if sign_in is not None and now - sign_in.last_seen_at >= sessions.TOUCH:
        if request.method == "POST":
            sessions.touch(current_session(), now, sign_in)
        else:
            with current_app.extensions["database"].transaction() as db:
                sessions.touch(db, now, sign_in)
    return sign_in
