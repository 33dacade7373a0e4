"""A service's own program and a real browser: registered by the command, signed in to, asked, signed out of."""

import base64
import hashlib
import json
import secrets
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine.server import Server
from tests.machine.web_service import WebService

NAME = "Giấy phép xây dựng"


class Program:
    """The service's own program, which knows the address of the portal and what the command has printed."""

    def __init__(self, home: str, server: Server, name: str, *options: str) -> None:
        self.back, self.gone = f"{home}/back", f"{home}/gone"
        known = ("--redirect-uri", self.back, "--logout-uri", self.gone, *options)
        printed = server.run("client", "add", name, *known)
        given = dict(line.split("=", 1) for line in printed.splitlines())
        self.id, self.secret = given["client_id"], given["client_secret"]
        self.at: dict[str, str] = fetched(f"{server.url}/.well-known/openid-configuration")
        self.verifier = secrets.token_urlsafe(32)

    def asks(self, **more: str) -> str:
        """Where it sends a citizen."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "client_id": self.id, "redirect_uri": self.back, "response_type": "code", "scope": "openid profile",
            "nonce": "its own nonce", "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self.at['authorization_endpoint']}?{urlencode(asked | more)}"

    def learns(self, address: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The ID token, what it says, and what userinfo says, of whoever came back to this address."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert told["iss"] == self.at["issuer"]
        proof = base64.b64encode(f"{self.id}:{self.secret}".encode()).decode()
        sent = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": self.back}
        tokens = fetched(self.at["token_endpoint"], f"Basic {proof}", sent | {"code_verifier": self.verifier})
        claims = self.reads(tokens["id_token"])
        assert claims["nonce"] == "its own nonce"
        return (
            tokens["id_token"],
            claims,
            fetched(self.at["userinfo_endpoint"], f"Bearer {tokens['access_token']}"),
        )

    def reads(self, token: str) -> dict[str, Any]:
        """What a token for it says, its signature checked with the keys that are published."""
        claims = jwt.decode(token, KeySet.import_key_set(fetched(self.at["jwks_uri"])), ["ES256"]).claims
        assert (claims["iss"], claims["aud"]) == (self.at["issuer"], self.id)
        return claims


def fetched(address: str, header: str = "", sent: dict[str, str] | None = None) -> Any:
    """The JSON at an address, as a service's program gets it."""
    data = urlencode(sent).encode() if sent else None
    request = urllib.request.Request(address, data, {"Authorization": header} if header else {})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture
def home() -> Iterator[str]:
    """The service's own pages."""
    with WebService() as service:
        yield f"http://127.0.0.1:{service.port}"


@pytest.fixture
def told() -> Iterator[WebService]:
    """Where the service is told that somebody has signed out."""
    with WebService() as told:
        yield told


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_unregistered_citizen_comes_back_signed_in(
    inspect: Callable[..., Inspector], citizen: Citizen, server: Server, home: str, language: str
) -> None:
    page, inspector = citizen.page, inspect(citizen.page, language)
    program = Program(home, server, f"{NAME} {language}")
    page.goto(program.asks(ui_locales=language))
    assert NAME in page.locator("main").inner_text()
    page.locator("[name=answer][value=register]").check()
    citizen.go_on()
    citizen.prove_number()
    page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.tell_who()
    citizen.agree_and_send()
    inspector.here("registered-for-a-service")
    page.locator("main .button").click()
    page.wait_for_url("**/oidc/consent")
    inspector.here("service-consent")
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{program.back}?*")
    id_token, claims, known = program.learns(page.url)
    assert (claims["acr"], known) == ("phone", {"sub": claims["sub"], "name": citizen.name})
    inspector.coming("account-with-services", lambda: page.goto(f"{server.url}/account"))
    wish = urlencode({"id_token_hint": id_token, "post_logout_redirect_uri": program.gone, "state": "x"})
    inspector.coming("end-session", lambda: page.goto(f"{program.at['end_session_endpoint']}?{wish}"))
    page.locator("main form button").click()
    page.wait_for_url(f"{program.gone}?state=x")


def test_whoever_signs_in_on_the_way_is_led_on_by_the_wizard_itself(
    citizen: Citizen, server: Server, home: str, told: WebService
) -> None:
    logout = f"http://127.0.0.1:{told.port}/logout"
    page, program = citizen.page, Program(home, server, "Sign-in", "--backchannel-logout-uri", logout)
    citizen.come_registered()
    page.goto(program.asks())
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{program.back}?*")
    first = program.learns(page.url)[1]["sub"]
    citizen.sign_out()
    assert told.heard.wait(20), "the running server tells the service"
    assert program.reads(parse_qs(told.asked[0].body)["logout_token"][0])["sub"] == first
    page.goto(program.asks())
    page.locator("[name=answer][value=phone]").check()
    citizen.go_on()
    citizen.prove_number()
    page.wait_for_url(f"{program.back}?*")
    assert program.learns(page.url)[1]["sub"] == first
