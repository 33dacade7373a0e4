"""The USB answer: first use links or registers, a renewed certificate follows the old one, nobody is stuck."""

import unicodedata

import pytest
from sqlalchemy import select, update

from onboarding.accounts import limits
from onboarding.accounts.call_backs import CallBack
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.people import COOPERATIVE, MAN_OF_1965, OTHER, NewPerson, Person, accounts
from tests.journey.tokens import Tokens, made_issuers, settings, sign, sign_in, tokens, with_token

__all__ = ["made_issuers", "settings", "tokens"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ID = MAN_OF_1965["national_id"]


def linked(database: Database) -> list[tuple[str, str | None]]:
    """Serial and end of the certificates, oldest first."""
    with database.transaction(write=False) as db:
        found = db.scalars(select(Certificate).order_by(Certificate.linked_at, Certificate.not_after))
        return [(one.serial, one.end_reason) for one in found]


def texts(person: Person) -> list[str]:
    """What came to somebody's telephone, newest first."""
    return [message["text"] for message in person.inbox.messages(person.number)]


@ONE
def test_nobody_fills_the_database_by_proofs_that_are_none(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECORDED", 2)
    person.choose("usb")
    for _ in range(4):
        person.submit(kind="cms", proof="none")
        assert person.page.errors, "each is told"
    assert len(events(database, "signature-refused")) == 2


def test_the_first_use_registers_with_what_the_certificate_says(
    person: Person, tokens: Tokens, database: Database
) -> None:
    card = tokens.make()
    sign_in(person, card)
    assert person.place == "register"
    person.submit(number=person.number)
    person.enter_code()
    assert person.place == "citizen"
    assert {name: person.fields()[name] for name in ("name", "national_id")} == {
        "name": MAN_OF_1965["name"],
        "national_id": ID,
    }
    person.submit(**MAN_OF_1965 | {"national_id": "093065005555"})
    assert "not the one in your certificate" in person.page.text
    person.submit(**MAN_OF_1965)
    person.submit(consent="y")
    person.submit()
    assert person.place == "registered"
    assert accounts(database)[0]["identity"] == "certificate"
    assert "confirmed by certificate" in person.client.visit("/account").text
    person.submit(form="sign-out")
    sign_in(person, card)
    assert person.place == "account"
    with database.transaction(write=False) as db:
        opened = db.scalars(select(SignIn).where(SignIn.how == "usb")).one()
        assert opened.certificate_id == db.scalars(select(Certificate.id)).one()


def test_an_account_that_stated_its_id_has_it_proven_by_linking(
    person: Person, tokens: Tokens, database: Database
) -> None:
    person.register()
    assert accounts(database)[0]["identity"] == "declared"
    sign_in(person, tokens.make(issuer="vgca"))
    assert person.place == "usb-code"
    assert "•••• ••• 567" in person.page.text, "it was not typed here"
    person.enter_code()
    assert person.client.path == "/account"
    assert accounts(database)[0]["identity"] == "certificate"
    assert "mot USB ky so vua duoc gan" in texts(person)[0]
    assert "Neu khong phai ong/ba" in texts(person)[0]
    assert [facts for _, facts in events(database, "certificate-linked")] == [{"issuer": "vgca"}]


@ONE
def test_an_organisation_is_found_by_its_tax_code(person: Person, tokens: Tokens, database: Database) -> None:
    person.register(kind="organisation")
    sign_in(person, tokens.make(name="Hop tac xa Vi Thanh", national_id=None, tax_code=COOPERATIVE["tax_code"]))
    assert person.place == "usb-code"
    person.enter_code()
    assert person.client.path == "/account"
    assert events(database, "certificate-name-differs") == []


@pytest.mark.parametrize("renewed_key", [0, 1])
def test_a_renewed_certificate_finds_its_account(
    person: Person, tokens: Tokens, database: Database, clock: MovableClock, renewed_key: int
) -> None:
    """With its old key it signs in at once; with a new one it needs one code, and takes the old one's place."""
    old = tokens.make(days=30)
    with_token(person, old)
    clock.advance(days=20)
    renewed = tokens.make(renewed_key, now=clock.now())
    sign_in(person, renewed)
    if renewed_key:
        assert person.place == "usb-code"
        person.enter_code()
        assert "mot USB ky so vua duoc gan" in texts(person)[0]
    assert person.client.path == "/account"
    serials = [f"{card.certificate.serial_number:x}" for card in (old, renewed)]
    assert linked(database) == ([(serials[0], "replaced")] if renewed_key else []) + [(serials[1], None)]
    clock.advance(days=1)
    sign_in(person, renewed)
    assert person.client.path == "/account"


@ONE
def test_a_second_token_with_time_left_stays_beside_the_first(
    person: Person, tokens: Tokens, database: Database
) -> None:
    first, second = tokens.make(days=300), tokens.make(1, days=365)
    with_token(person, first)
    sign_in(person, second)
    person.enter_code()
    for card in (first, second):
        sign_in(person, card)
        assert person.client.path == "/account"
    assert [end for _, end in linked(database)] == [None, None]


@ONE
@pytest.mark.parametrize(
    ("name", "told"),
    [
        (unicodedata.normalize("NFD", "NGUYỄN  VĂN BA"), False),
        ("Nguyen Van Ba", False),
        ("Trần Thị Bốn", True),
    ],
)
def test_a_different_name_refuses_nobody_and_a_truly_different_one_is_told_to_staff(
    person: Person, tokens: Tokens, database: Database, name: str, told: bool
) -> None:
    person.register()
    sign_in(person, tokens.make(name=name))
    person.enter_code()
    assert person.client.path == "/account"
    assert bool(events(database, "certificate-name-differs")) is told


def test_whoever_lost_the_number_is_called_back_with_the_reason(
    person: Person, tokens: Tokens, database: Database
) -> None:
    person.register()
    sign_in(person, tokens.make())
    (lost,) = [link for link in person.page.all("a") if "no longer have it" in link.text]
    person.client.visit(lost.get("href"))
    person.submit(name="Ba", number=OTHER, best_time="any")
    assert person.place == "call-back-requested"
    with database.transaction(write=False) as db:
        assert db.scalars(select(CallBack.reason)).all() == ["lost-number"]
    seen = events(database, "certificate-seen", "call-back-requested")
    assert seen == [("certificate-seen", {"issuer": "vnpt"}), ("call-back-requested", {"reason": "lost-number"})]


def test_who_proves_a_disputed_id_by_a_certificate_has_it(
    new_person: NewPerson, tokens: Tokens, database: Database
) -> None:
    """The first to state an id was not its owner. The owner's issuer vouches for it; staff hear of both."""
    first, owner = new_person(), new_person(OTHER)
    first.register()
    owner.register()
    assert {one["identity"] for one in accounts(database)} == {"declared", "disputed"}
    owner.visit("link-token")
    sign(owner, tokens.make(), "link-token")
    assert owner.client.path == "/account"
    by_number = {one["numbers"][0]: one["identity"] for one in accounts(database)}  # type: ignore[index]
    assert by_number == {first.number: "disputed", OTHER: "certificate"}
    assert "vua duoc xac minh o tai khoan khac" in texts(first)[0]
    assert events(database, "identity-disputed") == [("identity-disputed", {"by": "certificate"})]
    sign_in(owner, tokens.make(1))
    assert OTHER[-3:] in owner.page.text


@ONE
def test_an_id_that_a_certificate_has_proven_is_not_taken_by_another_one(
    new_person: NewPerson, tokens: Tokens, database: Database
) -> None:
    owner, other = new_person(), new_person(OTHER)
    with_token(owner, tokens.make())
    other.register()
    other.visit("link-token")
    sign(other, tokens.make(1), "link-token")
    assert other.place == "link-token"
    assert "Another account has this identity number" in other.page.text
    assert [facts for _, facts in events(database, "certificate-not-linked")] == [{"reason": "taken"}]
    assert {one["identity"] for one in accounts(database)} == {"certificate", "disputed"}


@ONE
def test_a_suspended_account_gets_no_token(person: Person, tokens: Tokens, database: Database) -> None:
    person.register()
    with database.transaction() as db:
        db.execute(update(Account).values(state="suspended"))
    sign_in(person, tokens.make())
    person.enter_code()
    assert person.place == "suspended"
    assert linked(database) == []
