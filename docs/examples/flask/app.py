"""A service that citizens sign in to through their account: Flask and Authlib. docs/integrators.md runs it."""

import os
import secrets
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, redirect, render_template_string, request, session, url_for
from werkzeug import Response

ISSUER = os.environ.get("ISSUER", "http://127.0.0.1:8000")
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
    client_id=os.environ.get("CLIENT_ID", "00000000-0000-4000-8000-000000000001"),
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
        abort(400)
    keep(portal.authorize_access_token())
    return redirect(url_for("home"))


@app.post("/refresh")
def refresh() -> Response:
    """New tokens for the refresh token, which is good for one use, and what the portal knows now."""
    mine = signed_in.pop(session.pop("key", ""), None)
    if mine:
        token = mine["token"]["refresh_token"]
        keep(portal.fetch_access_token(grant_type="refresh_token", refresh_token=token))
    return redirect(url_for("home"))


@app.post("/sign-out")
def sign_out() -> Response:
    """Signed out here first, then the portal asks whether there, too."""
    mine = signed_in.pop(session.pop("key", ""), None)
    if not mine:
        return redirect(url_for("home"))
    return portal.logout_redirect(url_for("home", _external=True), id_token_hint=mine["token"]["id_token"])


@app.errorhandler(OAuthError)
def refused(problem: OAuthError) -> tuple[str, int]:
    """The portal said no: the citizen did not agree, say, or their sign-in has ended."""
    return render_template_string(PAGE, problem=problem.error), 400


def keep(token: dict[str, Any]) -> None:
    """Remember somebody under a new key."""
    session["key"] = secrets.token_urlsafe()
    signed_in[session["key"]] = {"token": token, "known": portal.userinfo(token=token)}
