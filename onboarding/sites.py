"""`onboarding sites`: the sites of departments, from a file."""

import tomllib
from pathlib import Path

import click

from onboarding.accounts import sites
from onboarding.accounts.sites import PORTAL, Site
from onboarding.app import create_app
from onboarding.config import Read
from onboarding.db import Database
from onboarding.portal.portlets import PORTLETS


@click.group(name="sites")
def command() -> None:
    """Describe the sites of departments, and embed their portlets."""


def described_in(text: str) -> list[Site]:
    """The sites that a file describes. Raises ValueError for the first one that is wrong."""
    given = tomllib.loads(text)
    if odd := [name for name, fields in given.items() if not isinstance(fields, dict)]:
        raise ValueError(f"not the table of a site: {', '.join(odd)}")
    return [sites.described(name, fields) for name, fields in given.items()]


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def load(read: Read, file: Path) -> None:
    """Take over the sites that FILE (TOML) describes; others stay as they are."""
    settings = read()
    try:
        described = described_in(file.read_text(encoding="utf-8"))
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
def portlets(read: Read, name: str) -> None:
    """Print the lines of HTML that show the portlets of the site NAME on another site."""
    settings = read()
    with Database.opened(settings) as database, database.transaction(write=False) as db:
        if name not in sites.every(db):
            raise click.ClickException(f"there is no site {name}")
    with create_app(settings).test_request_context():
        for portlet in PORTLETS.values():
            click.echo(portlet.script_line(settings.public_url, name))
