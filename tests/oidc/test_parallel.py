"""Fifty at once: a code, a refresh token, an assertion, a consent counts once; twice ends the grant (R01, R51)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from onboarding.accounts import assertions, authorizations, clients, consents, grants, people, sessions, tokens
from onboarding.accounts.authorizations import Asked, Authorization
from onboarding.accounts.clients import Client
from onboarding.accounts.grants import Grant, Standing
from onboarding.accounts.people import Applicant
from onboarding.accounts.sign_ins import SignIn
from onboarding.accounts.tokens import REFRESH
from onboarding.config import Settings
from onboarding.db import Database
from tests.clock import MovableClock

AT_ONCE = 50
ROUNDS = 20
ASKED = Asked("https://permits.example/back", "c" * 43, ["openid"])
Work = Callable[[Session], Any]


@pytest.fixture(autouse=True)
def hurry(database: Database) -> None:
    """Nothing waits for the disk here, because no power is cut."""

    def relax(connection: Any, _record: Any) -> None:
        if database.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(database.engine, "connect", relax)


@pytest.fixture
def together(database: Database) -> Iterator[Callable[[Work], list[Any]]]:
    """Runs something fifty times at the same moment, a transaction each; who finds no connection comes back."""
    start = Barrier(AT_ONCE)

    def run(work: Work) -> Any:
        start.wait()
        while True:
            try:
                with database.transaction() as db:
                    return work(db)
            except PoolTimeout:
                continue

    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield lambda work: list(threads.map(run, [work] * AT_ONCE))


@pytest.fixture
def parties(database: Database, clock: MovableClock, settings: Settings) -> tuple[Client, SignIn]:
    """A service, and somebody who is signed in."""
    with database.transaction() as db:
        client, _ = clients.add(db, clock.now(), "Permits", [ASKED.redirect_uri])
        applicant = Applicant("citizen", "Nguyễn Văn Ba", "093065001234")
        account = people.register(db, clock.now(), applicant, "+84901234567", "vi", "1").account
        sign_in = sessions.start(db, clock.now(), settings, account, "token", "phone", "")
    return client, sign_in


def test_a_code_is_taken_once_and_fifty_uses_end_its_grant(
    database: Database, clock: MovableClock, settings: Settings, parties: tuple[Client, SignIn], together: Any
) -> None:
    client, sign_in = parties
    now = clock.now()
    for _ in range(ROUNDS):
        with database.transaction() as db:
            grant = given(db, grants.give(db, now, settings, sign_in, client, ASKED))
        assert sum(together(lambda db, grant=grant: grants.take_code(db, now, client, grant))) == 1
    assert open_grants(database) == 0


def test_a_refresh_token_is_taken_once_and_fifty_uses_end_its_family(
    database: Database, clock: MovableClock, settings: Settings, parties: tuple[Client, SignIn], together: Any
) -> None:
    """Keycloak's CVE-2026-1035: two uses at once, between a look and a write."""
    client, sign_in = parties
    now = clock.now()
    for _ in range(ROUNDS):
        with database.transaction() as db:
            grant = given(db, grants.give(db, now, settings, sign_in, client, ASKED))
            token = str(tokens.issue(db, now, grant, ["openid"]).refresh)
        assert sum(together(lambda db, token=token: used(db, now, client, token))) == 1
    assert open_grants(database) == 0


def given(db: Session, code: str) -> Standing:
    """The grant of a code."""
    grant = grants.of_code(db, code)
    assert grant is not None
    return grant


def used(db: Session, now: Any, client: Client, token: str) -> bool:
    """Use a refresh token, as the token endpoint does."""
    found = tokens.find(db, token, REFRESH)
    return found is not None and tokens.take(db, now, client, found)


def open_grants(database: Database) -> int:
    """How many grants have not ended."""
    with database.transaction(write=False) as db:
        return len(db.scalars(select(Grant).where(Grant.ended_at.is_(None))).all())


def test_an_assertion_is_taken_once(clock: MovableClock, parties: tuple[Client, SignIn], together: Any) -> None:
    client, ends = parties[0].id, clock.now() + timedelta(minutes=1)
    for n in range(ROUNDS):
        assert sum(together(lambda db, n=n: assertions.take(db, client, f"id {n}", ends))) == 1


def test_a_request_is_answered_once(
    database: Database, clock: MovableClock, parties: tuple[Client, SignIn], together: Any
) -> None:
    now = clock.now()
    for _ in range(ROUNDS):
        with database.transaction() as db:
            token = authorizations.keep(db, now, parties[0], ASKED)
        with database.transaction(write=False) as db:
            waiting = authorizations.waiting(db, now, token)
        assert isinstance(waiting, Authorization)
        assert sum(together(lambda db, one=waiting: authorizations.take(db, now, one))) == 1


def test_a_pushed_request_is_taken_once(
    database: Database, clock: MovableClock, parties: tuple[Client, SignIn], together: Any
) -> None:
    client, now = parties[0], clock.now()
    for _ in range(ROUNDS):
        with database.transaction() as db:
            name = authorizations.push(db, now, client, ASKED)
        pulled = together(lambda db, name=name: authorizations.pull(db, now, client, name))
        assert [one for one in pulled if one is not None] == [ASKED]


def test_nothing_is_given_after_its_consent_was_withdrawn(
    database: Database, clock: MovableClock, settings: Settings, parties: tuple[Client, SignIn], together: Any
) -> None:
    (client, sign_in), now = parties, clock.now()
    for _ in range(ROUNDS):
        with database.transaction() as db:
            consents.give(db, now, sign_in.account_id, client.id, ASKED.scopes)
        turns = count()

        def work(db: Session, turns: Iterator[int] = turns) -> None:
            if next(turns) == AT_ONCE // 2:
                consents.withdraw(db, now, sign_in.account_id, client.id)
            elif consents.covers(db, sign_in.account_id, client.id, ASKED.scopes, held=True):
                grants.give(db, now, settings, sign_in, client, ASKED)

        together(work)
        assert open_grants(database) == 0


def test_a_consent_given_fifty_times_is_one(
    database: Database, clock: MovableClock, parties: tuple[Client, SignIn], together: Any
) -> None:
    client_id, account_id = parties[0].id, parties[1].account_id

    def give(db: Session) -> bool:
        consents.give(db, clock.now(), account_id, client_id, ["openid"])
        return True

    assert all(together(give))
    with database.transaction(write=False) as db:
        assert [one.scopes for one in consents.of_account(db, UUID(str(account_id)))] == [["openid"]]
