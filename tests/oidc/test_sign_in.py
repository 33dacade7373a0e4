"""A citizen, registered or not, signs in to a service through the account here; the service learns who it is."""

import pytest

from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, NUMBER, NewPerson, Person
from tests.oidc.service import BACK, ISSUER, Service, agree, answer_in, decide, enter, follow

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_whoever_is_registered_signs_in_by_phone_and_agrees_once(
    person: Person, new_person: NewPerson, service: Service, clock: MovableClock
) -> None:
    new_person().register()
    assert follow(person, service.asks()).request.path == "/onboarding/account"
    assert f"You are signing in to {'Giấy phép xây dựng'}." in person.page.text
    clock.advance(seconds=1)
    person.submit(answer="phone")
    person.submit(number=NUMBER)
    assert "Giấy phép xây dựng" in person.page.text
    person.submit(code=person.code())
    assert person.client.path == "/oidc/consent"
    assert "your name" in person.page.text
    told = answer_in(decide(person, "allow"))
    assert (told["state"], told["iss"]) == ("its own state", ISSUER)
    tokens = service.trade(told["code"]).get_json()
    claims = service.told(tokens["id_token"])
    assert (claims["nonce"], claims["acr"], claims["amr"]) == ("its own nonce", "phone", ["otp", "sms"])
    assert claims["auth_time"] == clock.now().timestamp()
    known = service.userinfo(tokens["access_token"]).get_json()
    assert known == {"sub": claims["sub"], "name": MAN_OF_1965["name"]}
    again = follow(person, service.asks())
    assert again.headers["Location"].startswith(BACK), "who has agreed is not asked again"


def test_whoever_has_no_account_makes_one_on_the_way_and_comes_back_signed_in(
    person: Person, service: Service, clock: MovableClock
) -> None:
    assert follow(person, service.asks()).request.path == "/onboarding/account"
    clock.advance(seconds=1)
    person.register()
    assert person.place == "registered"
    assert "Go on to Giấy phép xây dựng" in person.page.text
    code = answer_in(agree(person, "/oidc/consent"))["code"]
    assert service.told(service.trade(code).get_json()["id_token"])["acr"] == "phone"
    assert person.client.visit("/account").having("data-account-state")


@ONE
def test_whoever_does_not_agree_goes_back_with_nothing(person: Person, service: Service) -> None:
    enter(person)
    follow(person, service.asks())
    assert answer_in(decide(person, "deny")) == {"error": "access_denied", "state": "its own state", "iss": ISSUER}
    assert follow(person, "/oidc/consent").request.path == "/account", "the request is answered"


@ONE
def test_R44_what_was_shown_is_what_is_granted(person: Person, service: Service) -> None:
    enter(person)
    follow(person, service.asks(scope="openid"))
    shown = person.fields()
    follow(person, service.asks(scope="openid phone national_id"))
    answer = person.client.post("/oidc/consent", data=shown | {"decision": "allow"})
    assert answer.location == "/oidc/consent", "another request waits now: it is shown first"
    assert "your identity number" in (follow(person, answer.location), person.page.text)[1]
    first = decide(person, "allow")
    assert decide(person, "allow").location == "/account", "answered once"
    tokens = service.trade(answer_in(first)["code"]).get_json()
    known = service.userinfo(tokens["access_token"]).get_json()
    assert (known["phone_number"], known["national_id_confirmed"]) == (NUMBER, False)


@ONE
def test_R44_nobody_agrees_without_the_pages_token_or_in_another_browser(
    person: Person, new_person: NewPerson, service: Service
) -> None:
    """Keycloak's CVE-2026-7507: somebody else's beginning, finished by a victim."""
    enter(person)
    follow(person, service.asks())
    fields = person.fields() | {"decision": "allow"}
    assert person.client.post("/oidc/consent", data=fields | {"csrf_token": ""}).status_code == 403
    other = new_person()
    other.sign_in()
    own = other.fields()["csrf_token"] if other.client.visit("/account") else ""
    assert other.client.post("/oidc/consent", data=fields | {"csrf_token": own}).location == "/account"
    assert person.client.post("/oidc/consent", data=fields).location.startswith(BACK)


@ONE
@pytest.mark.parametrize("changes", [{"prompt": "login"}, {"max_age": "60"}, {"prompt": "select_account"}])
def test_a_service_can_ask_for_a_fresh_sign_in(
    person: Person, service: Service, clock: MovableClock, changes: dict[str, str]
) -> None:
    enter(person)
    service.tokens(person)
    clock.advance(seconds=61)
    assert follow(person, service.asks(**changes)).request.path == "/onboarding/account"
    assert follow(person, "/oidc/consent").request.path == "/onboarding/account"
    clock.advance(seconds=1)
    person.ask_code("phone")
    answer = person.client.post(person.client.path, data=person.fields() | {"code": person.code()})
    back = follow(person, answer.location)
    tokens = service.trade(answer_in(back)["code"]).get_json()
    assert service.told(tokens["id_token"])["auth_time"] == clock.now().timestamp()


@ONE
def test_a_fresh_sign_in_is_fresh_for_as_long_as_reading_takes(
    person: Person, service: Service, clock: MovableClock
) -> None:
    follow(person, service.asks(max_age="60"))
    clock.advance(seconds=1)
    enter(person)
    clock.advance(minutes=5, seconds=1)
    assert follow(person, "/oidc/consent").request.path == "/onboarding/account", "it lay aside"
    enter(person)
    clock.advance(minutes=4)
    follow(person, "/oidc/consent")
    answer = answer_in(person.client.post("/oidc/consent", data=person.fields() | {"decision": "allow"}))
    told = service.told(service.trade(answer["code"]).get_json()["id_token"])
    assert clock.now().timestamp() - told["auth_time"] == 240


@ONE
def test_an_old_enough_sign_in_is_enough(person: Person, service: Service, clock: MovableClock) -> None:
    enter(person)
    service.tokens(person)
    clock.advance(seconds=61)
    assert service.code(person, max_age="61")
    assert service.code(person, max_age="10000", prompt="none")


@ONE
def test_without_a_page_one_is_signed_in_or_the_service_is_told_why_not(
    person: Person, service: Service, clock: MovableClock
) -> None:
    assert answer_in(follow(person, service.asks(prompt="none")))["error"] == "login_required"
    enter(person)
    assert answer_in(follow(person, service.asks(prompt="none")))["error"] == "consent_required"
    service.tokens(person)
    assert service.code(person, prompt="none")
    assert (
        answer_in(follow(person, service.asks(prompt="none", acr_values="signature")))["error"] == "login_required"
    )
    clock.advance(seconds=2)
    assert answer_in(follow(person, service.asks(prompt="none", max_age="1")))["error"] == "login_required"
    assert follow(person, service.asks(prompt="consent")).request.path == "/oidc/consent"


def test_a_service_can_ask_for_a_signature(
    person: Person, service: Service, clock: MovableClock, database: Database
) -> None:
    enter(person)
    service.tokens(person)
    answer = follow(person, service.asks(acr_values="signature"))
    assert answer.request.full_path == "/onboarding/account?answer=usb"
    clock.advance(seconds=1)
    person.ask_code("phone")
    phoned = person.client.post(person.client.path, data=person.fields() | {"code": person.code()})
    assert answer_in(follow(person, phoned.location))["error"] == "unmet_authentication_requirements"
    with database.transaction() as db:
        db.query(SignIn).update({"how": "usb"})
    claims = service.told(service.tokens(person, acr_values="phone signature")["id_token"])
    assert (claims["acr"], claims["amr"]) == ("signature", ["pop"]), "nothing that claims to resist phishing"


@ONE
def test_the_wizard_speaks_the_language_that_the_service_names(person: Person, service: Service) -> None:
    answer = follow(person, service.asks(ui_locales="de vi-VN en"))
    assert answer.request.full_path == "/onboarding/account?lang=vi"
    assert "Ông/bà sắp đăng nhập vào Giấy phép xây dựng" in person.page.text
