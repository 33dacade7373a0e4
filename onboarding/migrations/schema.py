"""The schema of a database: which one it has, which one is the newest, and how it gets there."""

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from onboarding.resources import PACKAGE


def migrations() -> Config:
    """Where Alembic finds the migrations."""
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    return config


def upgrade(engine: Engine) -> None:
    """Run the migrations that a database has not seen."""
    config = migrations()
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def newest() -> str | None:
    """The id of the newest schema."""
    return ScriptDirectory.from_config(migrations()).get_current_head()


def current(connection: Connection) -> str | None:
    """The id of the schema that a database has; none where it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def behind(connection: Connection) -> bool:
    """Whether a database lacks migrations that we know; one that is ahead of us does not."""
    known = [script.revision for script in ScriptDirectory.from_config(migrations()).walk_revisions()]
    return current(connection) in [None, *known[1:]]
