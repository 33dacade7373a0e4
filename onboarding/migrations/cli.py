"""`onboarding db`: the schema and the keys of the account database."""

import click

from onboarding.config import Read, Settings
from onboarding.db import Database
from onboarding.errors import NoDatabase
from onboarding.migrations import schema
from onboarding.resealing import reseal


@click.group()
def db() -> None:
    """The database."""


@db.command("reseal")
@click.pass_obj
def db_reseal(read: Read) -> None:
    """Bring everybody's key under the newest data key; then an old one can go."""
    with Database.opened(read()) as database:
        click.echo(f"{reseal(database)} keys sealed anew")


@db.command("upgrade")
@click.pass_obj
def db_upgrade(read: Read) -> None:
    """Bring the database to the newest schema."""
    upgrade(read())


def upgrade(settings: Settings) -> None:
    """Run the migrations that the database of an installation has not seen."""
    if settings.database_url.startswith("sqlite"):
        settings.instance.mkdir(parents=True, exist_ok=True)
    with Database.opened(settings) as database:
        schema.upgrade(database.engine)


def require(settings: Settings) -> None:
    """End the start of what could only fail: the schema is older than the program, or missing.

    A server that does not answer may do so later; a file that is not there will not come by itself.
    """
    try:
        with Database.opened(settings) as database, database.engine.connect() as connection:
            behind = schema.behind(connection)
    except NoDatabase:
        behind = settings.database_url.startswith("sqlite")
    if behind:
        raise click.ClickException("The database has an older schema, or none; run `onboarding db upgrade` first.")
