"""`onboarding accounts import`: the accounts of an earlier portal, from its own export."""

from pathlib import Path

import click
from sqlalchemy import inspect

from onboarding.accounts.imports import Import
from onboarding.clock import SystemClock
from onboarding.config import Read
from onboarding.db import Database
from onboarding.opencps import taking
from onboarding.opencps.taking import Taking

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def accounts() -> None:
    """Accounts of citizens and organisations."""


@accounts.command("import")
@click.argument("file", type=EXISTING)
@click.option("--dry-run", is_flag=True, help="Read and report everything, and make no account.")
@click.option(
    "--report", type=click.Path(path_type=Path), help="CSV file for the lines not taken [FILE.report.csv]."
)
@click.pass_obj
def take(read: Read, file: Path, dry_run: bool, report: Path | None) -> None:
    """Take in the accounts of an OpenCPS v2 portal: CSV, or one JSON object a line.

    Every line that makes no account stands in the report with its reason. Stopped or killed, the same command goes
    on where it was; run once more at the end, it changes nothing.
    """
    report = report or file.with_name(f"{file.name}.report.csv")
    with Database.opened(read()) as database, file.open("rb") as lines, taking.opened(report) as written:
        if not inspect(database.engine).has_table(Import.__tablename__):
            raise click.ClickException("The database is not up to date; run `onboarding db upgrade` first.")
        taken = Taking(database, SystemClock().now(), lines, written, dry_run=dry_run)
        try:
            with click.progressbar(length=file.stat().st_size, label="Accounts") as progress:
                progress.update(taken.position)
                taken.run(progress.update)
        except ValueError as error:
            raise click.ClickException(f"{file.name}: {error}") from None
    if taken.taken_before:
        click.echo(f"{taken.taken_before:>9}  taken by earlier runs")
    for reason, count in sorted(taken.counts.items(), key=lambda item: -item[1]):
        click.echo(f"{count:>9}  {reason}")
    click.echo(f"Lines not taken: {report}")
