"""The engines of databases, and how transactions begin on SQLite."""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

from msgspec import json
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction

POOL_WAIT = 2  # seconds (P50), after which the visitor gets a 503 and tries again
LOCK_WAIT = 5  # seconds that a statement waits for another's lock
LOOK = 0.003  # seconds between two looks whether SQLite's write lock is free
LONG = 0.05  # seconds of waiting for it after which others are let in
COMMON: dict[str, Any] = {
    "pool_timeout": POOL_WAIT,
    "json_serializer": lambda found: json.encode(found).decode(),
    "json_deserializer": json.decode,
}


def make_engine(url: str) -> Engine:
    """The engine for a SQLAlchemy address, durable on SQLite (P49) and with waits that end."""
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": LOCK_WAIT, "isolation_level": None}, **COMMON)
        event.listen(engine, "connect", set_up_sqlite)
        return engine
    options = f"-c lock_timeout={LOCK_WAIT}s -c statement_timeout=8s -c idle_in_transaction_session_timeout=15s"
    arguments = {"options": options, "connect_timeout": POOL_WAIT}
    return create_engine(url, connect_args=arguments, pool_size=8, max_overflow=8, pool_pre_ping=True, **COMMON)


def set_up_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, nothing acknowledged before it is on the disk, foreign keys held."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def begin_session(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Begin on SQLite what a session has begun.

    It listens to sessions: with a listener of its own the engine would look for more at each statement.
    """
    if not transaction.nested:
        begin_sqlite(connection, write=session.info["write"], aside=session.info["aside"])


def stay() -> None:
    """Nobody else is to be let in while a transaction waits."""


def begin_sqlite(connection: Connection, *, write: bool, aside: Callable[[], None]) -> None:
    """Begin on SQLite, with the write lock where it will be needed: so two never deadlock on the upgrade.

    Its driver begins nothing here; those of others have begun with the first statement. `aside` is called where
    the lock is long in coming.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        take_turn(cursor, aside) if write else cursor.execute("BEGIN")


def write_from_here(connection: Connection, *, aside: Callable[[], None]) -> None:
    """Let a transaction that has only read write from here on: on SQLite by one that begins with the write lock.

    A reader that goes on to write would be refused there if anybody has written meanwhile.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute("COMMIT")
        take_turn(cursor, aside)


def take_turn(cursor: DBAPICursor, aside: Callable[[], None]) -> None:
    """Begin with the write lock, asked for every few milliseconds.

    SQLite's own wait grows to a tenth of a second between two looks: whoever waited longest is then served last.

    Raises OperationalError where it is not free for too long.
    """
    began = time.monotonic()
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        while not begun(cursor, began + LOCK_WAIT):
            if time.monotonic() > began + LONG:
                aside()
            time.sleep(LOOK)
    except sqlite3.Error as error:
        raise OperationalError("BEGIN", None, error) from error
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {1000 * LOCK_WAIT}")


def begun(cursor: DBAPICursor, until: float) -> bool:
    """Whether the write lock was free; after `until` a held one is an error."""
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
            raise
        return False
    return True
