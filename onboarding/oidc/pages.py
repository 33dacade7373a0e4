"""Where citizens come by with a service's request, agree to it, and go back to the service.

A service asks by a GET, and a citizen who has agreed before is sent back by its answer: both have to write, in a
transaction of their own (decision 21).
"""

from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from onboarding.accounts import authorizations, clients, consents, grants, limits
from onboarding.accounts.authorizations import Asked, Authorization
from onboarding.accounts.clients import Client
from onboarding.accounts.sign_ins import SignIn
from onboarding.accounts.worth import lacking
from onboarding.db import Db
from onboarding.oidc import asking, claims
from onboarding.oidc.errors import described
from onboarding.web.cookie import drop_cookie, read_cookie, set_cookie
from onboarding.web.headers import allow_forms_to
from onboarding.web.pages import foreign_form
from onboarding.web.requests import client_address, note_refusal, now, origin_of, refuse
from onboarding.work import current_connection, current_session, writing

pages = Blueprint("oidc", __name__, url_prefix="/oidc")


def see(address: str) -> Response:
    """On to an address by a GET (attack D22)."""
    return cast(Response, redirect(address, 303))


def me() -> SignIn | None:
    """The sign-in of this browser."""
    found = current_user._get_current_object()  # noqa: SLF001 - the row itself: a proxy would look for it at each word
    return cast(SignIn, found) if found.is_authenticated else None


@pages.get("/authorize")
def authorize() -> ResponseReturnValue:
    """A service's request (OpenID Connect Core, 3.1.2), or the name of one that it has pushed (RFC 9126, 4).

    Nothing goes to an address that is not its own (R41). Beside a pushed request's name nothing else is looked at.
    """
    sent = request.args.to_dict()
    client, name = clients.find(current_connection(), sent.get("client_id", "")), sent.get("request_uri", "")
    if client is not None and name.startswith(authorizations.PUSHED):
        return led(client, pushed(client, name))
    if client is None or sent.get("redirect_uri") not in client.redirect_uris:
        refuse(400, "redirect-uri", client.id if client else None)
    try:
        return led(client, asking.read(sent, client))
    except asking.Refused as refused:
        note_refusal(refused.error, client.id)
        return back(sent["redirect_uri"], asking.state(sent), error=refused.error)


def pushed(client: Client, name: str) -> Asked:
    """What the service has pushed under this name, which counts once."""
    with writing() as db:
        asked = authorizations.pull(db, now(), client, name)
    return asked or refuse(400, "request-uri", client.id)


def led(client: Client, asked: Asked) -> Response:
    """Back to the service with a code or an error, or to the page where the citizen has something to do."""
    lack = lack_of(client, asked, now())
    if lack is None and "consent" not in asked.prompt:
        with writing() as db:
            code = code_for(db, client, asked) if agreed(db, client, asked, held=True) else None
        if code is not None:
            return back(asked.redirect_uri, asked.state, code=code)
    if "none" in asked.prompt:
        return back(asked.redirect_uri, asked.state, error=lack or "consent_required")
    answer = to_wizard(asked, asked.language) if lack else see(url_for("oidc.consent"))
    set_cookie(answer, authorizations.COOKIE, kept(client, asked), int(authorizations.LIFE.total_seconds()))
    return answer


def kept(client: Client, asked: Asked) -> str:
    """The token of the request that waits from here on. Anybody may ask: an address has only so many (P09)."""
    with writing():
        db = current_session()
        limit = limits.asks(db, current_app.extensions["settings"], client_address())
        token = None if limits.spend(db, now(), [limit]) else authorizations.keep(db, now(), client, asked)
    return token or abort(429)


pages.register_error_handler(CSRFError, foreign_form)  # it is a 400 by its class, and the citizen's own


@pages.errorhandler(400)
def refused(_error: HTTPException) -> ResponseReturnValue:
    """The service that sent somebody here has made a mistake; the sandbox says which."""
    client = clients.find(current_connection(), request.args.get("client_id", ""))
    sandbox = current_app.extensions["settings"].sandbox
    return render_template("oidc/refused.html", client=client, sandbox=sandbox), 400


@pages.get("/consent")
def consent() -> ResponseReturnValue:
    """The request that waits in this browser: on to the sign-in, the question, or the service, as it needs."""
    waiting = authorizations.waiting(current_session(), now(), read_cookie(authorizations.COOKIE))
    if waiting is None:
        return nothing_waits()
    asked = waiting.asked
    lack = lack_of(waiting.client, asked, waiting.asked_at)
    if lack == "login_required":
        return to_wizard(asked)
    if lack is not None:
        return answered(waiting, error=lack)
    if "consent" not in asked.prompt and agreed(current_connection(), waiting.client, asked):
        return answered(waiting)
    allow_forms_to(origin_of(asked.redirect_uri))
    mine = me()
    assert mine is not None
    return render_template(
        "oidc/consent.html", waiting=waiting, scopes=asked.scopes, whose=mine.account.name, other=wizard(asked)
    )


@pages.post("/consent")
def decide() -> ResponseReturnValue:
    """The citizen's word on exactly the request that was shown (rule R44)."""
    db, sign_in = current_session(), me()
    waiting = authorizations.waiting(db, now(), read_cookie(authorizations.COOKIE))
    if waiting is None:
        return nothing_waits()
    asked = waiting.asked
    if request.form.get("request_id") != str(waiting.id) or lack_of(waiting.client, asked, waiting.asked_at):
        return see(url_for("oidc.consent"))
    if request.form.get("decision") != "allow":
        return answered(waiting, error="access_denied")
    assert sign_in is not None
    consents.give(db, now(), sign_in.account_id, waiting.client_id, asked.scopes)
    return answered(waiting)


def lack_of(client: Client, asked: Asked, asked_at: datetime) -> str | None:
    """The error that says why whoever sits here cannot go on to the service yet; None where they can."""
    sign_in = me()
    error = lacking(now(), asked, asked_at, sign_in)
    if error or sign_in is None or asked.subject is None:
        return error
    meant = asked.subject == claims.subject(current_connection(), client.sector, sign_in.account_id)
    return None if meant else "login_required"


def agreed(db: Db, client: Client, asked: Asked, *, held: bool = False) -> bool:
    """Whether the citizen has agreed to this; with `held` they cannot withdraw it before this transaction ends."""
    sign_in = me()
    assert sign_in is not None
    return consents.covers(db, sign_in.account_id, client.id, asked.scopes, held=held)


def answered(waiting: Authorization, error: str | None = None) -> Response:
    """Back to the service with the request's answer, which it gets once; asked again where that was withdrawn."""
    asked = waiting.asked
    with writing() as db:
        if error is None and not agreed(db, waiting.client, asked, held=True):
            return see(url_for("oidc.consent"))
        if not authorizations.take(db, now(), waiting):
            return nothing_waits()
        answer = {"error": error} if error else {"code": code_for(db, waiting.client, asked)}
    response = back(asked.redirect_uri, asked.state, **answer)
    drop_cookie(response, authorizations.COOKIE)
    return response


def code_for(db: Db, client: Client, asked: Asked) -> str:
    """The code of a new grant (P39)."""
    sign_in = me()
    assert sign_in is not None
    return grants.give(db, now(), current_app.extensions["settings"], sign_in, client, asked)


def back(redirect_uri: str, state: str | None, **answer: str) -> Response:
    """To the service's own address, with who answers (RFC 9207) and its `state` as it came."""
    issuer = current_app.extensions["settings"].public_url
    if "error" in answer:
        answer |= described(answer["error"])
    told = answer | ({"state": state} if state else {}) | {"iss": issuer}
    return see(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(told)}")


def to_wizard(asked: Asked, language: str | None = None) -> Response:
    """The wizard is the sign-in page; whoever has no account makes one there and comes back signed in."""
    return see(wizard(asked, language))


def wizard(asked: Asked, language: str | None = None) -> str:
    """The address of the wizard, with the way chosen that a request needs."""
    answer = "usb" if asked.acr == "signature" else None
    return url_for("journey.step", name="account", answer=answer, lang=language)


def nothing_waits() -> Response:
    """Nothing to answer in this browser: on to the citizen's own page."""
    response = see(url_for("citizen.account"))
    drop_cookie(response, authorizations.COOKIE)
    return response
