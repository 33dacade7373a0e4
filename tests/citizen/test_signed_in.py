"""While the issuer of an open sign-in's certificate is asked again nothing is held (P38), and much may happen."""

import base64
from collections.abc import Callable

import pytest
from cryptography.x509.ocsp import OCSPCertStatus
from sqlalchemy import select, update

from onboarding.accounts.certificates import Certificate
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.people import OTHER, NewPerson, Person
from tests.journey.slow_issuer import SlowIssuer, host, issuer, issuers, key, line, nothing, own_issuers, settings
from tests.journey.test_signature import AN, second_tab, sign_out
from tests.journey.tokens import sign_in

__all__ = ["host", "issuer", "issuers", "key", "line", "own_issuers", "settings"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def signed_in(new_person: NewPerson, issuer: SlowIssuer, later: Callable[[], None]) -> Person:
    """Somebody whose token has signed them in, and whose certificate is to be checked again."""
    person = new_person()
    person.register(**AN)
    sign_in(person, issuer.card)
    person.enter_code()
    later()
    issuer.held.clear()
    return person


@pytest.fixture
def later(database: Database, clock: MovableClock) -> Callable[[], None]:
    """Lets the issuer's last word grow old, and the hour of a sign-in pass."""

    def pass_by() -> None:
        clock.advance(minutes=6)
        with database.transaction() as db:
            db.execute(update(SignIn).values(recheck_at=clock.now()))

    return pass_by


def open_account(person: Person) -> None:
    """A click that only reads."""
    person.client.visit("/account")
    assert person.page.heading == "My account"


def test_another_citizen_is_served_while_an_issuer_is_slow(
    signed_in: Person, new_person: NewPerson, issuer: SlowIssuer, later: Callable[[], None]
) -> None:
    """Be it asked at a click that only reads, or at one that writes."""
    other, places = new_person(OTHER), []
    issuer.meanwhile = lambda: places.append(other.ask_code("phone").heading)
    open_account(signed_in)
    signed_in.visit("confirm?aim=link-token")
    later()
    signed_in.submit()
    assert signed_in.place == "confirm-code"
    assert issuer.held == [0, 0]
    assert places == 2 * ["Enter the code"]


@ONE
def test_who_signs_out_meanwhile_is_shown_nothing(
    signed_in: Person, issuer: SlowIssuer, database: Database
) -> None:
    def sign_out_elsewhere() -> None:
        issuer.meanwhile = nothing
        sign_out(signed_in, database)

    issuer.meanwhile = sign_out_elsewhere
    assert signed_in.client.get("/account").location == "/onboarding/account?answer=usb&aim=account"
    assert issuer.held == [0, 0]


@ONE
def test_what_another_tab_does_meanwhile_is_not_lost(
    signed_in: Person, issuer: SlowIssuer, later: Callable[[], None]
) -> None:
    signed_in.visit("confirm?aim=link-token")
    signed_in.submit()
    signed_in.visit("account")
    other_page = signed_in.fields() | {"answer": "phone"}
    signed_in.visit("confirm?aim=link-token")
    later()
    issuer.meanwhile = lambda: signed_in.send("account", other_page, second_tab(signed_in))
    signed_in.submit()
    assert signed_in.place == "confirm-code"
    signed_in.visit("account")
    assert signed_in.fields()["answer"] == "phone"


@ONE
def test_what_is_said_of_a_certificate_counts_for_that_one_alone(
    signed_in: Person, issuer: SlowIssuer, database: Database
) -> None:
    """Meanwhile its owner has had it renewed, and signs in elsewhere."""

    def renew() -> None:
        with database.transaction() as db:
            renewed = issuer.line.card(serial=4712).der
            db.scalars(select(Certificate)).one().encoded = base64.b64encode(renewed).decode()

    issuer.meanwhile, issuer.status = renew, OCSPCertStatus.REVOKED
    open_account(signed_in)
    assert issuer.held == [0]
    assert events(database, "certificate-ended") == []
