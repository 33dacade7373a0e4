"""Events: an account's story stays; what was refused to strangers is forgotten one day."""

from datetime import timedelta

from sqlalchemy import select

from onboarding.accounts import events, journeys, people
from onboarding.accounts.events import Event
from onboarding.accounts.people import Applicant
from onboarding.db import Database
from tests.clock import MovableClock


def kept(database: Database) -> list[str]:
    """The kinds of the events that there are."""
    with database.transaction(write=False) as db:
        return sorted(db.scalars(select(Event.kind)))


def test_what_was_refused_to_strangers_is_forgotten_after_90_days_and_an_accounts_story_stays(
    database: Database, clock: MovableClock
) -> None:
    with database.transaction() as db:
        who = Applicant("citizen", "Nguyễn Văn Ba", "093065001234")
        owner = people.register(db, clock.now(), who, "+84901234567", "vi", "1").account
        mine, strangers = (
            journeys.start(db, clock.now(), bytes([n]), f"HG-{n}", "account", "vi") for n in range(2)
        )
        mine.account_id = owner.id
        journeys.save(db, mine)
        events.record(db, clock.now(), "request-refused", reason="origin")
        events.record(db, clock.now(), "locked", minutes=1)
        for journey in (mine.id, strangers.id):
            events.record(db, clock.now(), "code-refused", journey=journey, purpose="sign-in", reason="wrong")
            events.record(db, clock.now(), "code-limited", journey=journey, limit="wait")
            events.record(db, clock.now(), "signature-refused", journey=journey, reason="expired")
    story = ["code-limited", "code-refused", "locked", "signature-refused"]
    every = sorted([*story, "code-limited", "code-refused", "signature-refused", "request-refused"])
    for age, left in (timedelta(days=90, seconds=-1), every), (timedelta(seconds=1), story):
        clock.advance(seconds=age.total_seconds())
        with database.transaction() as db:
            events.forget_old(db, clock.now())
        assert kept(database) == left
