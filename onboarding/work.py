"""What a request does in the database: one transaction on one connection.

Persistence in one sentence: returning a response commits, raising rolls back. Two exceptions: a GET that has to
write is `writing` for a while, and with `nothing_held` a request asks somebody outside. What was decided before
either ends stays, whatever comes of the rest.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from onboarding.db import Database
from onboarding.engines import begin_sqlite, write_from_here

STEP_ASIDE = "onboarding.step_aside"  # in a request's environment: lets the server's thread give up its turn


class TransactionalFlask(Flask):
    """Flask where each request is one transaction: a view that returns commits, one that raises rolls back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.teardown_request(end_work)

    def dispatch_request(self) -> ResponseReturnValue:
        """The view's answer, given only after what it wrote is safe (rule R08)."""
        answer = super().dispatch_request()
        if (work := g.get("work")) is not None:
            work.commit()
        return answer

    def handle_user_exception(self, e: Exception) -> Any:
        """The error page; what the view wrote before it raised is gone. So it is for a handler that raises."""
        end_work()
        try:
            return super().handle_user_exception(e)
        except Exception as another:
            if another is e:
                raise
            end_work()
            return super().handle_user_exception(another)


class Work:
    """The transaction of one request, begun when its connection is asked for, or the session over it."""

    def __init__(self, database: Database, *, write: bool) -> None:
        self.write = write
        self._database = database
        self._connection: Connection | None = None
        self._session: Session | None = None

    @property
    def connection(self) -> Connection:
        """The connection, in its transaction: for statements whose rows are read and written as they stand."""
        if self._connection is None:
            self._connection = self._database.engine.connect()
        if not self._connection.in_transaction():
            self._begin(self._connection)
        return self._connection

    @property
    def session(self) -> Session:
        """The session, in the same transaction: for rows that are objects."""
        if self._session is None:
            self._session = SessionOver(self, info={"keyring": self._database.keyring})
        return self._session

    @property
    def holds_nothing(self) -> bool:
        """Whether it has no connection, and so keeps nobody waiting."""
        return self._connection is None

    def _begin(self, connection: Connection) -> None:
        connection.begin()
        try:
            begin_sqlite(connection, write=self.write, aside=step_aside)
        except BaseException:
            self._give_back()  # or statements would go on without a transaction
            raise

    def commit(self) -> None:
        """Make safe what was written so far."""
        if self._session is not None:
            self._session.commit()
        if self._connection is not None:
            self._connection.commit()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The connection, to write with; what was written is safe when this ends."""
        if self._session is not None:
            self._session.flush()
        connection = self.connection
        if self.write:
            yield connection
            return
        self.write = True
        try:
            write_from_here(connection, aside=step_aside)
            yield connection
            self.commit()
        except BaseException:
            self.end()
            raise
        finally:
            self.write = False

    def let_go(self) -> None:
        """Commit and give the connection back; objects are read anew where they are used again."""
        self.commit()
        if self._session is not None:
            self._session.expire_all()
        self._give_back()

    def end(self) -> None:
        """Roll back what was not committed, and give the connection back."""
        try:
            if self._session is not None:
                self._session.close()
        finally:
            self._give_back()

    def _give_back(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SessionOver(Session):
    """A session over the connection of a request."""

    def __init__(self, work: Work, **options: Any) -> None:
        super().__init__(expire_on_commit=False, join_transaction_mode="control_fully", **options)
        self._work = work

    def get_bind(self, *_mapper: Any, **_arguments: Any) -> Connection:
        """The connection, which may be another one than before."""
        return self._work.connection


def current_work() -> Work:
    """The work of this request; it can write when the request is a POST."""
    work: Work | None = g.get("work")
    if work is None:
        work = g.work = Work(current_app.extensions["database"], write=request.method == "POST")
    return work


def current_connection() -> Connection:
    """The connection of this request: most need no more than statements."""
    return current_work().connection


def current_session() -> Session:
    """The session of this request, for rows that are to be changed as objects."""
    return current_work().session


def apart(write: bool = True) -> AbstractContextManager[Session]:
    """A transaction beside this request's own: what is written in it stays, whatever comes of the rest."""
    database: Database = current_app.extensions["database"]
    return database.transaction(write, step_aside)


def writing() -> AbstractContextManager[Connection]:
    """The connection of this request, to write with; what one that only reads writes is safe when this ends.

    Rows that were read before stay as they were read: statements decide what is so now.
    """
    return current_work().writing()


@contextmanager
def nothing_held() -> Iterator[None]:
    """For a question to somebody outside who may be slow: this request holds no transaction and no connection.

    What it has written is safe before. What it has read is read anew where it is used again; rows that know no
    session, e.g. journeys, have to be found again. Whatever is asked with has to be read before.
    """
    work = current_work()
    work.let_go()
    step_aside()
    yield
    assert work.holds_nothing, "something was read from the database while somebody outside was asked"


def step_aside() -> None:
    """Let the server answer others from here on: this request waits for somebody."""
    request.environ.get(STEP_ASIDE, lambda: None)()


def end_work(_error: BaseException | None = None) -> None:
    """Roll back what this request has not committed and give the connection back."""
    if (work := g.pop("work", None)) is not None:
        work.end()
