"""A throw-away PostgreSQL server from Debian's programs, on a Unix socket that nothing else knows."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import URL

from tests.machine import missing, quick_folder

LIMITS = "-c max_connections=200"
# Durability is what a throw-away server can do without; tests of kill -9 aim at our processes, not at it.
# A vacuum in between would have later tests find the same rows in another order.
FAST = f"{LIMITS} -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
TEMPLATE = "onboarding_template"
# Changes with every table, column and trigger that is made, altered or removed.
SHAPE = """SELECT count(*), max(xmin::text::bigint) FROM (
    SELECT xmin FROM pg_class UNION ALL SELECT xmin FROM pg_attribute UNION ALL SELECT xmin FROM pg_trigger
) AS catalogue"""
LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


class Lent:
    """A database that one test after the other gets as it was at first; a new one costs ten times as much."""

    def __init__(self, server: "Server") -> None:
        self.url = server.create(template=TEMPLATE)
        self.name = name_of(self.url)
        self._connection = server.connect(self.name)
        self._connection.execute("SET session_replication_role = replica")  # no trigger, no foreign key is asked
        self._restoring = ";".join(self._restore(table) for (table,) in self._connection.execute(TABLES))
        self._shape = self._one(SHAPE)

    def restored(self) -> bool:
        """Whether it is as at the beginning again; false where a test altered its tables or closed it to all."""
        try:
            self._connection.execute(LEAVE, [self.name])
            self._connection.execute(self._restoring.encode())
            return self._one(SHAPE) == self._shape
        except psycopg.OperationalError:
            return False

    def close(self) -> None:
        """Nobody gets it any more."""
        self._connection.close()

    def _restore(self, table: str) -> str:
        """What brings the rows of a table back to those which it has now."""
        statement = f'DELETE FROM "{table}"'  # noqa: S608 - it is one of ours
        if self._one(f'SELECT EXISTS (TABLE "{table}")') == (True,):
            self._connection.execute(f'CREATE TEMPORARY TABLE "first_{table}" AS TABLE "{table}"'.encode())
            statement += f'; INSERT INTO "{table}" TABLE "first_{table}"'
        return statement

    def _one(self, query: str) -> tuple[Any, ...]:
        return self._connection.execute(query.encode()).fetchone() or ()


class Server:
    """A running server; its databases are copies of one template that has the schema."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0
        self._free: list[Lent] = []

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database."""
        address = URL.create("postgresql+psycopg", "postgres", database=database, query={"host": str(self.folder)})
        return address.render_as_string(hide_password=False)

    def create(self, template: str = "template1", name: str | None = None) -> str:
        """A new database; returns its SQLAlchemy address."""
        self._made += 1
        name = name or f"test_{self._made}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run(f'DROP DATABASE "{name_of(url)}" WITH (FORCE)')

    @contextmanager
    def lend(self) -> Iterator[str]:
        """The address of an empty database with the schema, for the length of a `with`."""
        lent = self._free.pop() if self._free else Lent(self)
        yield lent.url
        if lent.restored():
            self._free.append(lent)
        else:
            lent.close()
            self.drop(lent.url)

    def close(self) -> None:
        """Leave the databases that were lent."""
        while self._free:
            self._free.pop().close()

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of its superuser, each statement a transaction."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def _run(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement.encode())


@contextmanager
def running(durable: bool = False) -> Iterator[Server]:
    """A server for the length of a `with`; measurements want one that keeps what it acknowledges, on the disk."""
    programs = find_programs()
    with TemporaryDirectory(prefix="onb-") if durable else quick_folder() as place:
        folder = Path(place)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        as_postgres(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} {LIMITS if durable else FAST}"
        as_postgres(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        server = Server(folder)
        try:
            yield server
        finally:
            server.close()
            as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def name_of(url: str) -> str:
    """The name of the database at a SQLAlchemy address."""
    return url.partition("?")[0].rpartition("/")[2]


def find_programs() -> Path:
    """Debian's newest PostgreSQL, whatever else is on the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        missing("Debian's postgresql")
    return found[-1]


def as_postgres(program: Path, *arguments: object) -> None:
    """Run a program, as the user postgres when root, because the server refuses root."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    command = [*user, str(program), *map(str, arguments)]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)
