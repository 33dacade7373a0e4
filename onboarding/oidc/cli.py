"""`onboarding client`: the services that citizens may sign in to, as administrators have them in the console."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from onboarding.accounts import audit, client_changes, client_keys, clients, signing_keys
from onboarding.accounts.clients import SCOPES, Client, WrongClient
from onboarding.clock import SystemClock
from onboarding.config import Read
from onboarding.db import Database

AT_THE_MACHINE = "command line"


@click.group()
def client() -> None:
    """Register services that citizens sign in to by OpenID Connect."""


@client.command()
@click.argument("name")
@click.option("--redirect-uri", "redirect_uris", multiple=True, required=True, help="Where it gets its answers.")
@click.option("--logout-uri", "logout_uris", multiple=True, help="Where a citizen may go after signing out.")
@click.option("--backchannel-logout-uri", help="Where it is told that a sign-in has ended.")
@click.option("--events-uri", help="Where it is told what became of an account.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), default=("openid", "profile"))
@click.option("--sector", help="Services of one sector know a citizen by the same `sub`; else the host's name.")
@click.option("--jwks", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its public keys.")
@click.option(
    "--id-token-alg", "id_token_algorithm", type=click.Choice((signing_keys.ALGORITHM, signing_keys.OLDER)),
    default=signing_keys.ALGORITHM, help="RS256 for those who can check nothing newer.",
)  # fmt: skip
@click.option("--refresh/--no-refresh", "refreshes", default=True, help="Whether it gets refresh tokens.")
@click.pass_obj
def add(read: Read, /, jwks: Path | None, **given: Any) -> None:
    """Register the service NAME; prints its id and its secret, which nobody can read again."""
    settings, now = read(), SystemClock().now()
    try:
        keys = client_keys.checked_text(jwks.read_text(encoding="utf-8")) if jwks else None
        with Database.opened(settings) as database, database.transaction() as db:
            added, secret = clients.add(db, now, jwks=keys, loopback=settings.sandbox, **given)
            audit.record(db, now, None, "client-added", AT_THE_MACHINE, client=str(added.id))
    except WrongClient as wrong:
        raise click.ClickException(str(wrong)) from None
    click.echo(f"client_id={added.id}")
    if secret:
        click.echo(f"client_secret={secret}")


@client.command("list")
@click.pass_obj
def list_clients(read: Read) -> None:
    """List the services with their ids."""
    with Database.opened(read()) as database, database.transaction(write=False) as db:
        for one in client_changes.every(db):
            click.echo(f"{one.id}  {one.name}{'  (ended)' if one.ended_at else ''}")


@contextmanager
def changing(read: Read, client_id: UUID, kind: str) -> Iterator[Client]:
    """A service that has not ended, to be changed; what is done stands in the audit trail."""
    with Database.opened(read()) as database, database.transaction() as db:
        found = client_changes.by_id(db, client_id, lock=True)
        if found is None or found.ended_at is not None:
            raise click.ClickException("there is no such service; `onboarding client list` names all")
        yield found
        audit.record(db, SystemClock().now(), None, kind, AT_THE_MACHINE, client=str(client_id))


@client.command("new-secret")
@click.argument("client_id", type=click.UUID)
@click.pass_obj
def new_secret(read: Read, client_id: UUID) -> None:
    """Print a new secret of the service CLIENT_ID; the one before, or its keys, are worth nothing from then on."""
    with changing(read, client_id, "client-secret-made") as found:
        secret = client_changes.new_secret(found)
    click.echo(f"client_secret={secret}")


@client.command()
@click.argument("client_id", type=click.UUID)
@click.pass_obj
def end(read: Read, client_id: UUID) -> None:
    """End the service CLIENT_ID for good: whatever it holds of anybody is dead at once."""
    with changing(read, client_id, "client-ended") as found:
        client_changes.end(SystemClock().now(), found)


@client.command("change-key")
@click.pass_obj
def change_key(read: Read) -> None:
    """Make the next keys that sign ID tokens; they are published now and sign from tomorrow."""
    settings, now = read(), SystemClock().now()
    with Database.opened(settings) as database, database.transaction() as db:
        keys = [signing_keys.change(db, now, algorithm) for algorithm in signing_keys.used(db)]
        for key in keys:
            audit.record(db, now, None, "signing-key-made", AT_THE_MACHINE, key=key.kid)
    for key in keys:
        click.echo(f"{key.kid} signs from {key.signs_from.isoformat(timespec='minutes')}")
