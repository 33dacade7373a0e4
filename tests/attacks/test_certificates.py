"""Attacks on linking a token to somebody's account: replays, foreign challenges, mixed-up purposes."""

from typing import Any

import pytest
from sqlalchemy import update

from onboarding.accounts.certificates import Certificate
from onboarding.accounts.challenges import Challenge
from onboarding.db import Database
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.conftest import new_person, person
from tests.journey.people import OTHER, NewPerson, Person, rows
from tests.journey.tokens import Tokens, challenge, made_issuers, proof, settings, tokens, with_token

__all__ = ["made_issuers", "new_person", "person", "settings", "tokens"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATE, OTHER_TEXT = "The signature came too late", "Something other than this sign-in was signed"


def test_C01_a_signature_that_has_linked_a_token_is_worth_nothing_more(
    new_person: NewPerson, tokens: Tokens, database: Database
) -> None:
    owner, thief = new_person(), new_person(OTHER)
    owner.register()
    owner.visit("link-token")
    signed = proof(tokens.make(), challenge(owner, "link-token"))
    owner.submit(**signed)
    assert owner.client.path == "/account"
    thief.register()
    for somebody in (owner, thief):
        somebody.visit("link-token")
        somebody.submit(**signed)
        assert LATE in somebody.page.text
        challenge(somebody, "link-token")
        somebody.submit(**signed)
        assert OTHER_TEXT in somebody.page.text
    assert rows(database, Certificate) == 1


@ONE
def test_C03_a_challenge_that_is_expired_of_somebody_else_or_none_links_nothing(
    new_person: NewPerson, tokens: Tokens, database: Database, clock: MovableClock
) -> None:
    owner, other = new_person(), new_person(OTHER)
    owner.register()
    other.register(national_id="093065005555")
    for somebody in (owner, other):
        somebody.visit("link-token")
    foreign = proof(tokens.make(), challenge(other, "link-token"))
    for signed in (foreign, proof(tokens.make(), b"")):
        owner.submit(**signed)
        assert LATE in owner.page.text
    challenge(owner, "link-token")
    owner.submit(**foreign)
    assert OTHER_TEXT in owner.page.text
    signed = proof(tokens.make(), challenge(owner, "link-token"))
    with database.transaction() as db:
        db.execute(update(Challenge).values(expires_at=clock.now()))
    owner.submit(**signed)
    assert LATE in owner.page.text
    assert rows(database, Certificate) == 0


@pytest.mark.parametrize("asked", ["usb", "confirm-token", "link-token"])
@pytest.mark.parametrize("used", ["usb", "confirm-token", "link-token"])
@ONE
def test_P33_a_signature_counts_for_its_own_purpose_only(
    person: Person, tokens: Tokens, database: Database, clock: MovableClock, asked: str, used: str
) -> None:
    """Signing in, confirming and linking, each made on its page and sent to each."""
    card = tokens.make()
    with_token(person, card)
    clock.advance(minutes=1)
    person.choose("usb")
    person.visit("confirm?aim=unlink-token")
    person.submit(by_token="1")
    before = len(events(database, "signed-in")), rows(database, Certificate)
    person.visit(asked)
    signed = proof(card, challenge(person, asked))
    person.visit(used)
    if asked != used:
        person.submit(**signed)
        assert LATE in person.page.text
        challenge(person, used)
    person.submit(**signed)
    worked: dict[str, Any] = {"usb": "/account", "confirm-token": "/onboarding/unlink-token", "link-token": ""}
    if asked == used and worked[used]:
        assert person.client.path == worked[used]
        assert len(events(database, "signed-in")) == before[0] + 1
    else:
        said = "linked to your account already" if asked == used else OTHER_TEXT
        assert said in person.page.text
        assert (len(events(database, "signed-in")), rows(database, Certificate)) == before


@ONE
def test_A20_a_code_for_signing_in_does_not_confirm(person: Person, clock: MovableClock) -> None:
    person.register()
    clock.advance(minutes=5)
    thief = person.client.application.test_client()
    another = Person(thief, person.inbox)  # type: ignore[arg-type]
    another.ask_code("phone")
    for_signing_in = another.code()
    clock.advance(minutes=1)
    person.visit("link-token")
    person.submit()
    assert person.code() != for_signing_in
    person.submit(code=for_signing_in)
    assert "This code is not right" in person.page.text
    assert person.place == "confirm-code"
