"""The headers of every answer (P51, rule R25)."""

from functools import cache

from flask import Flask, Response, g

from onboarding.config import Settings

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
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), loopback-network=(self)",
}
TWO_YEARS = 63_072_000


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer, error pages included."""
    headers = HEADERS | {"Cache-Control": "no-store"}
    if settings.secure:
        headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    everywhere = [(name, name.lower(), text) for name, text in headers.items()]

    @app.after_request
    def add_headers(response: Response) -> Response:
        there = set(response.headers.keys(lower=True))
        for name, lower, text in everywhere:
            if lower not in there:
                response.headers.add(name, text)
        framers = g.get("framers", ())
        if framers:
            del response.headers["X-Frame-Options"]  # it knows all or nobody
        response.headers["Content-Security-Policy"] = policy(
            g.get("connect_sources", ()), framers, g.get("form_target", "")
        )
        return response


def allow_connections(*sources: str) -> None:
    """Let scripts of this one page connect to these addresses, as a signing bridge states them."""
    g.connect_sources = sources


def allow_framing(*origins: str) -> None:
    """Let pages of these origins, if any, show this one page in a frame (B12)."""
    g.framers = origins


def allow_forms_to(origin: str) -> None:
    """Let what follows from a form of this one page end at that service: browsers hold redirects to that."""
    g.form_target = origin


@cache
def policy(connect_sources: tuple[str, ...], framers: tuple[str, ...], form_target: str) -> str:
    """The content security policy of one page."""
    own = {"connect-src": " ".join(["'self'", *connect_sources])}
    if framers:
        own["frame-ancestors"] = " ".join(framers)
    if form_target:
        own["form-action"] = f"'self' {form_target}"
    return "; ".join(f"{name} {value}" for name, value in (POLICY | own).items())
