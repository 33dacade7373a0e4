"""ID tokens that come back as hints: ours alone count, at the request and at the sign-out."""

import base64
import hmac
import json
from collections import Counter
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from onboarding.accounts import client_keys, jose
from onboarding.accounts.clients import WrongClient
from onboarding.oidc import hints
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.machine import vectors
from tests.oidc.service import HOME, Service, answer_in, enter
from tests.oidc.test_assertions import base64url

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVIL = ECKey.generate_key("P-256")
GONE = f"{HOME}/gone"
Told = dict[str, Any]


def signed_by_evil(told: Told, **header: Any) -> str:
    """What somebody else has signed."""
    return jwt.encode({"alg": "ES256", "typ": "JWT"} | header, told, EVIL, ["ES256"])


def forged(token: str, key: dict[str, Any], told: Told) -> list[str]:
    """ID tokens that we have not made, from one that we have and the public key beside it."""
    header, payload, signature = token.split(".")
    named = json.loads(base64.urlsafe_b64decode(header + "=="))
    text = f"{base64url(json.dumps(named | {'alg': 'HS256'}).encode())}.{payload}"
    secret = ECKey.import_key(key).as_pem(private=False)
    mac = base64url(hmac.digest(secret, text.encode(), "sha256"))
    unsigned = [base64url(json.dumps(named | {"alg": name}).encode()) for name in ("none", "NONE", "nOnE")]
    return [
        *(f"{head}.{payload}.{tail}" for head in unsigned for tail in ("", signature)),
        f"{text}.{mac}",
        signed_by_evil(told, jwk=EVIL.as_dict(private=False)),
        signed_by_evil(told, jku="https://evil.example/keys", kid=named["kid"]),
        *(signed_by_evil(told, kid=kid) for kid in ("unheard-of", "../../dev/null", "x' OR '1'='1")),
        f"{base64url(json.dumps(named | {'crit': ['exp']}).encode())}.{payload}.{signature}",
        f"{header}.{base64url(json.dumps(told | {'sub': 'x'}).encode())}.{signature}",
        f"{token}=", f" {token}", f"{token}.x", f"{header}.{payload}.", signature, "x" * 20_000,
    ]  # fmt: skip


@ONE
def test_D01_D02_D03_D04_D05_D09_D23_a_hint_that_we_have_not_signed_is_none(
    app: Flask, clock: MovableClock, person: Person, new_client: Any
) -> None:
    """Known vulnerabilities are named at the same attacks on assertions. No key is fetched, whatever its name."""
    leaver = Service(app, clock, "Permits", logout_uris=[GONE])
    enter(person)
    token = leaver.tokens(person)["id_token"]
    (key,) = leaver.http.get("/oidc/jwks").get_json()["keys"]
    browser = new_client()

    def asked(hint: str) -> str:
        """What becomes of a request with it."""
        answer = person.client.get(leaver.asks(prompt="none", id_token_hint=hint))
        return answer_in(answer).get("error", "none") if answer.status_code == 303 else "refused"

    def onward(hint: str) -> str:
        """Where whoever is signed out goes on to with it."""
        wish = {"id_token_hint": hint, "post_logout_redirect_uri": GONE}
        return str(browser.get(f"/oidc/end-session?{urlencode(wish)}").location)

    assert (asked(token), onward(token)) == ("none", GONE)
    for hint in forged(token, key, leaver.told(token)):
        assert asked(hint) in ("invalid_request", "refused"), hint[:200]
        assert onward(hint) in ("/", "None"), hint[:200]


@ONE
def test_R42_a_hint_is_an_id_token_of_the_service_itself(
    app: Flask, clock: MovableClock, person: Person, service: Service
) -> None:
    other = Service(app, clock, "Another", redirect_uris=["https://health.example/back"], logout_uris=[GONE])
    enter(person)
    own, foreign = service.tokens(person), other.tokens(person)
    for hint in (foreign["id_token"], own["access_token"], own["refresh_token"], ""):
        told = answer_in(person.client.get(service.asks(prompt="none", id_token_hint=hint or "x")))
        assert told["error"] == "invalid_request"
    for named, hint in ((service.id, foreign["id_token"]), (other.id, own["id_token"]), (other.id, "x")):
        wish = {"client_id": named, "id_token_hint": hint, "post_logout_redirect_uri": GONE}
        person.client.visit(f"/oidc/end-session?{urlencode(wish)}")
        assert "onward" not in person.fields(), "two services named: nobody's wish"


def test_wycheproofs_forged_signatures_are_all_refused() -> None:
    """As assertions and as hints: the same function looks at both, with the keys of one service or with ours."""
    verdicts: Counter[tuple[str, bool]] = Counter()
    for case, key in cases():
        verdicts[case["result"], good(case["jws"], key)] += 1
    print(f"Wycheproof json_web_signature: {dict(verdicts)}")
    assert verdicts["invalid", True] == 0
    assert verdicts["valid", True] > 10


def good(token: str, key: dict[str, Any]) -> bool:
    """Whether whoever had registered this key would have signed this text, as we take it."""
    try:
        client_keys.read(key)
    except (WrongClient, JoseError, TypeError):
        return False
    return jose.authentic(token, [key])


@ONE
def test_wycheproofs_texts_are_no_hints_of_ours_and_do_no_harm(app: Flask, service: Service) -> None:
    service.http.get("/oidc/jwks")
    with app.test_request_context():
        assert [case["jws"] for case, _ in cases() if hints.read(case["jws"]) is not None] == []


def cases() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Wycheproof's signed texts, each with the key that it is said to be signed with."""
    groups = vectors.read("wycheproof", "json_web_signature_test.json")["testGroups"]
    return [(case, group.get("public") or group["private"]) for group in groups for case in group["tests"]]
