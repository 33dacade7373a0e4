"""While a certificate's issuer is asked nothing is held; what was decided stays, the rest is decided anew."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from onboarding.accounts.certificates import Certificate
from onboarding.accounts.challenges import Challenge
from onboarding.accounts.people import Account
from onboarding.db import Database
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.people import MAN_OF_1965, OTHER, NewPerson, Person, rows
from tests.journey.slow_issuer import SlowIssuer, host, issuer, issuers, key, line, own_issuers, settings
from tests.journey.tokens import challenge, proof, sign, sign_in

__all__ = ["host", "issuer", "issuers", "key", "line", "own_issuers", "settings"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AN = {"national_id": "093085001234", "birth_year": "1985"}  # whom the card names


def used(database: Database) -> list[bool]:
    """Which challenges are used up, as everybody else sees it."""
    with database.transaction(write=False) as db:
        return [at is not None for at in db.scalars(select(Challenge.used_at))]


def second_tab(person: Person) -> FlaskClient:
    """The same browser once more."""
    tab = person.client.application.test_client()
    tab.environ_base.update(person.client.environ_base)
    for name in ("session", "language"):
        cookie = person.client.get_cookie(name)
        assert cookie is not None
        tab.set_cookie(name, cookie.value)
    return tab


def sign_out(person: Person, _database: Database) -> None:
    """Press the button in another tab."""
    token = {"csrf_token": person.fields()["csrf_token"]}
    assert second_tab(person).post("/account/sign-out", data=token).status_code == 303


def suspend(_person: Person, database: Database) -> None:
    """What staff do."""
    with database.transaction() as db:
        db.execute(update(Account).values(state="suspended"))


def test_another_citizen_is_served_while_an_issuer_is_slow(new_person: NewPerson, issuer: SlowIssuer) -> None:
    person, other = new_person(), new_person(OTHER)
    issuer.meanwhile = lambda: other.ask_code("phone")
    sign_in(person, issuer.card)
    assert issuer.held == [0]
    assert other.place == "phone-code"
    assert person.place == "register"


def test_P32_R03_a_challenge_that_was_tried_is_used_up_though_the_issuer_gives_no_word(
    person: Person, issuer: SlowIssuer, database: Database
) -> None:
    seen: list[bool] = []
    issuer.status = None
    issuer.meanwhile = lambda: seen.extend(used(database))
    person.choose("usb")
    signed = proof(issuer.card, challenge(person))
    person.submit(**signed)
    assert (issuer.held, seen) == ([0], [True])
    assert "We cannot learn now" in person.page.text
    assert events(database, "signature-refused") == [("signature-refused", {"reason": "revocation-unknown"})]
    person.submit(**signed)
    assert "The signature came too late" in person.page.text


@ONE
def test_P29_a_form_that_comes_again_meanwhile_is_told_so_and_later_gets_its_answer(
    person: Person, issuer: SlowIssuer
) -> None:
    person.choose("usb")
    form = person.fields() | proof(issuer.card, challenge(person))
    again: list[TestResponse] = []
    issuer.meanwhile = lambda: again.append(person.send("usb", form, second_tab(person)))
    tab = second_tab(person)
    first = person.send("usb", form)
    again.append(person.send("usb", form, tab))
    assert [answer.status_code for answer in again] == [409, 303]
    assert "still being checked" in again[0].text
    assert (again[1].location, again[1].headers["Set-Cookie"]) == (first.location, first.headers["Set-Cookie"])
    assert len(issuer.held) == 1


@ONE
@pytest.mark.parametrize("happens", [sign_out, suspend])
def test_whoever_is_signed_out_meanwhile_links_nothing(
    person: Person,
    issuer: SlowIssuer,
    database: Database,
    happens: Callable[[Person, Database], None],
) -> None:
    person.register(**AN)
    person.visit("link-token")
    issuer.meanwhile = lambda: happens(person, database)
    sign(person, issuer.card, "link-token")
    assert issuer.held == [0]
    assert rows(database, Certificate) == 0
    assert person.place == "account"


@ONE
def test_who_goes_on_elsewhere_meanwhile_stays_there(person: Person, issuer: SlowIssuer) -> None:
    person.visit("account")
    other_page = person.fields() | {"answer": "phone"}
    person.choose("usb")
    issuer.meanwhile = lambda: person.send("account", other_page, second_tab(person))
    sign(person, issuer.card)
    assert issuer.held == [0]
    assert person.place == "phone"


@ONE
def test_before_an_account_is_made_with_it_a_certificate_is_asked_about_again(
    person: Person, issuer: SlowIssuer, database: Database, clock: MovableClock
) -> None:
    sign_in(person, issuer.card)
    person.submit(number=person.number)
    person.enter_code()
    person.submit(**MAN_OF_1965 | AN)
    person.submit(consent="y")
    clock.advance(minutes=6)
    made: list[int] = []
    issuer.meanwhile = lambda: made.append(rows(database, Account))
    person.submit()
    assert (issuer.held, made) == ([0, 0], [0])
    assert person.place == "registered"
    assert rows(database, Certificate) == 1


@ONE
def test_before_a_certificate_is_linked_by_a_code_it_is_asked_about_again(
    person: Person, issuer: SlowIssuer, database: Database, clock: MovableClock
) -> None:
    person.register(**AN)
    sign_in(person, issuer.card)
    clock.advance(minutes=6)
    issuer.status = None
    person.enter_code()
    assert issuer.held == [0, 0]
    assert person.place == "token-refused"
    assert rows(database, Certificate) == 0
    assert events(database, "signature-refused") == [("signature-refused", {"reason": "revocation-unknown"})]
