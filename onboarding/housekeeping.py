"""What is to be done by the clock: what is over is forgotten, and who has a certificate near its end is told."""

import logging
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from onboarding.accounts import (
    assertions,
    authorizations,
    browsers,
    call_backs,
    certificates,
    challenges,
    codes,
    counters,
    events,
    grants,
    idempotency,
    journeys,
    signals,
    signing_keys,
    usb_checks,
    visitors,
)
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sms import outbox
from onboarding.sms.texts import Texts

log = logging.getLogger(__name__)
KINDS = (
    codes, counters, browsers, challenges, usb_checks, visitors, authorizations, assertions, grants, signing_keys,
    idempotency, signals, events, call_backs,
)  # fmt: skip
PAUSE = timedelta(minutes=10)
WARNING_LIFE = timedelta(days=2)  # later than that a warning only confuses


def clean(database: Database, clock: Clock, settings: Settings) -> None:
    """Forget once, each kind in a transaction of its own; several processes may do so at the same time."""
    now = clock.now()
    for kind in KINDS:
        with database.transaction() as db:
            kind.forget_old(db, now)
    with database.transaction() as db:
        journeys.forget_old(db, now, settings)
    with database.transaction() as db:
        call_backs.index_numbers(db)


def warn(database: Database, clock: Clock, settings: Settings) -> None:
    """Tell the owners of certificates near their end, each once at each mark, however many processes do so."""
    now, texts = clock.now(), Texts.of(settings)
    for days in certificates.WARN_DAYS:
        more = True
        while more:
            with database.transaction() as db:
                warned = certificates.warn(db, now, days)
                for one in warned:
                    for phone in one.account.numbers:
                        text, until = texts.certificate_ends(days), now + WARNING_LIFE
                        outbox.promise(db, now, str(phone.number), text, "certificate-ends", until)
                more = bool(warned)


def run(database: Database, clock: Clock, settings: Settings, stop: Event) -> None:
    """Keep house every ten minutes until told to stop; a database that is away is tried again the next time."""
    while not stop.wait(PAUSE.total_seconds()):
        try:
            clean(database, clock, settings)
            warn(database, clock, settings)
        except SQLAlchemyError as error:
            log.warning("housekeeping waits for the database: %s", type(error).__name__)
