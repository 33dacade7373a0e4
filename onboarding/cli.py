"""The `onboarding` command."""

import base64
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import Field
from functools import wraps
from importlib import import_module
from typing import Any

import click

from onboarding import config, environment, serving
from onboarding.app import completed
from onboarding.clock import SystemClock
from onboarding.config import PREFIX, SETTINGS, Settings
from onboarding.console.cli import audit, staff
from onboarding.db import Database
from onboarding.doctor.examination import examine
from onboarding.errors import SettingsError
from onboarding.journey.drawing import FORMATS
from onboarding.journey.table import TABLE
from onboarding.migrations import schema
from onboarding.oidc.cli import client
from onboarding.opencps.cli import accounts
from onboarding.resealing import reseal
from onboarding.sites import command as sites

PARTS = {
    "sandbox": ("onboarding.sandbox.cli", "Make test people and test tokens. Never in production."),
    "token-agent": ("onboarding.token_agent.cli", "Sign with a USB token what a portal's page asks for."),
}


class Rooms(click.Group):
    """The command with the parts that are loaded only when they are called: they need extras, or a sandbox."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, the separate parts last."""
        return [*super().list_commands(ctx), *PARTS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command of this file; of a part only what the list of commands shows of it."""
        if cmd_name in PARTS:
            return click.Command(cmd_name, short_help=PARTS[cmd_name][1])
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, a part loaded."""
        name, found, rest = super().resolve_command(ctx, args)
        return name, part(name) if name in PARTS else found, rest


def part(name: str) -> click.Command:
    """A part of the command. Production never loads the sandbox (rule R31)."""
    if name == "sandbox" and os.environ.setdefault("ONBOARDING_MODE", "sandbox") != "sandbox":
        raise click.ClickException("Test people and test tokens are for a sandbox; set ONBOARDING_MODE=sandbox.")
    try:
        found: click.Command = import_module(PARTS[name][0]).command
    except ModuleNotFoundError as missing:
        raise click.ClickException(f"{missing.name} is missing; install onboarding[token].") from None
    return found


@click.group(cls=Rooms)
@click.version_option(package_name="onboarding")
@click.pass_context
def main(context: click.Context) -> None:
    """Accounts for a province's public-service portal."""
    context.obj = current_settings


def with_settings(view: Callable[..., None]) -> Callable[..., None]:
    """Hand a command the settings, or end with one message that lists all that is missing."""

    @wraps(view)
    def called(**options: Any) -> None:
        try:
            view(current_settings(), **options)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None

    return called


def current_settings() -> Settings:
    """The settings of this process, or one message that lists all that is missing."""
    try:
        return completed(environment.read())
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option("--sandbox", is_flag=True, help="For trying things out: throw-away keys, readable messages.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def serve(sandbox: bool, host: str, port: int, workers: int) -> None:
    """Run the web server, with the dispatcher of text messages beside it."""
    if sandbox:
        os.environ["ONBOARDING_MODE"] = "sandbox"
        os.environ.setdefault("ONBOARDING_PUBLIC_URL", f"http://{host}:{port}")
    run(host=host, port=port, workers=workers)


@with_settings
def run(settings: Settings, host: str, port: int, workers: int) -> None:
    """Prepare what a sandbox needs, and serve."""
    if settings.sandbox:
        upgrade(settings)
        import_module("onboarding.sandbox.start").prepare(settings)
    serving.serve(settings, host, port, workers)


@main.command("send-messages")
@with_settings
def send_messages(settings: Settings) -> None:
    """Send promised text messages, and signals to services, in a process of its own."""
    serving.work(settings, threading.Event())


@main.group()
def db() -> None:
    """The database."""


@db.command("reseal")
@with_settings
def db_reseal(settings: Settings) -> None:
    """Bring everybody's key under the newest data key; then an old one can go."""
    with Database.opened(settings) as database:
        click.echo(f"{reseal(database)} keys sealed anew")


@db.command("upgrade")
@with_settings
def db_upgrade(settings: Settings) -> None:
    """Bring the database to the newest schema."""
    upgrade(settings)


def upgrade(settings: Settings) -> None:
    """Run the migrations that the database has not seen."""
    if settings.database_url.startswith("sqlite"):
        settings.instance.mkdir(parents=True, exist_ok=True)
    with Database.opened(settings) as database:
        schema.upgrade(database.engine)


main.add_command(staff)
main.add_command(accounts)
main.add_command(audit)
main.add_command(client)
main.add_command(sites)


@main.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check the whole set-up and say what to mend."""
    findings = examine(os.environ, SystemClock())
    for finding in findings:
        click.echo(f"{finding.level:5} {finding.sentence}")
    context.exit(any(finding.level == "mend" for finding in findings))


@main.command()
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
def journey(form: str) -> None:
    """Draw the journey from the table of steps."""
    click.echo(FORMATS[form](TABLE))


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
