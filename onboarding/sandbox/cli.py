"""`onboarding sandbox`: test people and test tokens."""

import click

from onboarding.config import Settings
from onboarding.sandbox.people import seed
from onboarding.sandbox.tokens import token


@click.group(name="sandbox")
@click.pass_obj
def command(settings: Settings) -> None:
    """Make test people and test tokens. Never in production."""
    if not settings.sandbox:
        raise click.ClickException("Test people and tokens are for a sandbox; set ONBOARDING_MODE=sandbox.")


command.add_command(seed)
command.add_command(token)
