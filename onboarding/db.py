"""The database: engine, transactions, and the session of a request.

Persistence in one sentence: returning a response commits, raising rolls back.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC as UTC_ZONE
from datetime import datetime
from functools import cache
from typing import Any, Self
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    Insert,
    MetaData,
    Table,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
    insert,
)
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column, sessionmaker

from onboarding.config import Settings
from onboarding.sealed import Keyring

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
POOL_WAIT = 2  # seconds (P50), after which the visitor gets a 503 and tries again
LOCK_WAIT = 5  # seconds that a statement waits for another's lock
LOOK = 0.003  # seconds between two looks whether SQLite's write lock is free


class UTC(TypeDecorator[datetime]):
    """A time, aware and in UTC in Python, without zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a time without a zone: nobody could say what it means."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return None if value is None else value.astimezone(UTC_ZONE).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time as it went in."""
        return None if value is None else value.replace(tzinfo=UTC_ZONE)


class Base(DeclarativeBase):
    """All tables; constraint names follow one convention so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UTC, UUID: Uuid}


def table(model: type[Base]) -> Table:
    """The table of a model, for statements that are made once and pass the unit of work by."""
    found = model.__table__
    assert isinstance(found, Table)
    return found


@cache
def inserting(model: type[Base]) -> Insert:
    """The statement that writes one row of a model."""
    return insert(table(model))


def insert_row(db: Session, row: Base) -> None:
    """Write a new row at once and as it stands, by one statement that is made once for its table.

    Most requests write a few rows that nothing else in them refers to; a unit of work costs several times as much.
    """
    columns = table(type(row)).columns.keys()
    db.execute(inserting(type(row)), {name: getattr(row, name) for name in columns})


def insert_rows(db: Session, model: type[Base], *rows: dict[str, Any]) -> None:
    """Write new rows, each with all that it has, by one statement that is made once for its table."""
    db.execute(inserting(model), list(rows))


def new_id() -> UUID:
    """A fresh row id. It is a name, never a secret."""
    return uuid4()


class HasId:
    """A row with a random id, known before it is written: sealed values are bound to it."""

    id: Mapped[UUID] = mapped_column(primary_key=True)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"id": new_id(), **values})


class Database:
    """One database with the keys that open its sealed columns."""

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.engine = make_engine(url)
        self.keyring = keyring
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        if self.engine.dialect.name == "sqlite":
            event.listen(self._sessions, "after_begin", begin_sqlite)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The account database of an installation."""
        return cls(settings.database_url, Keyring.from_text(settings.data_keys, settings.index_key))

    @classmethod
    @contextmanager
    def opened(cls, settings: Settings) -> Iterator[Self]:
        """The account database for the length of one command; its connections are closed afterwards."""
        database = cls.of(settings)
        try:
            yield database
        finally:
            database.engine.dispose()

    def session(self, write: bool = True) -> Session:
        """A new session; with `write` SQLite takes its one write lock at once instead of failing half way."""
        return self._sessions(info={"keyring": self.keyring, "write": write})

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[Session]:
        """One transaction: returning commits, raising rolls back."""
        with self.session(write) as session, session.begin():
            yield session


def make_engine(url: str) -> Engine:
    """The engine for a SQLAlchemy address, durable on SQLite (P49) and with waits that end."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url, connect_args={"timeout": LOCK_WAIT, "isolation_level": None}, pool_timeout=POOL_WAIT
        )
        event.listen(engine, "connect", set_up_sqlite)
        return engine
    options = f"-c lock_timeout={LOCK_WAIT}s -c statement_timeout=8s -c idle_in_transaction_session_timeout=15s"
    arguments = {"options": options, "connect_timeout": POOL_WAIT}
    return create_engine(
        url, connect_args=arguments, pool_size=8, max_overflow=8, pool_timeout=POOL_WAIT, pool_pre_ping=True
    )


def set_up_sqlite(connection: Any, _record: Any) -> None:
    """Write-ahead log, nothing acknowledged before it is on the disk, foreign keys held."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def begin_sqlite(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Begin with the write lock where the session will write, so that two never deadlock on the upgrade.

    It listens to sessions: with a listener of its own the engine would look for more at each statement.
    """
    if transaction.nested:
        return
    cursor = connection.connection.cursor()
    try:
        take_turn(cursor) if session.info["write"] else cursor.execute("BEGIN")
    except sqlite3.Error as error:
        raise OperationalError("BEGIN", None, error) from error


def take_turn(cursor: DBAPICursor) -> None:
    """Begin with the write lock, asked for every few milliseconds.

    SQLite's own wait grows to a tenth of a second between two looks: whoever waited longest is then served last.
    """
    until = time.monotonic() + LOCK_WAIT
    cursor.execute("PRAGMA busy_timeout = 0")
    try:
        while not begun(cursor, until):
            time.sleep(LOOK)
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


class TransactionalFlask(Flask):
    """Flask where each request is one transaction: a view that returns commits, one that raises rolls back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.teardown_request(close_session)

    def dispatch_request(self) -> ResponseReturnValue:
        """The view's answer, given only after what it wrote is safe (rule R08)."""
        answer = super().dispatch_request()
        if "db" in g:
            g.db.commit()
        return answer

    def handle_user_exception(self, e: Exception) -> Any:
        """The error page; what the view wrote before it raised is gone. So it is for a handler that raises."""
        close_session()
        try:
            return super().handle_user_exception(e)
        except Exception as another:
            if another is e:
                raise
            close_session()
            return super().handle_user_exception(another)


def current_session() -> Session:
    """The session of this request; it can write when the request is a POST."""
    if "db" not in g:
        g.db = current_app.extensions["database"].session(write=request.method == "POST")
    session: Session = g.db
    return session


@contextmanager
def writing() -> Iterator[Session]:
    """The session of this request, to write with; for a request that only reads in a transaction of its own."""
    session = current_session()
    if session.info["write"]:
        yield session
        return
    session.commit()
    session.info["write"] = True
    with session.begin():
        yield session
    session.info["write"] = False


def close_session(_error: BaseException | None = None) -> None:
    """Roll back what was not committed and give the connection back."""
    if "db" in g:
        g.pop("db").close()
