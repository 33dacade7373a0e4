"""A sign-in by token lasts as long as its certificate is good (P38), and whose certificate ends soon is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from onboarding import housekeeping
from onboarding.accounts.certificates import Certificate
from onboarding.accounts.sign_ins import SignIn
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sms.outbox import Message
from tests.attacks.wizard import events
from tests.clock import MovableClock
from tests.journey.people import Person
from tests.journey.tokens import Tokens, settings, sign_in, with_token

__all__ = ["settings"]

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def clicking(person: Person, clock: MovableClock, minutes: int) -> None:
    """Let time pass with a click every ten minutes."""
    for _ in range(minutes // 10):
        clock.advance(minutes=10)
        person.client.visit("/account")


def open_page(person: Person) -> str:
    """What the account's page comes to: its heading."""
    return person.client.visit("/account").heading


def test_C17_a_certificate_revoked_during_the_session_ends_it_within_an_hour(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database
) -> None:
    card = tokens.make()
    with_token(person, card)
    clicking(person, clock, 50)
    tokens.revoke(card, clock.now())
    clock.advance(minutes=9, seconds=59)
    assert open_page(person) == "My account"
    clock.advance(seconds=1)
    assert open_page(person) == "You have been signed out"
    assert "has revoked the certificate" in person.page.text
    assert person.client.get("/account/data").mimetype == "text/html"
    assert [facts["reason"] for _, facts in events(database, "session-ended")][-1] == "certificate-revoked"
    assert [facts["reason"] for _, facts in events(database, "certificate-ended")] == ["revoked"]
    sign_in(person, card)
    assert "has been revoked" in person.page.text


def test_C17_a_change_is_refused_at_once_whose_certificate_was_revoked(
    person: Person, tokens: Tokens, clock: MovableClock
) -> None:
    """P38: asking to confirm checks the certificate, however lately it was checked."""
    card = tokens.make()
    with_token(person, card)
    clock.advance(minutes=5)
    tokens.revoke(card, clock.now())
    person.visit("link-token")
    assert person.place == "confirm"
    person.submit()
    assert person.page.heading == "You have been signed out"


@ONE
def test_C17_one_that_tries_to_sign_in_with_a_revoked_certificate_ends_what_it_had_opened(
    new_person: Any, tokens: Tokens, clock: MovableClock
) -> None:
    card, computer, other = tokens.make(), new_person(), new_person()
    with_token(computer, card)
    tokens.revoke(card, clock.now())
    sign_in(other, card)
    assert "has been revoked" in other.page.text
    assert open_page(computer) == "You have been signed out"


@ONE
def test_C17_revoked_between_signature_and_code_links_nothing(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database
) -> None:
    card = tokens.make()
    person.register()
    sign_in(person, card)
    tokens.revoke(card, clock.now())
    person.enter_code()
    assert person.place == "token-refused"
    assert events(database, "certificate-linked") == []


@ONE
def test_where_nobody_can_be_asked_the_sign_in_goes_on_and_is_checked_in_five_minutes(
    person: Person, tokens: Tokens, clock: MovableClock, tmp_path: Path
) -> None:
    card = tokens.make()
    with_token(person, card)
    lists = tokens.trust / "vnpt" / "crls"
    lists.rename(tmp_path / "away")
    clicking(person, clock, 60)
    assert open_page(person) == "My account"
    (tmp_path / "away").rename(lists)
    tokens.revoke(card, clock.now())
    clock.advance(minutes=4, seconds=59)
    assert open_page(person) == "My account"
    clock.advance(seconds=1)
    assert open_page(person) == "You have been signed out"


@ONE
def test_a_certificate_that_ends_during_the_session_ends_it_too(
    person: Person, tokens: Tokens, clock: MovableClock
) -> None:
    with_token(person, tokens.make(days=1, now=clock.now() - timedelta(hours=23, minutes=30)))
    clicking(person, clock, 50)
    assert open_page(person) == "My account"
    clock.advance(minutes=10)
    assert open_page(person) == "You have been signed out"
    assert "has ended" in person.page.text


@ONE
def test_a_good_certificate_is_checked_once_an_hour(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database
) -> None:
    with_token(person, tokens.make())
    due: set[datetime | None] = set()
    for _ in range(13):
        clicking(person, clock, 10)
        with database.transaction(write=False) as db:
            due |= set(db.scalars(select(SignIn.recheck_at).where(SignIn.how == "usb", SignIn.ended_at.is_(None))))
    assert len(due - {None}) == 3
    clock.advance(minutes=15)
    assert person.client.get("/account").location == "/onboarding/account?answer=usb&aim=account", (
        "the way known here"
    )


def warned(database: Database) -> int:
    """How many warnings were promised."""
    with database.transaction(write=False) as db:
        return len(db.scalars(select(Message.id).where(Message.purpose == "certificate-ends")).all())


def keep_house(database: Database, clock: MovableClock, settings: Settings, processes: int = 8) -> None:
    """What several processes do at the same moment."""
    start = Barrier(processes)

    def once(_: int) -> None:
        start.wait()
        housekeeping.warn(database, clock, settings)

    with ThreadPoolExecutor(processes) as threads:
        list(threads.map(once, range(processes)))


def test_its_owner_is_told_60_and_15_days_before_the_end_once_each(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database, settings: Settings
) -> None:
    with_token(person, tokens.make(days=90))
    told = []
    for days in (29, 2, 43, 3, 12, 5):
        clock.advance(days=days)
        keep_house(database, clock, settings)
        told.append((warned(database), person.inbox.messages(person.number)[0]["text"].partition("han trong ")[2]))
    assert [count for count, _ in told] == [0, 1, 1, 2, 2, 2]
    assert told[1][1].startswith("60 ngay toi")
    assert told[3][1].startswith("15 ngay toi")
    assert [facts for _, facts in events(database, "certificate-warned")] == [{"days": 60}, {"days": 15}]


@ONE
def test_who_is_first_seen_near_the_end_is_told_once(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database, settings: Settings
) -> None:
    with_token(person, tokens.make(days=10))
    keep_house(database, clock, settings)
    assert warned(database) == 1
    assert "is valid until 3 Dec 2026 only" in person.client.visit("/account").text


@ONE
def test_a_removed_one_is_not_warned_of(
    person: Person, tokens: Tokens, clock: MovableClock, database: Database, settings: Settings
) -> None:
    with_token(person, tokens.make(days=10))
    with database.transaction() as db:
        db.scalars(select(Certificate)).one().ended_at = clock.now()
    keep_house(database, clock, settings)
    assert warned(database) == 0


@ONE
def test_the_download_has_the_certificates(person: Person, tokens: Tokens) -> None:
    with_token(person, tokens.make())
    (certificate,) = person.client.get("/account/data").get_json()["account"]["certificates"]
    assert certificate["issuer"] == "vnpt"
    kept = {column.name.removesuffix("_sealed") for column in Certificate.__table__.columns}
    assert kept - {"id", "account_id", "key_hash", "warned_days"} == certificate.keys()
