"""What services' own programs call: the description, the keys, tokens and what they are good for.

No cookie counts here and nothing is a page: errors are JSON (RFC 6749, 5.2), and what was refused is returned, not
raised, because a code that was tried is used up.
"""

from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from onboarding.accounts import authorizations, grants, people, signing_keys, tokens
from onboarding.accounts.clients import KEYS, SCOPES, SECRET
from onboarding.accounts.tokens import ACCESS, REFRESH, Shown
from onboarding.accounts.worth import ACRS
from onboarding.config import Settings
from onboarding.oidc import asking, claims, exchange, keys
from onboarding.oidc.client_authentication import authenticated
from onboarding.oidc.errors import described
from onboarding.web.language import LANGUAGES
from onboarding.web.requests import PROGRAMS, note_refusal, now
from onboarding.work import current_connection, current_session, writing

HOUR = "public, max-age=3600"  # P45
LONGEST_REQUEST = 8000  # characters of an authorization request that comes by POST
BY = {"authorization_code": exchange.by_code, "refresh_token": exchange.by_refresh}
ADDRESSES = {
    "authorization_endpoint": "oidc.authorize",
    "token_endpoint": f"{PROGRAMS}.token",
    "userinfo_endpoint": f"{PROGRAMS}.userinfo",
    "jwks_uri": f"{PROGRAMS}.jwks",
    "introspection_endpoint": f"{PROGRAMS}.introspect",
    "revocation_endpoint": f"{PROGRAMS}.revoke",
    "end_session_endpoint": "leaving.end_session",
    "pushed_authorization_request_endpoint": f"{PROGRAMS}.push",
}

endpoints = Blueprint(PROGRAMS, __name__)


def settings() -> Settings:
    """The settings of this installation."""
    return cast(Settings, current_app.extensions["settings"])


@endpoints.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """The description by which a service's library finds everything (OpenID Connect Discovery, 3)."""
    issuer = settings().public_url
    answer = jsonify(
        issuer=issuer,
        **{name: issuer + url_for(endpoint) for name, endpoint in ADDRESSES.items()},
        scopes_supported=list(SCOPES),
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=list(BY),
        subject_types_supported=["pairwise"],
        id_token_signing_alg_values_supported=[signing_keys.ALGORITHM, signing_keys.OLDER],
        token_endpoint_auth_methods_supported=[SECRET, KEYS],
        token_endpoint_auth_signing_alg_values_supported=["ES256", "PS256", "RS256"],
        code_challenge_methods_supported=["S256"],
        acr_values_supported=list(ACRS),
        prompt_values_supported=["none", "login", "consent", "select_account"],
        claims_supported=list(claims.SUPPORTED),
        ui_locales_supported=list(LANGUAGES),
        authorization_response_iss_parameter_supported=True,
        request_parameter_supported=False,
        request_uri_parameter_supported=False,
        claims_parameter_supported=False,
        backchannel_logout_supported=True,
        backchannel_logout_session_supported=True,
        require_pushed_authorization_requests=False,
    )
    answer.headers["Cache-Control"] = HOUR
    return answer


@endpoints.get("/oidc/jwks")
def jwks() -> Response:
    """The public keys, to be kept for an hour at most. The first key is made when it is first asked for."""
    public = [key.public() for key in signing_keys.published(current_session())]
    if not public:
        with writing():
            public = [signing_keys.current(current_session(), now()).public()]
    answer = jsonify(keys=public)
    answer.headers["Cache-Control"] = HOUR
    return answer


@endpoints.post("/oidc/authorize", defaults={"page": "oidc.authorize"})
@endpoints.post("/oidc/end-session", defaults={"page": "leaving.end_session"})
def by_post(page: str) -> ResponseReturnValue:
    """A service's wish by POST: sent on as a GET, which brings the citizen's cookie and no body (attack D22)."""
    asked = urlencode(request.form)
    if len(asked) > LONGEST_REQUEST:
        return failed("invalid_request")
    return redirect(f"{url_for(page)}?{asked}", 303)


@endpoints.post("/oidc/par")
def push() -> ResponseReturnValue:
    """Keep a request that the service brings itself: a browser then brings no more than its name (RFC 9126)."""
    client = authenticated(current_connection(), now(), settings())
    if client is None:
        return unknown_client()
    try:
        asking.demand(request.form.get("redirect_uri") in client.redirect_uris)
        asked = asking.read(request.form, client)
    except asking.Refused as refused:
        return failed(refused.error)
    name = authorizations.push(current_connection(), now(), client, asked)
    return jsonify(request_uri=name, expires_in=int(authorizations.PUSHED_LIFE.total_seconds())), 201


@endpoints.post("/oidc/token")
def token() -> ResponseReturnValue:
    """Tokens for a code or a refresh token (RFC 6749, 5; OpenID Connect Core, 3.1.3)."""
    db = current_connection()
    client = authenticated(db, now(), settings())
    if client is None:
        return unknown_client()
    by = BY.get(request.form.get("grant_type", ""))
    given = by(db, now(), client, request.form) if by else "unsupported_grant_type"
    if isinstance(given, str):
        note_refusal(given, client.id)
        return failed(given)
    grant, issued = given
    key = keys.signing(now(), grant.id_token_algorithm)
    answer: dict[str, Any] = {
        "access_token": issued.access,
        "token_type": "Bearer",
        "expires_in": int(tokens.ACCESS_LIFE.total_seconds()),
        "scope": " ".join(issued.scopes),
        "id_token": claims.id_token(db, now(), settings(), key, grant, issued.access),
    }
    return jsonify(answer | ({"refresh_token": issued.refresh} if issued.refresh else {}))


@endpoints.route("/oidc/userinfo", methods=["GET", "POST"])
def userinfo() -> ResponseReturnValue:
    """What the citizen lets the service know (OpenID Connect Core, 5.3); the token never in the address (D24)."""
    kind, _, sent = request.headers.get("Authorization", "").partition(" ")
    sent = sent if kind.lower() == "bearer" else request.form.get("access_token", "")
    found = open_token(sent, ACCESS) if sent and "access_token" not in request.args else None
    if found is None:
        return jsonify(described("invalid_token")), 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    db, grant = current_connection(), found.grant
    if "phone" in found.allowed:
        people.with_numbers(db, grant.account)
    told = claims.of_scopes(grant.account, found.allowed)
    return jsonify(sub=claims.subject(db, grant.sector, grant.account_id), **told)


@endpoints.post("/oidc/introspect")
def introspect() -> ResponseReturnValue:
    """Whether one of the client's own tokens still counts (RFC 7662); others are none of its business."""
    client = authenticated(current_connection(), now(), settings())
    if client is None:
        return unknown_client()
    found = open_token(request.form.get("token", ""), ACCESS, REFRESH)
    if found is None or found.grant.client_id != client.id:
        return jsonify(active=False)
    return jsonify(
        active=True,
        iss=settings().public_url,
        sub=claims.subject(current_connection(), client.sector, found.grant.account_id),
        aud=str(client.id),
        client_id=str(client.id),
        scope=" ".join(found.allowed),
        token_type="Bearer" if found.kind == ACCESS else REFRESH,
        iat=claims.seconds(found.issued_at),
        exp=claims.seconds(found.expires_at),
    )


@endpoints.post("/oidc/revoke")
def revoke() -> ResponseReturnValue:
    """End what a token of the client hangs on (RFC 7009); an unknown one is as good as revoked."""
    db = current_connection()
    client = authenticated(db, now(), settings())
    if client is None:
        return unknown_client()
    found = tokens.find(db, request.form.get("token", ""), ACCESS, REFRESH)
    if found is not None and found.grant.client_id == client.id:
        grants.end(db, now(), found.grant, "by-client")
    return jsonify({})


def open_token(sent: str, *kinds: str) -> Shown | None:
    """The token, if it still counts."""
    found = tokens.find(current_connection(), sent, *kinds)
    return found if found is not None and found.is_open(now()) else None


def failed(error: str) -> ResponseReturnValue:
    """An error in the form of RFC 6749, 5.2."""
    return jsonify(described(error)), 400


def unknown_client() -> ResponseReturnValue:
    """Whoever has not proven to be a client of ours."""
    return jsonify(described("invalid_client")), 401, {"WWW-Authenticate": 'Basic realm="client"'}
