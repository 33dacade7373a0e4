"""Everybody's key under the newest data key, so that an old data key can go."""

from sqlalchemy import func, select, update

from onboarding.accounts.call_backs import CallBack
from onboarding.accounts.idempotency import IdempotencyKey
from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.accounts.signing_keys import SigningKey
from onboarding.accounts.staff import Staff
from onboarding.db import Database
from onboarding.sms.outbox import Message

BATCH = 1000
TABLES = (Account, Journey, CallBack, Message, Staff, SigningKey, IdempotencyKey)


def reseal(database: Database) -> int:
    """Wrap anew what another data key has wrapped; returns how many keys. What those keys seal stays as it is.

    It may be stopped at any time and begun again, and the portal may run meanwhile.
    """
    return sum(reseal_table(database, table) for table in TABLES)


def reseal_table(
    database: Database, table: type[Account | Journey | CallBack | Message | Staff | SigningKey | IdempotencyKey]
) -> int:
    """The same for one table, a transaction a batch."""
    done = 0
    while True:
        with database.transaction() as db:
            other = func.substr(table.wrapped_key, 1, 5) != database.keyring.newest
            old = db.execute(select(table.id, table.wrapped_key).where(other).limit(BATCH).with_for_update()).all()
            for row_id, wrapped in old:
                assert wrapped is not None  # a row without a key is not other than the newest
                fresh = database.keyring.rewrap(wrapped)
                db.execute(update(table).where(table.id == row_id).values(wrapped_key=fresh))
        done += len(old)
        if len(old) < BATCH:
            return done
