"""What a service may ask for, and what becomes of a request that is not right."""

from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from onboarding.db import Database
from onboarding.oidc.errors import described
from tests.attacks.wizard import refusals
from tests.journey.people import OTHER, NewPerson, Person
from tests.oidc.service import BACK, ISSUER, Service, answer_in, enter, follow

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEAR_MISSES = (
    f"{BACK}/", f"{BACK}?x=1", f"{BACK}#x", BACK.upper(), BACK.replace("https", "http"), f"{BACK}%2F..", "",
    "https://permits.example.evil.example/back", "https://permits.example:444/back", "//permits.example/back",
    "https://user@permits.example/back", "https://permits.example/back/../back", f" {BACK}", "javascript:alert(1)",
    "https://permits.example/..;/back", "https://permits.example/%2e%2e/back", "http://127.0.0.1/back",
    "https://a@b@permits.example/back", f"{BACK}?code=x", f"{BACK}#code=x",
)  # fmt: skip


def test_R41_nothing_goes_to_an_address_that_is_not_the_services_own(
    person: Person, service: Service, database: Database
) -> None:
    """Not with an error either: Authlib's CVE-2026-41479 (response type) and CVE-2026-44681 (no `openid`), and
    Doorkeeper's CVE-2019-9837 (`prompt=none`). Keycloak's CVE-2026-3872 (`..;/`), CVE-2024-1132 (`%2e`),
    CVE-2024-8883 (loopback), CVE-2026-7504 (two `@`), CVE-2026-9689 and CVE-2026-18209 (our own parameters)."""
    for n, address in enumerate(NEAR_MISSES):
        wrong = ({"scope": "profile"}, {"response_type": "token"}, {"prompt": "none"})[n % 3]
        answer = person.client.get(service.asks(redirect_uri=address, **wrong))
        assert (answer.status_code, answer.location) == (400, None), address
    assert refusals(database) == ["redirect-uri"] * len(NEAR_MISSES)


def test_R41_an_unknown_service_is_sent_nothing(person: Person, service: Service) -> None:
    for client_id in (None, "", "nobody", "0" * 32, "00000000-0000-0000-0000-000000000000", service.id.upper()):
        answer = person.client.get(service.asks(client_id=client_id))
        assert (answer.status_code, answer.location) == (400, None), client_id


UNMET: tuple[tuple[dict[str, str | None], str], ...] = (
    ({"response_type": None}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"scope": None}, "invalid_scope"),
    ({"scope": "profile"}, "invalid_scope"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "create"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "²"}, "invalid_request"),
    ({"id_token_hint": "no.hint.ours"}, "invalid_request"),
)
UNPROVEN: tuple[dict[str, str | None], ...] = (
    {"code_challenge": None, "code_challenge_method": None},
    {"code_challenge": None},
    {"code_challenge_method": None},
    {"code_challenge_method": "plain"},
    {"code_challenge": "a" * 42},
    {"code_challenge": "a" * 44},
    {"code_challenge": "=" * 43},
)


def test_what_cannot_be_met_is_refused_by_its_own_error(person: Person, service: Service) -> None:
    """Keycloak's CVE-2026-7571: a token in the address, which no service is meant to get."""
    for changes, error in UNMET:
        answer = person.client.get(service.asks(**changes))
        assert answer.location.startswith(f"{BACK}?")
        assert answer_in(answer) == described(error) | {"state": "its own state", "iss": ISSUER}, changes


def test_D06_no_request_object_is_read_and_none_fetched(person: Person, service: Service) -> None:
    """Whoever has signed it, for whom, and whenever: each is refused by its own error. Keycloak's CVE-2020-10770:
    the address of one was fetched, whoever named it."""
    own = ECKey.generate_key("P-256")
    signed = jwt.encode({"alg": "ES256"}, {"aud": ISSUER, "iss": service.id, "redirect_uri": BACK}, own, ["ES256"])
    for text in (signed, "eyJhbGciOiJub25lIn0.e30.", "x"):
        assert answer_in(person.client.get(service.asks(request=text)))["error"] == "request_not_supported"
    for address in ("https://evil.example/", "http://169.254.169.254/", "file:///etc/passwd", "urn:x"):
        told = answer_in(person.client.get(service.asks(request_uri=address)))
        assert told["error"] == "request_uri_not_supported", address


def test_D14_a_request_without_a_challenge_by_s256_is_refused(person: Person, service: Service) -> None:
    for changes in UNPROVEN:
        assert answer_in(person.client.get(service.asks(**changes)))["error"] == "invalid_request", changes


def test_D16_state_and_nonce_come_back_as_they_went_and_stand_on_no_page(person: Person, service: Service) -> None:
    enter(person)
    for text in ("<script>alert(1)</script>", "a b+c%26&=ô", "z" * 1000):
        follow(person, service.asks(state=text, nonce=text, prompt="consent"))
        assert text not in person.client.response.text
        told = answer_in(person.client.post("/oidc/consent", data=person.fields() | {"decision": "allow"}))
        assert told["state"] == text
        assert service.told(service.trade(told["code"]).get_json()["id_token"])["nonce"] == text


def test_D16_without_state_and_nonce_none_come_back(person: Person, service: Service) -> None:
    enter(person)
    follow(person, service.asks(state=None, nonce=None))
    told = answer_in(person.client.post("/oidc/consent", data=person.fields() | {"decision": "allow"}))
    assert told.keys() == {"code", "iss"}
    assert "nonce" not in service.told(service.trade(told["code"]).get_json()["id_token"])


def test_D16_a_state_or_nonce_of_10_kb_is_refused(person: Person, service: Service) -> None:
    refused = described("invalid_request") | {"iss": ISSUER}
    assert answer_in(person.client.get(service.asks(state="x" * 10_000))) == refused
    assert answer_in(person.client.get(service.asks(nonce="x" * 10_000))) == refused | {"state": "its own state"}


def test_D17_every_answer_says_whose_it_is(person: Person, service: Service) -> None:
    enter(person)
    assert answer_in(person.client.get(service.asks(scope=None)))["iss"] == ISSUER
    follow(person, service.asks())
    assert (
        answer_in(person.client.post("/oidc/consent", data=person.fields() | {"decision": "deny"}))["iss"]
        == ISSUER
    )
    described = person.client.get("/.well-known/openid-configuration").get_json()
    assert (described["issuer"], described["authorization_response_iss_parameter_supported"]) == (ISSUER, True)


def test_D22_a_request_by_post_is_sent_on_without_its_body(person: Person, service: Service) -> None:
    asked = urlsplit(service.asks())
    answer = person.client.post(
        f"{asked.path}", data=asked.query, content_type="application/x-www-form-urlencoded",
        headers={"Origin": "https://permits.example", "Sec-Fetch-Site": "cross-site"},
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, service.asks())
    enter(person)
    follow(person, answer.location)
    assert person.client.post("/oidc/consent", data=person.fields() | {"decision": "allow"}).status_code == 303


def test_an_unknown_parameter_and_a_hint_of_whom_do_no_harm(person: Person, service: Service) -> None:
    enter(person)
    answer = follow(
        person, service.asks(unheard_of="1", login_hint="+84901234567", claims_locales="vi", display="popup")
    )
    assert answer.request.path == "/oidc/consent"
    hint = service.tokens(person)["id_token"]
    assert "code" in answer_in(follow(person, service.asks(prompt="none", id_token_hint=hint)))


def test_a_hint_of_somebody_else_is_no_sign_in(person: Person, service: Service, new_person: NewPerson) -> None:
    enter(person)
    hint = service.tokens(person)["id_token"]
    other = new_person(OTHER)
    enter(other, OTHER)
    service.tokens(other)
    told = answer_in(follow(other, service.asks(prompt="none", id_token_hint=hint)))
    assert told["error"] == "login_required"
    assert follow(other, service.asks(id_token_hint=hint)).request.path == "/onboarding/account"
    assert follow(person, service.asks(id_token_hint=hint)).location.startswith(BACK)


def test_only_the_pages_on_the_way_let_forms_lead_to_the_service(person: Person, service: Service) -> None:
    before = person.client.get("/onboarding/account").headers["Content-Security-Policy"]
    answer = follow(person, service.asks())
    assert "form-action 'self';" in before
    assert "form-action 'self' https://permits.example;" in answer.headers["Content-Security-Policy"]
    enter(person)
    answer = follow(person, "/oidc/consent")
    assert "form-action 'self' https://permits.example;" in answer.headers["Content-Security-Policy"]
