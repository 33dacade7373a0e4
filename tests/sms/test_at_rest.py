"""What lies on the disk: in the database's own files, its log and a dump."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from onboarding.db import Database
from onboarding.sms.dispatcher import Dispatcher
from tests.clock import MovableClock
from tests.machine.postgresql import find_programs
from tests.sms.gateways import Telephone
from tests.sms.promises import CODE, NUMBER, promise

SECRETS = [NUMBER[3:], f"{CODE} la ma", f"#{CODE}"]  # six digits alone stand in many a file by chance


def files(database: Database) -> Path:
    """The folder that has everything which the database writes; what it still held back is written first."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).parent
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    return Path(str(url.query["host"])) / "data"


def holds(folder: Path, words: list[str]) -> bool:
    """Whether any file below a folder holds any of the words, byte by byte."""
    wanted = [argument for word in words for argument in ("-e", word)]
    command = ["grep", "-raqF", *wanted, folder]
    return subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, check=False).returncode == 0


def test_number_and_code_are_never_in_the_files_in_the_clear(database: Database, clock: MovableClock) -> None:
    promise(database, clock)
    assert holds(files(database), ["sign-in"]), "the row itself is not where this test looks"
    assert not holds(files(database), SECRETS)
    Dispatcher(database, clock, Telephone()).run_once()
    assert not holds(files(database), SECRETS)


def dump(database: Database) -> str:
    """All rows as SQL, the way an operator dumps them."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            return "\n".join(connection.iterdump())
    command = [str(find_programs() / "pg_dump"), "-h", str(url.query["host"]), "-U", "postgres", str(url.database)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_number_and_code_are_not_in_a_dump(database: Database, clock: MovableClock) -> None:
    promise(database, clock)
    rows = dump(database)
    assert "sign-in" in rows
    found = [secret for secret in SECRETS if secret in rows or secret.encode().hex() in rows.lower()]
    assert found == []
