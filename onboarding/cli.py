"""The `onboarding` command."""

import base64
import os
import secrets
from dataclasses import Field
from importlib import import_module
from typing import Any

import click

from onboarding import config, environment
from onboarding.config import PREFIX, SETTINGS, Settings
from onboarding.errors import NoDatabase, SettingsError
from onboarding.installation import completed

ROOMS = {
    "accounts": ("onboarding.opencps.cli:accounts", "Accounts of citizens and organisations."),
    "audit": ("onboarding.console.cli:audit", "The audit trail."),
    "client": ("onboarding.oidc.cli:client", "Register services that citizens sign in to by OpenID Connect."),
    "db": ("onboarding.migrations.cli:db", "The database."),
    "doctor": ("onboarding.doctor.cli:doctor", "Check the whole set-up and say what to mend."),
    "journey": ("onboarding.journey.cli:journey", "Draw the journey from the table of steps."),
    "send-messages": ("onboarding.serving:send_messages", "Send promised text messages, and signals to services."),
    "serve": ("onboarding.serving:server", "Run the web server, with the dispatcher of text messages beside it."),
    "sites": ("onboarding.sites:command", "Describe the sites of departments, and embed their portlets."),
    "staff": ("onboarding.console.cli:staff", "Who works at the console."),
}
PARTS = {
    "sandbox": ("onboarding.sandbox.cli:command", "Make test people and test tokens. Never in production."),
    "token-agent": ("onboarding.token_agent.cli:command", "Sign with a USB token what a portal's page asks for."),
}


class Rooms(click.Group):
    """The command with those of the rooms, each loaded when it is called; the list of commands has its sentence.

    Parts, beside them, need extras or a sandbox.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, the separate parts last."""
        return [*sorted([*super().list_commands(ctx), *ROOMS]), *PARTS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command of this file; of a room or a part only what the list of commands shows of it."""
        known = (ROOMS | PARTS).get(cmd_name)
        return click.Command(cmd_name, short_help=known[1]) if known else super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, loaded."""
        name, found, rest = super().resolve_command(ctx, args)
        if name in ROOMS:
            found = loaded(ROOMS[name][0])
        return name, part(name) if name in PARTS else found, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run it, or end with one message: all that is missing in the settings, or that the database is."""
        try:
            return super().invoke(ctx)
        except (SettingsError, NoDatabase) as error:
            raise click.ClickException(str(error)) from None


def loaded(place: str) -> click.Command:
    """The command that a module has under a name."""
    module, _, name = place.partition(":")
    found: click.Command = getattr(import_module(module), name)
    return found


def part(name: str) -> click.Command:
    """A part of the command. Production never loads the sandbox (rule R31)."""
    if name == "sandbox":
        if not environment.may_play():
            raise click.ClickException(
                "Test people and tokens are for a sandbox only. If this is one, set ONBOARDING_MODE=sandbox."
            )
        os.environ["ONBOARDING_MODE"] = "sandbox"
    try:
        return loaded(PARTS[name][0])
    except ModuleNotFoundError as missing:
        raise click.ClickException(f"{missing.name} is missing; install onboarding[token].") from None


@click.group(cls=Rooms)
@click.version_option(package_name="onboarding")
@click.pass_context
def main(context: click.Context) -> None:
    """Accounts for a province's public-service portal."""
    context.obj = current_settings


def current_settings() -> Settings:
    """The settings of this process. Raises SettingsError with all that is missing."""
    return completed(environment.read())


@main.command()
def keys() -> None:
    """Print fresh keys for a production environment."""
    for name in ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY"):
        key = ""
        while not environment.strong(key):
            key = base64.b64encode(secrets.token_bytes(32)).decode()
        click.echo(f"ONBOARDING_{name}={key}")


@main.command("settings")
def settings_table() -> None:
    """Print all settings as the table of docs/settings.md."""
    click.echo("| setting | default | in production | what it is |\n|---|---|---|---|")
    for known in SETTINGS:
        default = config.shown(known.default)
        shown = f"`{default}`" if default else ""
        click.echo(f"| `{PREFIX}{known.name.upper()}` | {shown} | {bound(known)} | {known.metadata['sentence']} |")


def bound(known: Field[Any]) -> str:
    """What production holds a setting to."""
    if known.metadata["required"]:
        return "required"
    most, least = known.metadata["at_most"], known.metadata["at_least"]
    return f"at most {most}" if most else f"at least {config.shown(least)}" if least else ""
