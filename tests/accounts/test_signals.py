"""Signals: who is told what, and that a service takes its own and nobody else's."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from onboarding.accounts import consents, endings, jose, number_changes, sessions, signal_claims, signals
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.accounts.signal_tokens import token
from onboarding.accounts.signals import (
    CREDENTIAL_CHANGE,
    DELIVERED,
    DISABLED,
    ENABLED,
    LOGOUT,
    PURGED,
    REFUSED,
    SESSION_REVOKED,
)
from onboarding.config import Settings
from tests.accounts.agreed import Town

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OVER = [LOGOUT, SESSION_REVOKED]
Change = Callable[[Session, datetime, Settings, Account], object]


def suspend(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    endings.suspend(db, now, settings, account)


def reinstate(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    endings.reinstate(db, now, settings, account)


def close(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    endings.close(db, now, settings, account)


def change_number(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    change = number_changes.ask(db, now, account, "+84909999999")
    number_changes.approve(db, now, change.id)
    assert number_changes.take(db, now, settings, "+84909999999")


def sign_out_everywhere(db: Session, now: datetime, settings: Settings, account: Account) -> None:
    endings.sign_out(db, now, settings, account)


CHANGES: list[tuple[Change, list[str]]] = [
    (suspend, [DISABLED, *OVER]),
    (reinstate, [ENABLED, *OVER]),
    (close, [PURGED, *OVER]),
    (change_number, [CREDENTIAL_CHANGE, *OVER]),
    (sign_out_everywhere, OVER),
]


def test_a_service_is_told_what_becomes_of_a_citizen_who_has_agreed_to_it_and_of_nobody_else(town: Town) -> None:
    agreed, stranger = town.service(), town.service()
    before: list[str] = []
    for change, kinds in CHANGES:
        account = town.citizen()
        town.sign_in(account, agreed)
        town.sign_in(town.citizen(), stranger)
        with town.database.transaction() as db:
            change(db, town.clock.now(), town.settings, db.get_one(Account, account.id))
        before = sorted([*before, *kinds])
        assert town.kinds(agreed) == before, change.__name__
    assert town.kinds(stranger) == []


def test_a_change_that_is_rolled_back_tells_nobody(town: Town) -> None:
    account, service = town.citizen(), town.service()
    town.sign_in(account, service)
    with suppress(ZeroDivisionError), town.database.transaction() as db:
        endings.suspend(db, town.clock.now(), town.settings, db.get_one(Account, account.id))
        raise ZeroDivisionError
    assert town.kinds(service) == []


def test_the_end_of_a_sign_in_is_told_to_the_services_that_it_gave_something(town: Town) -> None:
    account, here, elsewhere = town.citizen(), town.service(), town.service(logout_uri=None)
    mine = town.sign_in(account, here)
    town.sign_in(account, elsewhere)
    with town.database.transaction() as db:
        sessions.end(db, town.clock.now(), db.get_one(SignIn, mine.id), "by-owner")
    assert [(told.kind, told.sign_in_id) for told in town.all_told(here)] == [(kind, mine.id) for kind in OVER]
    assert town.kinds(elsewhere) == []


def test_a_service_without_consent_is_told_so_and_nothing_after_that(town: Town) -> None:
    account, service = town.citizen(), town.service()
    sign_in = town.sign_in(account, service)
    with town.database.transaction() as db:
        assert consents.withdraw(db, town.clock.now(), account.id, service.id)
        assert not consents.withdraw(db, town.clock.now(), account.id, service.id)
        sessions.end(db, town.clock.now(), db.get_one(SignIn, sign_in.id), "signed-out")
        endings.suspend(db, town.clock.now(), town.settings, db.get_one(Account, account.id))
    assert [(told.kind, told.sign_in_id) for told in town.all_told(service)] == [(kind, None) for kind in OVER]


def test_R24_signing_out_everywhere_ends_what_an_idle_sign_in_has_given(town: Town) -> None:
    account, service = town.citizen(), town.service()
    sign_in = town.sign_in(account, service)
    town.clock.advance(minutes=20)
    with town.database.transaction() as db:
        assert not db.get_one(SignIn, sign_in.id).is_open(town.clock.now(), town.settings)
        endings.sign_out(db, town.clock.now(), town.settings, db.get_one(Account, account.id))
        assert db.get_one(SignIn, sign_in.id).ended_at == town.clock.now()
    assert town.kinds(service) == OVER


def test_a_poll_brings_what_a_service_has_not_taken_and_of_no_other_service(town: Town) -> None:
    account, service, other = town.citizen(), town.service(events_uri=None), town.service()
    town.sign_in(account, service, other)
    with town.database.transaction() as db:
        mine = db.get_one(Account, account.id)
        for change in (suspend, reinstate, suspend):
            change(db, town.clock.now(), town.settings, mine)
            town.clock.advance(seconds=1)
    now = town.clock.now()
    with town.database.transaction() as db:
        waiting = signals.to_poll(db, service, 10)
        assert sorted(one.kind for one in waiting) == sorted([DISABLED, SESSION_REVOKED, ENABLED, DISABLED])
        assert [one.due_at for one in waiting] == [None] * 4
        assert signals.to_poll(db, service, 1) == waiting[:1]
        ids = [one.id for one in waiting]
        signals.take(db, now, other, ids)
        signals.refuse(db, other, ids[0], "invalid_key")
        assert signals.to_poll(db, service, 10) == waiting
        signals.take(db, now, service, [*ids[:2], uuid4()])
        signals.refuse(db, service, ids[2], "invalid_key")
        assert [one.id for one in signals.to_poll(db, service, 10)] == ids[3:]
    states = {told.id: (told.state, told.reason) for told in town.all_told(service)}
    assert [states[one] for one in ids[:3]] == [(DELIVERED, None)] * 2 + [(REFUSED, "invalid_key")]


def test_what_happened_a_week_ago_is_forgotten(town: Town) -> None:
    account, service = town.citizen(), town.service()
    town.sign_in(account, service)
    with town.database.transaction() as db:
        endings.reinstate(db, town.clock.now(), town.settings, db.get_one(Account, account.id))
    for days, left in ((6, [ENABLED, *OVER]), (1, [])):
        town.clock.advance(days=days)
        with town.database.transaction() as db:
            signals.forget_old(db, town.clock.now())
        assert town.kinds(service) == left


def test_who_comes_back_after_its_claim_has_lapsed_changes_nothing(town: Town) -> None:
    account, service = town.citizen(), town.service(logout_uri=None)
    town.sign_in(account, service)
    with town.database.transaction() as db:
        consents.tell(db, town.clock.now(), account.id, ENABLED)
    claims = []
    for passed in (0, 59, 1):
        town.clock.advance(seconds=passed)
        with town.database.transaction() as db:
            claims += signal_claims.claim(db, town.clock.now(), "https://portal.example", ())
    late, newer = claims
    with town.database.transaction() as db:
        signal_claims.mark_delivered(db, town.clock.now(), newer)
        signal_claims.mark_refused(db, late, "400")
        signal_claims.postpone(db, town.clock.now(), late, "503")
    (told,) = town.all_told(service)
    assert (told.state, told.reason, told.due_at, told.attempts) == (DELIVERED, None, None, 2)


def test_P41_what_a_service_is_told_is_signed_as_its_id_tokens_are(town: Town) -> None:
    account = town.citizen()
    services = {name: town.service(id_token_algorithm=name) for name in ("ES256", "RS256")}
    town.sign_in(account, *services.values())
    with town.database.transaction() as db:
        suspend(db, town.clock.now(), town.settings, db.get_one(Account, account.id))
    with town.database.transaction() as db:
        for name, service in services.items():
            told = [
                token(db, town.clock.now(), "https://portal.example", db.merge(one))
                for one in town.all_told(service)
            ]
            headers = [jose.header_of(one) or {} for one in told]
            assert {header["alg"] for header in headers} == {name}
            assert {header["typ"] for header in headers} == {"logout+jwt", "secevent+jwt"}
