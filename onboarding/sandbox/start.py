"""What a sandbox has from its first start on: test issuers, the ready client, and people to sign in as."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from onboarding.accounts import counters
from onboarding.accounts.counters import Change
from onboarding.accounts.locks import Budget
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sandbox.clients import ensure_ready_client
from onboarding.sandbox.clock import SandboxClock
from onboarding.sandbox.issuers import SHAPES, ensure_issuers
from onboarding.sandbox.numbers import BY_OUTCOME, NUMBERS
from onboarding.sandbox.people import FIRST, MOST, make, person, seed_batch
from onboarding.sandbox.refusals import silent_authority

LONG = timedelta(days=7300)  # longer than any sandbox's clock goes


def prepare(settings: Settings) -> None:
    """Make what is not there yet."""
    now = SandboxClock(settings).now()
    trust = Path(settings.trust)
    ensure_issuers(trust, now)
    for issuer in SHAPES:
        silent_authority(trust, issuer, now)
    with Database.opened(settings) as database, database.transaction() as db:
        ensure_ready_client(db, now)
        seed_batch(db, now, FIRST)
        ensure_test_numbers(db, now, settings)


def ensure_test_numbers(db: Session, now: datetime, settings: Settings) -> None:
    """Make the people behind the numbers with a fixed outcome, and have each be as its outcome says."""
    for nth, one in enumerate(NUMBERS):
        state = "suspended" if one.outcome == "suspended" else "active"
        make(db, now, {one.number: person(MOST + nth)}, state)
    locked = Budget.of(db, settings, BY_OUTCOME["locked"].number, None)
    closed = Budget.of(db, settings, BY_OUTCOME["closed"].number, None)
    held = counters.hold(db, now, [locked.own, locked.all, closed.own, closed.all])
    if not locked.locked_until(now, held):
        counters.write(db, [Change(locked.own, None, until=now + LONG)])
    if not closed.closed(held):
        counters.write(db, [Change(closed.all, None, count=settings.closed)])
