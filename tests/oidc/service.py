"""A service that lets citizens sign in here, as its own program would: what it asks, what it checks."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from onboarding.accounts import clients, people, sessions
from onboarding.accounts.people import Applicant
from onboarding.accounts.tokens import ACCESS, REFRESH
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, NUMBER, Person

HOME = "https://permits.example"
BACK = f"{HOME}/back"
ISSUER = "http://127.0.0.1:8000"


class Service:
    """A registered client with the memory of one citizen's sign-in."""

    def __init__(self, app: Flask, clock: MovableClock, name: str = "Giấy phép xây dựng", **given: Any) -> None:
        self.http, self.clock = app.test_client(), clock
        database: Database = app.extensions["database"]
        given = {"redirect_uris": [BACK], "scopes": clients.SCOPES} | given
        with database.transaction() as db:
            client, self.secret = clients.add(db, clock.now(), name, **given)
        self.algorithm = client.id_token_algorithm
        self.id, self.uri = str(client.id), given["redirect_uris"][0]
        self.verifier = secrets.token_urlsafe(32)

    def request(self, **changes: str | None) -> dict[str, str]:
        """What it asks for."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": self.id,
            "redirect_uri": self.uri,
            "response_type": "code",
            "scope": "openid profile",
            "state": "its own state",
            "nonce": "its own nonce",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return {name: text for name, text in (asked | changes).items() if text}

    def asks(self, **changes: str | None) -> str:
        """The address to which it sends a citizen."""
        return "/oidc/authorize?" + urlencode(self.request(**changes))

    def pushes(self, **changes: str | None) -> str:
        """The same, where it has brought the request itself before."""
        answer = self.call("par", **self.request(**changes))
        assert (answer.status_code, answer.get_json()["expires_in"]) == (201, 60), answer.text
        return self.named(answer.get_json()["request_uri"])

    def named(self, name: str, **beside: str) -> str:
        """The address with the name of a pushed request."""
        return "/oidc/authorize?" + urlencode({"client_id": self.id, "request_uri": name} | beside)

    def basic(self) -> dict[str, str]:
        """The header that proves who it is."""
        return {"Authorization": "Basic " + base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()}

    def call(self, endpoint: str, headers: dict[str, str] | None = None, **sent: str) -> TestResponse:
        """A POST to one of the endpoints for programs."""
        answer: TestResponse = self.http.post(
            f"/oidc/{endpoint}", data=sent, headers=self.basic() if headers is None else headers
        )
        return answer

    def trade(self, code: str, **changes: str) -> TestResponse:
        """The code for tokens."""
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.uri}
        return self.call("token", **sent | {"code_verifier": self.verifier} | changes)

    def refresh(self, token: str, **changes: str) -> TestResponse:
        """A refresh token for the next tokens."""
        return self.call("token", grant_type="refresh_token", refresh_token=token, **changes)

    def userinfo(self, token: str) -> TestResponse:
        """What it may know of the citizen."""
        answer: TestResponse = self.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})
        return answer

    def alive(self, tokens: dict[str, str]) -> tuple[bool, bool]:
        """Whether access and refresh token still count."""
        access, refresh = (
            self.call("introspect", token=tokens[f"{kind}_token"]).get_json()["active"]
            for kind in (ACCESS, REFRESH)
        )
        return access, refresh

    def told(self, id_token: str) -> dict[str, Any]:
        """What an ID token says, checked as OpenID Connect Core 3.1.3.7 asks."""
        keys = KeySet.import_key_set(self.http.get("/oidc/jwks").get_json())
        claims = jwt.decode(id_token, keys, [self.algorithm]).claims
        assert (claims["iss"], claims["aud"]) == (ISSUER, self.id)
        assert claims["iat"] <= self.clock.now().timestamp() < claims["exp"]
        return claims

    def code(self, person: Person, **changes: str) -> str:
        """A code for somebody who is signed in, agreeing where that is asked."""
        return answer_in(agree(person, self.asks(**changes)))["code"]

    def tokens(self, person: Person, **changes: str) -> dict[str, Any]:
        """Tokens for somebody who is signed in."""
        answer = self.trade(self.code(person, **changes))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.get_json()
        return found


def enter(person: Person, number: str = NUMBER) -> None:
    """Have somebody be registered and signed in, without walking there."""
    extensions = person.client.application.extensions
    now, token = extensions["clock"].now(), secrets.token_urlsafe(32)
    who = Applicant("citizen", MAN_OF_1965["name"], f"093065{number[-6:]}")
    with extensions["database"].transaction() as db:
        account = people.register(db, now, who, number, "vi", "1").account
        sessions.start(db, now, extensions["settings"], account, token, "phone", "")
    person.client.set_cookie("session", token)


def follow(person: Person, address: str) -> TestResponse:
    """Open an address and go wherever it leads within the portal; the answer that leads out of it, or a page."""
    for _ in range(10):
        answer: TestResponse = person.client.get(address)
        address = answer.headers.get("Location", "")
        if not address.startswith("/"):
            return answer
    raise AssertionError(f"in a ring at {address}")


def agree(person: Person, address: str) -> TestResponse:
    """The same, agreeing where one is asked; the answer that leads back to the service."""
    answer = follow(person, address)
    if answer.status_code == 200:
        assert answer.request.path == "/oidc/consent", answer.request.path
        answer = decide(person, "allow")
    return answer


def decide(person: Person, decision: str) -> TestResponse:
    """Press one of the buttons of the consent page."""
    answer: TestResponse = person.client.post("/oidc/consent", data=person.fields() | {"decision": decision})
    return answer


def answer_in(answer: TestResponse) -> dict[str, str]:
    """What the service is told at its own address."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
