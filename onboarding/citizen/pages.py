"""`/account`: what a citizen sees and may do when signed in."""

from functools import wraps
from typing import Any, cast
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user, logout_user

from onboarding.accounts import (
    browsers,
    certificates,
    clients,
    consents,
    events,
    imports,
    looks,
    people,
    sessions,
)
from onboarding.accounts.journeys import leave
from onboarding.accounts.sign_ins import SignIn
from onboarding.citizen import own_data
from onboarding.citizen.signed_in import anybody
from onboarding.web import requests
from onboarding.web.staying import on_page, staying
from onboarding.work import current_connection, current_session

LOOKS = 10  # shown on the page; the file has all
CERTIFICATE = "certificate-"  # how the reason begins for which a certificate ends a sign-in

DONE = {
    "signed-out": _l("That device is signed out."),
    "withdrawn": _l("The service may know nothing more about you."),
    "confirmed": _l("Thank you. Your data are confirmed."),
}  # what came of an act, told on the page that it leads back to

pages = Blueprint("citizen", __name__, url_prefix="/account")


def signed_in(view: Any) -> Any:
    """Let in who is signed in; everybody else is led to the question, from where they can sign in."""

    @wraps(view)
    def guarded(**values: Any) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return to_sign_in()
        return cast(ResponseReturnValue, view(me(), **values))

    return guarded


def to_sign_in() -> ResponseReturnValue:
    """To the question, with the way chosen by which this browser was signed in last.

    A sign-in by token that has ended for its certificate's sake has a page that says why.
    """
    was = sessions.of_token(current_session(), session.token)  # type: ignore[attr-defined]
    if was is not None and str(was.end_reason).startswith(CERTIFICATE):
        return render_template("account/closed.html", why=str(was.end_reason).removeprefix(CERTIFICATE))
    way = "usb" if was is not None and was.how == "usb" else "phone"
    return redirect(url_for("journey.step", name="account", answer=way, aim="account"), 303)


def me() -> SignIn:
    """The sign-in of this request, as it was found (see `sessions.mine`)."""
    return cast(SignIn, current_user)


@pages.get("")
@signed_in
def account(mine: SignIn) -> ResponseReturnValue:
    """State, ways to sign in, last sign-ins, open sessions."""
    now, settings = requests.now(), current_app.extensions["settings"]
    linked = certificates.of_account(current_session(), mine.account_id)
    sign_ins = sessions.of_account(current_session(), mine.account_id)
    return render_template(
        "account/page.html",
        account=own_data.shown(people.with_numbers(current_connection(), mine.account), linked, now),
        sign_ins=sign_ins[:5],
        sessions=[one for one in sign_ins if one.is_open(now, settings)],
        current=mine,
        done=DONE.get(request.args.get("done", "")),
        looks=looks.at_account(current_session(), mine.account_id, LOOKS),
        consents=consents.of_account(current_session(), mine.account_id),
        **on_page(staying(now, mine.open_until(settings)), url_for("citizen.account"), url_for("citizen.stay")),
    )


@pages.post("/confirm")
@signed_in
def confirm(mine: SignIn) -> ResponseReturnValue:
    """The data from the earlier portal are right, and may be used."""
    if mine.account.consent_version == imports.EARLIER_PORTAL:
        db, version = current_session(), current_app.extensions["settings"].consent_version
        imports.confirm(db, requests.now(), sessions.mine(db, mine).account, version)
    return back("confirmed")


@pages.post("/stay")
@signed_in
def stay(mine: SignIn) -> Response:
    """Stay signed in: every click puts the end off, and this is one that changes nothing else."""
    now, settings = requests.now(), current_app.extensions["settings"]
    return jsonify(staying(now, mine.open_until(settings)))


@pages.get("/data")
@signed_in
def data(mine: SignIn) -> Response:
    """Everything that is kept about this person, as a file that people can read, too."""
    account = people.with_numbers(current_connection(), mine.account)
    kept = own_data.everything(current_session(), account, requests.now())
    text = current_app.json.dumps(kept, ensure_ascii=False, indent=2, sort_keys=False)
    response = Response(f"{text}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=du-lieu-cua-toi.json"
    return response


@pages.post("/sessions/<uuid:session_id>/end")
@signed_in
def end_session(mine: SignIn, session_id: UUID) -> ResponseReturnValue:
    """End one of one's own sign-ins, e.g. on a lost telephone."""
    db, now = current_session(), requests.now()
    chosen = sessions.own(db, mine.account_id, session_id)
    if chosen is None:
        abort(404)
    if chosen.ended_at is None:
        sessions.end(db, now, chosen, "by-owner")
        browsers.revoke(db, mine.account_id)  # which of them the lost device holds, nobody can tell
    return leave_portal() if chosen.id == mine.id else back("signed-out")


@pages.post("/services/<uuid:client_id>/withdraw")
@signed_in
def withdraw(mine: SignIn, client_id: UUID) -> ResponseReturnValue:
    """Take back what a service may have; it is signed out of this account everywhere."""
    if not consents.withdraw(current_session(), requests.now(), mine.account_id, client_id):
        abort(404)
    return back("withdrawn")


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Sign out here, and leave nothing for whoever uses this browser next; on to the service that wished so."""
    db, now = current_session(), requests.now()
    if current_user.is_authenticated:
        events.record(db, now, "signed-out", account=me().account_id)
        sessions.end(db, now, sessions.mine(db, me()), "signed-out")
    return leave_portal(
        clients.logout_address(db, *(request.form.get(name, "") for name in ("client_id", "onward", "state")))
    )


def back(done: str) -> ResponseReturnValue:
    """To the account's page, which tells what was done."""
    return redirect(url_for("citizen.account", done=done), 303)


@pages.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """It has worked; what else to do on a device that others use, too."""
    if anybody():
        return redirect(url_for("citizen.account"), 303)
    return render_template("account/signed-out.html")


def leave_portal(onward: str | None = None) -> Response:
    """Forget this browser's token and journey, and have the browser forget the pages."""
    leave(current_session(), sessions.token_hash(session.token))  # type: ignore[attr-defined]
    logout_user()
    session.renew()  # type: ignore[attr-defined]
    response = redirect(onward or url_for("citizen.signed_out"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return cast(Response, response)
