"""What is forgotten when its time is over: codes, counters, browsers, challenges, typed answers, old messages."""

import logging
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from onboarding.accounts import browsers, challenges, codes, counters, journeys, visitors
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database

log = logging.getLogger(__name__)
PAUSE = timedelta(minutes=10)


def clean(database: Database, clock: Clock, settings: Settings) -> None:
    """Forget once, each kind in a transaction of its own; several processes may do so at the same time."""
    now = clock.now()
    for kind in (codes, counters, browsers, challenges, visitors):
        with database.transaction() as db:
            kind.forget_old(db, now)
    with database.transaction() as db:
        journeys.forget_old(db, now, settings)


def run(database: Database, clock: Clock, settings: Settings, stop: Event) -> None:
    """Forget every ten minutes until told to stop; a database that is away is tried again the next time."""
    while not stop.wait(PAUSE.total_seconds()):
        try:
            clean(database, clock, settings)
        except SQLAlchemyError as error:
            log.warning("housekeeping waits for the database: %s", type(error).__name__)
