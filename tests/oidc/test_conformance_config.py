"""The OpenID Foundation's one Config OP test module, `oidcc-discovery-endpoint-verification`, in two groups.

Source: the plan `oidcc-config-certification-test-plan` of the conformance suite.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from onboarding import create_app
from onboarding.config import Settings
from tests.clock import MovableClock

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ISSUER = "https://dichvucong.example.vn"
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")  # RFC 6749, 3.3
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")  # BCP 47, in its own casing
ARRAYS = {
    "acr_values", "claims", "code_challenge_methods", "grant_types", "id_token_signing_alg_values",
    "prompt_values",
    "response_modes", "response_types", "scopes", "subject_types", "token_endpoint_auth_methods",
    "token_endpoint_auth_signing_alg_values", "ui_locales",
}  # fmt: skip
FLAGS = {
    "authorization_response_iss_parameter_supported", "backchannel_logout_session_supported",
    "backchannel_logout_supported", "claims_parameter_supported", "request_parameter_supported",
    "request_uri_parameter_supported", "require_pushed_authorization_requests",
}  # fmt: skip
Get = Callable[[str], TestResponse]


@pytest.fixture
def get(settings: Settings, clock: MovableClock) -> Iterator[Get]:
    """Asks a provider behind https."""
    app = create_app(replace(settings, public_url=ISSUER), clock)
    yield lambda path: app.test_client().get(path, base_url=ISSUER)
    app.extensions["database"].engine.dispose()


def test_discovery_endpoint_verification(get: Get) -> None:
    answer = get("/.well-known/openid-configuration")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    told = answer.get_json()
    assert told["issuer"] == ISSUER, "the address at which it was found"
    arrays, flags, texts = ({n for n in told if isinstance(told[n], kind)} for kind in (list, bool, str))
    assert {name.removesuffix("_supported") for name in arrays} == ARRAYS
    assert flags <= FLAGS
    assert arrays | flags | texts == set(told)
    assert all(told[name] for name in arrays)
    assert told["response_types_supported"] == ["code"]
    assert told["subject_types_supported"] == ["pairwise"]
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert "openid" in told["scopes_supported"]
    assert all(SCOPE.fullmatch(scope) for scope in told["scopes_supported"])
    assert all(LOCALE.fullmatch(tag) for tag in told["ui_locales_supported"])
    addresses = {name: told[name] for name in texts - {"issuer"}}
    assert addresses.keys() >= {"authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"}
    assert all(address.startswith(f"{ISSUER}/oidc/") and "#" not in address for address in addresses.values())


def test_discovery_endpoint_verification_of_keys(get: Get) -> None:
    answer = get("/oidc/jwks").get_json()
    names = [key["kid"] for key in answer["keys"]]
    assert len(names) == len(set(names)) > 0
    assert all(
        key.is_private is False and key.key_type in ("EC", "RSA") for key in KeySet.import_key_set(answer).keys
    )
    assert all((key["use"], key["alg"]) == ("sig", "ES256") for key in answer["keys"])
