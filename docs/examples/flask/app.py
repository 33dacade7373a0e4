"""A service that citizens sign in to through their account: Flask and Authlib. docs/integrators.md runs it."""

import os
import secrets
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, redirect, render_template_string, request, session, url_for
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException
from werkzeug import Response

ISSUER = os.environ.get("ISSUER", "http://127.0.0.1:8000")
CLIENT_ID = os.environ.get("CLIENT_ID", "00000000-0000-4000-8000-000000000001")
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
PAGE = """<!doctype html>
<title>Building permits</title>
<h1>Building permits</h1>
{% if problem %}<p>Not signed in: {{ problem }}</p>{% endif %}
{% if known %}
<p>Signed in. What the portal lets us know:</p>
<dl>
{% for claim, value in known.items() %}<dt>{{ claim }}</dt><dd id="{{ claim }}">{{ value }}</dd>{% endfor %}
</dl>
<form method="post" action="/refresh"><button>Ask the portal again</button></form>
<form method="post" action="/sign-out"><button>Sign out</button></form>
{% else %}
<p><a href="/sign-in">Sign in</a></p>
{% endif %}
"""

app = Flask(__name__)
app.secret_key = secrets.token_bytes()  # in production one that outlives a restart
# Cookies do not know ports: with Flask's usual name it would overwrite the portal's where both have one host name.
app.config["SESSION_COOKIE_NAME"] = "permits"

portal = OAuth(app).register(
    "portal",
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_id=CLIENT_ID,
    client_secret=os.environ.get("CLIENT_SECRET", "sandbox-secret"),
    client_kwargs={"scope": "openid profile phone", "code_challenge_method": "S256"},
)
signed_in: dict[str, Any] = {}  # tokens and claims by a key in the cookie; in production a table


@app.get("/")
def home() -> str:
    """Who is signed in."""
    mine = signed_in.get(session.get("key", ""), {})
    return render_template_string(PAGE, known=mine.get("known"))


@app.get("/sign-in")
def sign_in() -> Response:
    """Off to the portal."""
    return portal.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback() -> Response:
    """Back from the portal. Authlib checks state, nonce and ID token, and leaves who answers to us (RFC 9207)."""
    if request.args.get("iss") != ISSUER:
        raise OAuthError("wrong issuer")
    token = portal.authorize_access_token()
    keep(token, token["userinfo"]["sid"])
    return redirect(url_for("home"))


@app.post("/refresh")
def refresh() -> Response:
    """New tokens for the refresh token, which is good for one use, and what the portal knows now."""
    mine = signed_in.pop(session.pop("key", ""), None)
    if mine:
        token = mine["token"]["refresh_token"]
        keep(portal.fetch_access_token(grant_type="refresh_token", refresh_token=token), mine["sid"])
    return redirect(url_for("home"))


@app.post("/sign-out")
def sign_out() -> Response:
    """Signed out here first, then the portal asks whether there, too."""
    mine = signed_in.pop(session.pop("key", ""), None)
    if not mine:
        return redirect(url_for("home"))
    return portal.logout_redirect(url_for("home", _external=True), id_token_hint=mine["token"]["id_token"])


@app.post("/backchannel-logout")
def backchannel_logout() -> tuple[str, int]:
    """The portal itself tells that a sign-in is over (OpenID Connect Back-Channel Logout 1.0, 2.5 and 2.6)."""
    own = {name: {"essential": True, "value": value} for name, value in (("iss", ISSUER), ("aud", CLIENT_ID))}
    try:
        keys = KeySet.import_key_set(portal.fetch_jwk_set(force=True))
        token = jwt.decode(request.form.get("logout_token", ""), keys, ["ES256"])
        jwt.JWTClaimsRegistry(exp={"essential": True}, **own).validate(token.claims)
    except (JoseError, ValueError):
        abort(400)
    told = token.claims
    if token.header.get("typ") != "logout+jwt" or "nonce" in told or LOGOUT not in told.get("events", {}):
        abort(400)
    for key, mine in list(signed_in.items()):
        if told.get("sid", mine["sid"]) == mine["sid"] and told.get("sub") == mine["known"]["sub"]:
            del signed_in[key]
    return "", 200


@app.errorhandler(OAuthError)
@app.errorhandler(JoseError)
@app.errorhandler(RequestException)
def refused(problem: Exception) -> tuple[str, int]:
    """The portal said no (the citizen did not agree, say), its ID token is not right, or it does not answer."""
    return render_template_string(PAGE, problem=getattr(problem, "error", "no answer")), 400


def keep(token: dict[str, Any], sid: str) -> None:
    """Remember somebody under a new key; `sid` is what the portal calls this sign-in."""
    session["key"] = secrets.token_urlsafe()
    signed_in[session["key"]] = {"token": token, "sid": sid, "known": portal.userinfo(token=token)}
