"""The schema in an empty database, made by the migrations."""

from alembic import command
from alembic.config import Config

from onboarding.engines import make_engine
from onboarding.resources import PACKAGE


def make(url: str) -> None:
    """Bring the database at a SQLAlchemy address to the newest schema, and leave nobody connected to it."""
    engine = make_engine(url)
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    engine.dispose()
