"""The headers of every answer (P51, rule R25)."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, after_this_request, g

from onboarding.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), loopback-network=(self)",
}
TWO_YEARS = 63_072_000
OWN_POLICY = "content-security-policy"  # an answer that has it says by itself who may frame it


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer, error pages included.

    What all have is put beside an answer's own on its way out; in the response it would be checked twice.
    """
    headers = HEADERS | {"Cache-Control": "no-store"}
    if settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    everywhere = [(name, name.lower(), text) for name, text in headers.items()]
    closed = [("Content-Security-Policy", policy()), ("X-Frame-Options", "DENY")]
    bare = app.wsgi_app

    def with_headers(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, own: list[tuple[str, str]], error: Any = None, /) -> Callable[[bytes], object]:
            there = {name.lower() for name, _ in own}
            more = [(name, text) for name, lower, text in everywhere if lower not in there]
            return start_response(status, own + more + ([] if OWN_POLICY in there else closed), error)

        return bare(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]  # what Flask says about middleware


def add_policy(response: Response) -> Response:
    """Put on an answer what its own page may do, beside what every page may."""
    framers = g.get("framers", ())
    if not framers:
        response.headers["X-Frame-Options"] = "DENY"  # it knows all or nobody
    told = policy(g.get("connect_sources", ()), framers, g.get("form_target", ""))
    response.headers["Content-Security-Policy"] = told
    return response


def allow_connections(*sources: str) -> None:
    """Let scripts of this one page connect to these addresses, as a signing bridge states them."""
    g.connect_sources = sources
    after_this_request(add_policy)


def allow_framing(*origins: str) -> None:
    """Let pages of these origins, if any, show this one page in a frame (B12)."""
    g.framers = origins
    after_this_request(add_policy)


def allow_forms_to(origin: str) -> None:
    """Let what follows from a form of this one page end at that service: browsers hold redirects to that."""
    g.form_target = origin
    after_this_request(add_policy)


@cache
def policy(connect_sources: tuple[str, ...] = (), framers: tuple[str, ...] = (), form_target: str = "") -> str:
    """The content security policy of one page."""
    own = {"connect-src": " ".join(["'self'", *connect_sources])}
    if framers:
        own["frame-ancestors"] = " ".join(framers)
    if form_target:
        own["form-action"] = f"'self' {form_target}"
    return "; ".join(f"{name} {value}" for name, value in (POLICY | own).items())
