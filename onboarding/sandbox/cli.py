"""`onboarding sandbox`: test people and test tokens."""

import click

from onboarding.sandbox.people import seed
from onboarding.sandbox.tokens import token


@click.group(name="sandbox")
def command() -> None:
    """Make test people and test tokens. Never in production."""


command.add_command(seed)
command.add_command(token)
