"""The schema's history: it ends at what the models say, and who comes from an earlier release loses nothing."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

import onboarding.app  # noqa: F401 - every table, as the program has them
from onboarding.db import Base
from onboarding.engines import make_engine
from onboarding.migrations import schema
from tests.machine import postgresql

MESSAGE = """INSERT INTO messages (id, purpose, number_index, prefix, state, attempts, created_at, not_after)
VALUES (:id, 'sign-in', :index, '+8490', 'sent', 1, '2026-11-23 02:00:00', '2026-11-23 02:10:00')"""

JOURNEY = """INSERT INTO journeys
(id, support_code, wrapped_key, language, answer, step, trail, started_at, last_at)
VALUES (:id, :code, :key, 'vi', :answer, 'account', '[]', '2026-11-23 02:00:00', '2026-11-23 02:00:00')"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if request.param == "postgresql":
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        url = server.create()
    engine = make_engine(url)
    yield engine
    engine.dispose()


def upgrade(engine: Engine, revision: str) -> None:
    config = schema.migrations()
    config.attributes["engine"] = engine
    command.upgrade(config, revision)


def test_the_newest_schema_is_what_the_models_say(engine: Engine) -> None:
    upgrade(engine, "head")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_messages_of_the_first_release_are_kept(engine: Engine) -> None:
    upgrade(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text(MESSAGE), {"id": uuid4().hex, "index": b"x"})
    upgrade(engine, "head")
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT state, prefix, gateway_reference FROM messages")).one()
    assert tuple(kept) == ("sent", "+8490", None)


def test_the_tally_goes_on_from_the_answers_that_were_given(engine: Engine) -> None:
    upgrade(engine, "0002")
    with engine.begin() as connection:
        for code, answer in enumerate(("phone", "phone", "usb", None)):
            given = {"id": uuid4().hex, "code": f"HG-{code}", "key": b"x", "answer": answer}
            connection.execute(text(JOURNEY), given)
    upgrade(engine, "head")
    with engine.connect() as connection:
        counts = connection.execute(text("SELECT site, answer, count FROM answer_counts ORDER BY answer"))
        assert [tuple(row) for row in counts] == [("portal", "phone", 2), ("portal", "usb", 1)]
