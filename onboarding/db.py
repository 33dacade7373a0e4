"""The database: its tables, statements that are made once, rows as they stand, transactions of commands."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC as UTC_ZONE
from datetime import datetime
from functools import cache
from typing import Any, Self, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection, DateTime, Dialect, Insert, MetaData, Table, TypeDecorator, Uuid, event, insert
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from onboarding.config import Settings
from onboarding.engines import begin_session, make_engine, stay
from onboarding.errors import NoDatabase
from onboarding.sealed import Keyring

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


Db = Session | Connection  # what statements are given to, where no row is wanted as an object


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


def insert_row(db: Db, row: Base) -> None:
    """Write a new row at once and as it stands, by one statement that is made once for its table.

    Most requests write a few rows that nothing else in them refers to; a unit of work costs several times as much.
    """
    columns = table(type(row)).columns.keys()
    db.execute(inserting(type(row)), {name: getattr(row, name) for name in columns})


def insert_rows(db: Db, model: type[Base], *rows: dict[str, Any]) -> None:
    """Write new rows, each with all that it has, by one statement that is made once for its table."""
    db.execute(inserting(model), list(rows))


Model = TypeVar("Model", bound=Base)


@cache
def names(model: type[Base]) -> tuple[str, ...]:
    """The columns of a model, in the order in which a statement of its whole table gives them."""
    return tuple(table(model).columns.keys())


def plain(db: Db, model: type[Model], row: Sequence[Any], **beside: Any) -> Model:
    """A row as it stands, with rows `beside` it, which knows nothing of sessions: to be read, never to be changed.

    The ORM needs twice as long for a row that nobody will change; changing this one raises AttributeError.
    """
    found = model.__new__(model)
    found.__dict__.update(zip(names(model), row, strict=True), keyring=db.info["keyring"], **beside)
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
        event.listen(self.engine, "connect", lambda _connection, record: record.info.update(keyring=keyring))
        if self.engine.dialect.name == "sqlite":
            event.listen(self._sessions, "after_begin", begin_session)

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

    def session(self, write: bool = True, aside: Callable[[], None] = stay) -> Session:
        """A new session; with `write` SQLite takes its one write lock at once instead of failing half way.

        `aside` is called where that lock is long in coming.
        """
        return self._sessions(info={"keyring": self.keyring, "write": write, "aside": aside})

    @contextmanager
    def transaction(self, write: bool = True, aside: Callable[[], None] = stay) -> Iterator[Session]:
        """One transaction: returning commits, raising rolls back."""
        with self.session(write, aside) as session, session.begin():
            yield session
