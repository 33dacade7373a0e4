"""`onboarding sites`: the sites of departments, until the console has pages for them."""

import tomllib
from pathlib import Path

import click

from onboarding import create_app
from onboarding.accounts import sites
from onboarding.accounts.sites import PORTAL
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.portal.portlets import PORTLETS, embed_code


@click.group(name="sites")
def command() -> None:
    """Describe the sites of departments, and embed their portlets."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def load(settings: Settings, file: Path) -> None:
    """Take over the sites that FILE (TOML) describes; others stay as they are."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
        described = [sites.described(name, fields) for name, fields in given.items()]
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    with Database.opened(settings) as database, database.transaction() as db:
        for site in described:
            sites.save(db, site)
    for site in described:
        path = "/" if site.name == PORTAL else f"/sites/{site.name}"
        click.echo(f"{site.name}: {settings.public_url}{path}")


@command.command()
@click.argument("name", default=PORTAL)
@click.pass_obj
def portlets(settings: Settings, name: str) -> None:
    """Print the lines of HTML that show the portlets of the site NAME on another site."""
    with create_app(settings).test_request_context():
        for portlet in PORTLETS.values():
            click.echo(embed_code(settings.public_url, name, portlet))
