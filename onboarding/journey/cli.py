"""`onboarding journey`: the journey as a picture."""

import click

from onboarding.journey.drawing import FORMATS
from onboarding.journey.table import TABLE


@click.command()
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
def journey(form: str) -> None:
    """Draw the journey from the table of steps."""
    click.echo(FORMATS[form](TABLE))
