"""The command `onboarding token-agent`."""

import asyncio
import os
import ssl
from collections.abc import Sequence
from pathlib import Path

import click
from websockets.asyncio.server import Server

from onboarding.clock import SystemClock
from onboarding.token_agent import options, tls, vgca, vnpt
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.person import AtTerminal, Nobody, Person
from onboarding.token_agent.server import Agent
from onboarding.token_agent.token import Tokens


@click.command("token-agent", params=[*options.TOKEN, *options.SOCKETS])
def command(
    module: str,
    token_dir: Path | None,
    serial: str,
    origins: tuple[str, ...],
    sign_hashes: bool,
    folder: Path,
    ports: tuple[int, ...],
    vgca_port: int,
) -> None:
    """Sign with a USB token what a portal's page asks for. Shows it first; stop with Ctrl-C."""
    person = who(token_dir)
    desk = Desk(Tokens(module, person.pin), "", click.echo, person.choose, serial, sign_hashes)
    context = tls.server_context(folder, SystemClock().now())
    asyncio.run(run(Agent(desk, origins), ports, vgca_port, context))


def who(token_dir: Path | None) -> Person:
    """Who enters PINs; a test token's module is told where the token is."""
    if token_dir is None:
        return AtTerminal()
    os.environ["SOFTHSM2_CONF"] = str(token_dir.resolve() / "softhsm2.conf")
    return Nobody(token_dir)


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
