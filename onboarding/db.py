"""The database: transactions, and the session of a request.

Persistence in one sentence: returning a response commits, raising rolls back. The one exception is `nothing_held`,
for requests that ask somebody outside: what was decided before that stays, whatever comes of the rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC as UTC_ZONE
from datetime import datetime
from functools import cache
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import DateTime, Dialect, Insert, MetaData, Row, Table, TypeDecorator, Uuid, event, insert
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from onboarding.config import Settings
from onboarding.engines import begin_sqlite, make_engine, write_from_here
from onboarding.errors import NoDatabase
from onboarding.sealed import Keyring

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


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


Model = TypeVar("Model", bound=Base)


def plain(db: Session, model: type[Model], row: Row[Any], **beside: Any) -> Model:
    """A row as it stands, with rows `beside` it, which knows nothing of sessions: to be read, never to be changed.

    The ORM needs twice as long for a row that nobody will change.
    """
    found = model.__new__(model)
    found.__dict__.update(zip(row._fields, row, strict=True), keyring=db.info["keyring"], **beside)
    return found


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
        """The account database for the length of one command; its connections are closed afterwards.

        Raises NoDatabase where there is none at the address, or one without the tables that are needed.
        """
        try:
            database = cls.of(settings)
        except (ArgumentError, ModuleNotFoundError) as error:  # the latter: no driver for such a database
            raise NoDatabase(error) from None
        try:
            yield database
        except (OperationalError, ProgrammingError) as error:
            raise NoDatabase(error) from None
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


class TransactionalFlask(Flask):
    """Flask where each request is one transaction: a view that returns commits, one that raises rolls back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.teardown_request(close_session)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks are plain functions here: it need not be found out a dozen times in each request."""
        return func

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
    """The session of this request, to write with; what a request that only reads writes is safe when this ends.

    Rows that were read before stay as they were read: statements decide what is so now.
    """
    session = current_session()
    if session.info["write"]:
        yield session
        return
    session.info["write"] = True
    try:
        if session.in_transaction():
            write_from_here(session.connection())
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["write"] = False


@contextmanager
def nothing_held() -> Iterator[None]:
    """For a question to somebody outside who may be slow: this request holds no transaction and no connection.

    What it has written is safe before. What it has read is read anew where it is used again; rows that know no
    session, e.g. journeys, have to be found again. Whatever is asked with has to be read before.
    """
    session = current_session()
    session.commit()
    session.expire_all()
    yield
    assert not session.in_transaction(), "something was read from the database while somebody outside was asked"


def close_session(_error: BaseException | None = None) -> None:
    """Roll back what was not committed and give the connection back."""
    if "db" in g:
        g.pop("db").close()
