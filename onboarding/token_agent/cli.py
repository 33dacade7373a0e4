"""The command `onboarding token-agent`."""

import asyncio
import os
import shutil
import ssl
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

import click
from websockets.asyncio.server import Server

from onboarding.clock import SystemClock
from onboarding.token_agent import made_up, native_messaging, options, pinentry, script, tls, vgca, vnpt, web_eid
from onboarding.token_agent.desk import Desk, Tokens
from onboarding.token_agent.person import AtTerminal, Nobody, Person
from onboarding.token_agent.server import Agent
from onboarding.token_agent.token import Tokens as PKCS11Tokens


@click.group("token-agent", invoke_without_command=True, params=[*options.TOKEN, *options.SOCKETS])
@click.pass_context
def command(
    context: click.Context,
    *,
    module: str | None,
    token_dir: Path | None,
    pin_by: str,
    serial: str,
    origins: tuple[str, ...],
    answers: tuple[str, ...],
    sign_hashes: bool,
    folder: Path,
    ports: tuple[int, ...],
    vgca_port: int,
) -> None:
    """Sign with a USB token what a portal's page asks for. Shows it first; stop with Ctrl-C."""
    now = SystemClock().now()
    if answers and not module and not token_dir:
        person: Person = Nobody()
        tokens: Tokens = made_up.tokens(now)
    else:
        person = who(token_dir, pin_by)
        tokens = PKCS11Tokens(module or options.SOFTHSM, person)
    context.obj = Agent(Desk(tokens, person, "", serial, sign_hashes, scripted(answers)), origins)
    if not context.invoked_subcommand:
        asyncio.run(run(context.obj, ports, vgca_port, tls.server_context(folder, now)))


def scripted(answers: tuple[str, ...]) -> script.Script:
    """What testers want to see."""
    try:
        return script.read(answers)
    except ValueError as unknown:
        raise click.BadParameter(f"{unknown} is none; see docs/token-agent.md.", param_hint="--answer") from None


def who(token_dir: Path | None, pin_by: str) -> Person:
    """Who enters PINs; a test token's module is told where the token is."""
    if token_dir is not None:
        os.environ["SOFTHSM2_CONF"] = str(token_dir.resolve() / "softhsm2.conf")
        return Nobody(token_dir)
    if pin_by == "terminal":
        return AtTerminal()
    if not shutil.which(pinentry.PROGRAM):
        raise click.ClickException("pinentry is missing; on Debian: apt install pinentry-curses.")
    return pinentry.AtPinentry()


async def run(agent: Agent, ports: Sequence[int], vgca_port: int, context: ssl.SSLContext) -> None:
    """Serve until stopped. Another program may have the one port of VGCA; the plug-in is served all the same."""
    try:
        plugin = await agent.listen(vnpt.PATHS, ports, context)
    except OSError as failure:
        raise click.ClickException(f"The agent cannot listen: {failure.strerror}.") from None
    try:
        port = port_of(await agent.listen(vgca.PATHS, [vgca_port], context))
        click.echo(f"VGCA Sign Service at wss://127.0.0.1:{port}/; open https://127.0.0.1:{port}/ once, too.")
    except OSError as failure:
        click.echo(f"No VGCA Sign Service: {failure.strerror}.")
    port = port_of(plugin)
    click.echo(f"Open https://localhost:{port}/ once in your browser and accept the agent's certificate.")
    click.echo(f"Ready at wss://localhost:{port}/plugin for {', '.join(agent.allowed_origins)}")
    await plugin.serve_forever()


def port_of(server: Server) -> int:
    """The port that a server got."""
    port: int = server.sockets[0].getsockname()[1]
    return port


@command.group("web-eid")
def web_eid_group() -> None:
    """Stand in the place of Web eID's application. The options stand before this word, install keeps them."""


def without_terminal(agent: Agent) -> None:
    """Refuse to start where only a terminal could ask for the PIN."""
    if isinstance(agent.desk.person, AtTerminal):
        raise click.ClickException("A browser gives the agent no terminal. Add --pin pinentry before web-eid.")


@web_eid_group.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path.home() / ".config/chromium/NativeMessagingHosts",
    help="The browser's folder for native messaging hosts; that of Chromium, if none is named.",
)
@click.option(
    "--extension",
    "extensions",
    multiple=True,
    default=options.WEB_EID_EXTENSIONS,
    show_default=True,
    help="Id of an extension that may call the agent.",
)
@click.pass_context
def install(context: click.Context, folder: Path, extensions: tuple[str, ...]) -> None:
    """Have Chromium start the agent when its Web eID extension asks."""
    without_terminal(context.obj)
    assert context.parent
    assert context.parent.parent
    arguments = options.as_arguments(context.parent.parent.params)
    called = ["token-agent", *arguments, "web-eid", "host"]
    manifest = native_messaging.install(folder, web_eid.VERSION, extensions, called)
    click.echo(f"Wrote {manifest}. It holds from the next call on.")


@web_eid_group.command(context_settings={"ignore_unknown_options": True})
@click.argument("caller", nargs=-1)
@click.pass_obj
def host(agent: Agent, caller: tuple[str, ...]) -> None:  # noqa: ARG001 - the browser checked it against the manifest
    """Answer the browser that started this program, with messages on standard input and output."""
    without_terminal(agent)
    answer = partial(web_eid.answer, agent.desk, agent.allowed_origins)
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    with redirect_stdout(sys.stderr):  # what is shown must not come between the messages
        native_messaging.serve(incoming, outgoing, answer)
