"""Linking and removing tokens at one's account, each after confirming who one is (P25)."""

import pytest

from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from onboarding.journey.table import TABLE
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person, rows
from tests.journey.tokens import Tokens, made_issuers, settings, sign, sign_in, tokens, with_token

__all__ = ["made_issuers", "settings", "tokens"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def texts(person: Person) -> list[str]:
    """What came to somebody's telephone, newest first."""
    return [message["text"] for message in person.inbox.messages(person.number)]


def ways_in(person: Person) -> str:
    """What the account's page says of the ways to sign in."""
    return person.client.visit("/account").text.partition("How you can sign in")[2].partition("Where you are")[0]


def test_a_token_is_linked_after_a_phone_code_and_told_to_its_owner(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database
) -> None:
    person.register()
    clock.advance(minutes=5)
    person.visit("link-token")
    assert person.place == "confirm"
    assert person.number not in person.page.text
    person.submit()
    assert person.place == "confirm-code"
    assert "la ma xac nhan thay doi" in texts(person)[0]
    person.enter_code()
    assert person.place == "link-token"
    card = tokens.make()
    sign(person, card, "link-token")
    assert person.client.path == "/account"
    serial = f"{card.certificate.serial_number:x}"[-6:].upper()
    assert f"VNPT, number ending in {serial}" in ways_in(person)
    assert "valid until 23 Nov 2027" in ways_in(person)
    assert "mot USB ky so vua duoc gan" in texts(person)[0]
    assert len(events(database, "certificate-linked")) == 1
    person.visit("link-token")
    sign(person, card, "link-token")
    assert "linked to your account already" in person.page.text


def test_confirming_is_a_new_sign_in_and_the_old_one_is_dead(
    person: Person, clock: MovableClock, database: Database
) -> None:
    """R24: whoever had the cookie of before has nothing."""
    person.register()
    before = person.client.get_cookie("session")
    assert before is not None
    clock.advance(minutes=5)
    person.visit("link-token")
    person.submit()
    form = person.fields() | {"code": person.code()}
    first = person.send("confirm-code", form)
    after = person.client.get_cookie("session")
    assert after is not None
    assert after.value != before.value
    person.client.set_cookie("session", before.value)
    again = person.send("confirm-code", form)
    assert (first.location, again.location) == ("/onboarding/link-token", "/onboarding/link-token"), "sent twice"
    person.client.set_cookie("session", before.value)
    assert person.client.get("/account").location == "/onboarding/account?answer=phone&aim=account"
    assert rows(database, SignIn) == 2
    assert [facts["reason"] for _, facts in events(database, "session-ended")] == ["proven-again"]


@pytest.mark.parametrize(("seconds", "asked"), [(299, False), (300, True), (-1, True)])
@ONE
def test_P25_a_proof_lasts_five_minutes_to_the_second(
    person: Person, clock: MovableClock, seconds: int, asked: bool
) -> None:
    person.register()
    clock.advance(seconds=seconds)
    person.visit("link-token")
    assert person.place == ("confirm" if asked else "link-token")


@ONE
def test_P25_a_page_that_was_open_too_long_links_nothing(
    person: Person, clock: MovableClock, database: Database
) -> None:
    person.register()
    person.visit("link-token")
    clock.advance(minutes=5)
    answer = person.send("link-token", person.fields() | {"kind": "cms", "proof": "x"})
    assert answer.location == "/onboarding/confirm?aim=link-token"
    token = {"csrf_token": person.fields()["csrf_token"]}
    assert person.client.post("/onboarding/link-token/challenge", data=token).status_code == 403
    assert events(database, "certificate-linked") == []


def test_a_token_is_removed_and_the_sign_ins_that_it_opened_end(
    new_person: NewPerson, tokens: Tokens, clock: MovableClock, database: Database
) -> None:
    phone = new_person()
    with_token(phone, tokens.make())
    computer = phone
    phone = new_person()
    clock.advance(minutes=1)
    phone.sign_in()
    phone.visit("unlink-token")
    assert "VNPT, number ending in" in phone.page.text
    (choice,) = [radio.get("value") for radio in phone.page.all("input") if radio.get("type") == "radio"]
    phone.submit()
    assert "Choose one of the tokens." in phone.page.text
    phone.submit(certificate=choice)
    assert phone.client.path == "/account"
    assert "VNPT" not in ways_in(phone)
    assert "•••• ••• 567" in ways_in(phone), "the number always stays"
    assert "vua duoc go khoi tai khoan" in texts(phone)[0]
    assert [facts["reason"] for _, facts in events(database, "certificate-ended")] == ["removed"]
    closed = computer.client.visit("/account")
    assert "has been removed from your account" in closed.text
    assert closed.heading == "You have been signed out"


@ONE
def test_a_removed_token_can_be_linked_again_by_a_code(person: Person, tokens: Tokens) -> None:
    card = tokens.make()
    with_token(person, card)
    person.visit("unlink-token")
    (choice,) = [radio.get("value") for radio in person.page.all("input") if radio.get("type") == "radio"]
    person.submit(certificate=choice)
    assert person.page.heading == "You have been signed out", "the token had opened this very sign-in"
    sign_in(person, card)
    assert person.place == "usb-code"
    person.enter_code()
    assert "VNPT" in ways_in(person)


@ONE
def test_a_linked_token_confirms_as_well_and_another_one_does_not(
    new_person: NewPerson, tokens: Tokens, clock: MovableClock
) -> None:
    person, other = new_person(), new_person(OTHER)
    mine, foreign = tokens.make(), tokens.make(1, national_id="093065005555")
    with_token(other, foreign, national_id="093065005555")
    with_token(person, mine)
    clock.advance(minutes=5)
    person.visit("unlink-token")
    assert person.place == "confirm"
    person.submit(by_token="1")
    assert person.place == "confirm-token"
    sign(person, foreign, "confirm-token")
    assert "not linked to your account" in person.page.text
    sign(person, mine, "confirm-token")
    assert person.place == "unlink-token"


@ONE
def test_a_token_of_somebody_else_is_not_linked(new_person: NewPerson, tokens: Tokens, database: Database) -> None:
    person = new_person()
    person.register()
    person.visit("link-token")
    sign(person, tokens.make(national_id="093065005555"), "link-token")
    assert "is not the one in your account" in person.page.text
    other = new_person(OTHER)
    other.register(**MAN_OF_1965 | {"national_id": "093065005555"})
    other.visit("link-token")
    sign(other, tokens.make(1), "link-token")
    assert [facts for _, facts in events(database, "certificate-not-linked")] == [{"reason": "other-identity"}] * 2


@ONE
@pytest.mark.parametrize("step", ["link-token", "unlink-token", "confirm", "confirm-code", "confirm-token"])
def test_nobody_opens_these_pages_without_being_signed_in(person: Person, step: str) -> None:
    answer = person.client.get(f"/onboarding/{step}")
    elsewhere = "/account" if TABLE[step].entrance else "/onboarding/account"
    assert (answer.status_code, answer.location) == (303, elsewhere)
    form = person.fields()
    assert person.send(step, form).location == elsewhere
    for aside in ("typed", "stay"):
        assert person.client.post(f"/onboarding/{step}/{aside}", data=form).status_code == 404
    assert person.client.post(f"/onboarding/{step}/challenge", data=form).status_code in (403, 404)


@ONE
def test_the_aim_is_one_of_ours(person: Person) -> None:
    person.register()
    for aim in ("", "https://example.com", "account"):
        person.visit(f"confirm?aim={aim}")
        person.submit()
        assert person.place == "confirm"
        assert "Start again from your account page" in person.page.text
