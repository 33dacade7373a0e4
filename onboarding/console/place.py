"""Where the console stands: its address, and the host that passkeys are made for."""

from urllib.parse import urlsplit

from flask import current_app, request

from onboarding.accounts.passkeys import Site
from onboarding.config import Settings


def address(settings: Settings) -> str:
    """The console's address. Passkeys need a host name: a sandbox on this machine is `localhost`."""
    parts = urlsplit(settings.console_url or settings.public_url)
    if settings.sandbox and parts.hostname == "127.0.0.1":
        parts = parts._replace(netloc=parts.netloc.replace("127.0.0.1", "localhost"))
    return parts.geturl()


def first_sign_in(settings: Settings, code: str) -> str:
    """A link that works once. Its code stands after `#`: browsers keep that part to themselves (rule R16)."""
    return f"{address(settings)}/console/first-sign-in#{code}"


def origin() -> str:
    """The origin that the browser shows on this page."""
    settings: Settings = current_app.extensions["settings"]
    asked = urlsplit(f"http://{request.host}" if settings.sandbox else address(settings))
    return f"{asked.scheme}://{asked.netloc}"


def site() -> Site:
    """What passkeys are made for."""
    settings: Settings = current_app.extensions["settings"]
    return Site(urlsplit(address(settings)).hostname or "", settings.portal_name)
