"""`onboarding staff` and `onboarding audit`: what is done at the machine itself, without the console."""

import sys

import click
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onboarding.accounts import audit as trail
from onboarding.accounts import audit_check, staff_keys
from onboarding.accounts import staff as members
from onboarding.accounts.audit_check import End
from onboarding.accounts.staff import ROLES
from onboarding.clock import SystemClock
from onboarding.config import Read
from onboarding.console import place
from onboarding.db import Database

AT_THE_MACHINE = "command line"


@click.group()
def staff() -> None:
    """Who works at the console."""


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.pass_obj
def add(read: Read, name: str, role: str) -> None:
    """Add a member of staff, and print a sign-in link that works once, for a day."""
    settings, now = read(), SystemClock().now()
    proper = members.normal_name(name)
    if proper is None:
        raise click.ClickException(f"A name has 2 to {members.LONGEST_NAME} visible characters.")
    with Database.opened(settings) as database:
        try:
            with database.transaction() as db:
                member = members.add(db, now, proper, role)
                code = staff_keys.make_link(db, now, member)
                trail.record(db, now, None, "staff-added", AT_THE_MACHINE, member=str(member.id), role=role)
        except IntegrityError:
            raise click.ClickException("There is a member of staff of this name already.") from None
    click.echo(place.first_sign_in(settings, code))


@staff.command("link")
@click.argument("name")
@click.pass_obj
def link(read: Read, name: str) -> None:
    """Print a new sign-in link for somebody who lost their passkey or token. What they had no longer works."""
    settings, now = read(), SystemClock().now()
    with Database.opened(settings) as database, database.transaction() as db:
        member = named(db, name)
        code = staff_keys.replace(db, now, member)
        trail.record(db, now, None, "staff-link-made", AT_THE_MACHINE, member=str(member.id))
    click.echo(place.first_sign_in(settings, code))


def named(db: Session, name: str) -> members.Staff:
    """The member of staff of this name, or a message."""
    member = members.by_name(db, members.normal_name(name) or "")
    if member is None or member.ended_at is not None:
        raise click.ClickException("There is no member of staff of this name.")
    return member


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command("head")
@click.pass_obj
def head(read: Read) -> None:
    """Print the trail's end: the day, the number of its last row and its hash. Keep it elsewhere."""
    with Database.opened(read()) as database, database.transaction(write=False) as db:
        click.echo(End.now(db, SystemClock().now()))


@audit.command("verify")
@click.option("--head", "known", default="", help="An end that was printed by `onboarding audit head` before.")
@click.pass_obj
def verify(read: Read, known: str) -> None:
    """Walk the whole trail, and name the first row that was changed, removed or inserted."""
    try:
        expected = End.read(known) if known else None
    except ValueError:
        raise click.BadParameter("give the line as it was printed, in quotes", param_hint="--head") from None
    now = SystemClock().now()
    with Database.opened(read()) as database:
        with database.transaction(write=False) as db:
            rows = End.now(db, now).number
        with click.progressbar(length=rows, label="rows", file=sys.stderr) as bar:
            verdict = audit_check.verify(database, now, expected, tick=bar.update)
    if verdict.broken is None:
        click.echo(f"The trail is whole: {verdict.rows} row{'s' if verdict.rows != 1 else ''}.")
        return
    click.echo(f"The trail is broken: row {verdict.broken} {verdict.fault}.")
    raise click.exceptions.Exit(1)
