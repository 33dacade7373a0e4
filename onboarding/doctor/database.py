"""The database: does it answer, has it the newest schema, do our keys open it, do its clock and ours agree."""

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import extract, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from onboarding.accounts.clients import Client
from onboarding.accounts.events import Event
from onboarding.accounts.people import Account, PhoneNumber
from onboarding.accounts.signals import GIVEN_UP, Signal
from onboarding.clock import Clock
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.doctor.finding import Finding, mend, note, ok
from onboarding.migrations import schema
from onboarding.sealed import key_id
from onboarding.sms.outbox import Message

TOLERANCE = timedelta(seconds=5)  # that clocks may differ by
UNTAKEN = timedelta(hours=1)  # that a service may take to be well again
OVERDUE = timedelta(minutes=2)  # twice the time after which a dead dispatcher's messages are taken by another
UPGRADE = "run `onboarding db upgrade`."


def examine(settings: Settings, clock: Clock) -> list[Finding]:
    """Everything about the database; an error of it is told by its kind, for its text may hold a password."""
    try:
        if missing_file(settings.database_url):
            return [mend(f"There is no database yet; {UPGRADE}")]
        return opened(Database.of(settings), settings, clock)
    except (SQLAlchemyError, ModuleNotFoundError) as error:  # the latter: no driver for such a database
        return [mend(f"The database does not answer ({type(error).__name__}); look at ONBOARDING_DATABASE_URL.")]


def opened(database: Database, settings: Settings, clock: Clock) -> list[Finding]:
    """What a database tells that answers."""
    try:
        with database.transaction(write=False) as db:
            if schema.current(db.connection()) != schema.newest():
                return [mend(f"The database has an older schema, or none; {UPGRADE}")]
            now = clock.now()
            found = [*keys(db, settings), *clocks(db, now), *messages(db, now), *signals(db, now)]
            return [ok("The database answers and has the newest schema."), *found]
    finally:
        database.engine.dispose()


def missing_file(address: str) -> bool:
    """Whether it is a SQLite file that does not exist; to connect would make an empty one."""
    url = make_url(address)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()


def keys(db: Session, settings: Settings) -> Iterator[Finding]:
    """Whether the keys of the settings are those that the stored data was sealed and indexed with."""
    ours = {key_id(base64.b64decode(key)) for key in settings.data_keys.split(",")}
    # The format of what is sealed: a byte version, then four bytes that name the key.
    used = select(func.substr(Account.wrapped_key, 2, 4)).where(Account.wrapped_key.is_not(None)).distinct()
    if {bytes(name) for name in db.scalars(used)} - ours:
        yield mend("ONBOARDING_DATA_KEYS lacks a key that accounts are sealed with; add it behind the newest.")
        return
    phone = db.scalar(select(PhoneNumber).limit(1))
    if phone and db.info["keyring"].index("phone_numbers.number", str(phone.number)) != phone.number_index:
        yield mend("ONBOARDING_INDEX_KEY is not the one that the stored numbers are found by; put that one back.")
    else:
        yield ok("The keys open what is stored.")


def clocks(db: Session, now: datetime) -> Iterator[Finding]:
    """Whether this computer's clock agrees with the database's, and with what was recorded before."""
    theirs = float(db.scalar(select(extract("epoch", func.current_timestamp()))) or 0)
    apart = abs(theirs - now.timestamp())
    newest = db.scalar(select(func.max(Event.at)))
    if apart > TOLERANCE.total_seconds():
        yield mend(f"This computer's clock and the database's are {apart:.0f} s apart; set both by NTP.")
    elif newest and newest > now + TOLERANCE:
        yield mend(f"The newest event is of {newest:%Y-%m-%d %H:%M:%S} UTC: this clock was set back.")
    else:
        yield ok("The clock agrees with the database.")


def messages(db: Session, now: datetime) -> Iterator[Finding]:
    """Whether somebody sends what was promised."""
    waiting = db.scalar(select(func.count()).where(Message.due_at < now - OVERDUE))
    if waiting:
        yield note(
            f"Text messages that nobody sends: {waiting}. Is `onboarding send-messages` or `serve` running?"
        )


def signals(db: Session, now: datetime) -> Iterator[Finding]:
    """Whether services take what they are told, and somebody tells them."""
    untaken = (Signal.due_at.is_not(None) & (Signal.happened_at < now - UNTAKEN)) | (Signal.state == GIVEN_UP)
    columns = (Client.name, func.count(), func.min(Signal.happened_at), func.max(Signal.reason))
    by_name = (
        select(*columns)
        .join(Signal)
        .where(untaken, Client.ended_at.is_(None))
        .group_by(Client.name)
        .order_by(Client.name)
    )
    for name, count, since, reason in db.execute(by_name):
        asked = f"it said: {reason}" if reason else "is `onboarding send-messages` or `serve` running?"
        yield note(f"{name} has not taken what it is told since {since:%Y-%m-%d %H:%M} UTC ({count}): {asked}")
