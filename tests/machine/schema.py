"""The schema in an empty database, made as operators make it: by the migrations."""

from alembic import command
from alembic.config import Config


def make(url: str) -> None:
    """Bring the database at a SQLAlchemy address to the newest schema."""
    config = Config()
    config.set_main_option("script_location", "onboarding:migrations")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
