"""A throw-away PostgreSQL server from Debian's programs, on a Unix socket that nothing else knows."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import URL

from tests.machine import missing, quick_folder

LIMITS = "-c max_connections=200"
# Durability is what a throw-away server can do without; tests of kill -9 aim at our processes, not at it.
FAST = f"{LIMITS} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
TEMPLATE = "onboarding_template"


class Server:
    """A running server; its databases are copies of one template that has the schema."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

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
        name = url.partition("?")[0].rpartition("/")[2]
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        ) as connection:
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
        try:
            yield Server(folder)
        finally:
            as_postgres(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


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
