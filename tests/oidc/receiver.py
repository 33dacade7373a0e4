"""A service with addresses on loopback where it is told things."""

from typing import Any
from urllib.parse import parse_qs

from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet

from onboarding.oidc.sender import Sender
from tests.clock import MovableClock
from tests.machine.web_service import Asked, WebService
from tests.oidc.service import Service

EVENTS, LOGOUT = "/events", "/backchannel_logout"
Token = tuple[dict[str, Any], dict[str, Any]]  # header and claims


class Receiver(Service):
    """A registered client; what it is told comes to `web`."""

    def __init__(self, app: Flask, clock: MovableClock, web: WebService, name: str, **given: Any) -> None:
        at = f"http://127.0.0.1:{web.port}"
        told_at = {"backchannel_logout_uri": f"{at}{LOGOUT}?of={name}", "events_uri": f"{at}{EVENTS}"}
        super().__init__(app, clock, name, loopback=True, **told_at | given)
        self.web = web
        self.sender = Sender(app.extensions["database"], clock, app.extensions["settings"])

    def hear(self) -> dict[str, list[Asked]]:
        """Let everything that is due be pushed; what has come since the last time, by path."""
        before = len(self.web.asked)
        self.sender.run_once()
        heard: dict[str, list[Asked]] = {}
        for asked in self.web.asked[before:]:
            heard.setdefault(asked.path, []).append(asked)
        return heard

    def read(self, token: str) -> Token:
        """Header and claims of a token, its signature checked with the keys that are published."""
        keys = KeySet.import_key_set(self.http.get("/oidc/jwks").get_json())
        read = jwt.decode(token, keys, ["ES256"])
        return dict(read.header), read.claims

    def logout_token(self, asked: Asked) -> Token:
        """The one parameter of a logout request (Back-Channel Logout 1.0, 2.5)."""
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        sent = parse_qs(asked.body)
        assert sent.keys() == {"logout_token"}
        (token,) = sent["logout_token"]
        return self.read(token)
