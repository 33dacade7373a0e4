"""`onboarding sandbox`: test people and test tokens."""

import click

from onboarding.config import Read
from onboarding.sandbox.people import seed
from onboarding.sandbox.tokens import token


@click.group(name="sandbox")
@click.pass_context
def command(context: click.Context) -> None:
    """Make test people and test tokens. Never in production."""
    read: Read = context.obj
    context.obj = read()
    if not context.obj.sandbox:
        raise click.ClickException("Test people and tokens are for a sandbox; set ONBOARDING_MODE=sandbox.")


command.add_command(seed)
command.add_command(token)
