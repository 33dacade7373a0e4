"""`onboarding doctor`: what is wrong with this installation, before citizens notice."""

import os

import click

from onboarding.clock import SystemClock
from onboarding.doctor.examination import examine


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check the whole set-up and say what to mend."""
    findings = examine(os.environ, SystemClock())
    for finding in findings:
        click.echo(f"{finding.level:5} {finding.sentence}")
    context.exit(any(finding.level == "mend" for finding in findings))
