"""The command `onboarding token-agent`."""

import asyncio
import os
import ssl
from collections.abc import Callable
from pathlib import Path

import click

from onboarding.clock import SystemClock
from onboarding.token_agent import pin, tls
from onboarding.token_agent.server import Agent
from onboarding.token_agent.token import Token

SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"  # where Debian has it
PORTS = (4433, 4434, 4435, 9201, 9202)  # the plug-in's, in the order in which pages try them
ORIGINS = ("http://127.0.0.1:8000", "http://localhost:8000")


@click.command("token-agent")
@click.option("--module", default=SOFTHSM, show_default=True, help="PKCS#11 module of the token.")
@click.option(
    "--token-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of a test token, as `onboarding sandbox token` makes it; its PIN is read from there.",
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(click.get_app_dir("onboarding-token-agent")),
    help="Folder for the agent's own TLS certificate.",
)
@click.option("--port", "ports", type=int, multiple=True, default=PORTS, help="Port; the first free one is taken.")
@click.option(
    "--allow-origin", "origins", multiple=True, default=ORIGINS, help="Address of a portal that may ask."
)
def command(
    module: str, token_dir: Path | None, folder: Path, ports: tuple[int, ...], origins: tuple[str, ...]
) -> None:
    """Sign with a USB token what a portal's page asks for. Shows it first; stop with Ctrl-C."""
    token = Token(module, pins(token_dir))
    context = tls.server_context(folder, SystemClock().now())
    asyncio.run(run(Agent(token, origins, click.echo), ports, context))


def pins(token_dir: Path | None) -> Callable[[str], str]:
    """Where PINs come from; a test token's module is told where the token is."""
    if token_dir is None:
        return pin.ask_on_terminal
    os.environ["SOFTHSM2_CONF"] = str(token_dir.resolve() / "softhsm2.conf")
    path = token_dir / "pin"
    return lambda _label: pin.read_from(path)


async def run(served: Agent, ports: tuple[int, ...], context: ssl.SSLContext) -> None:
    """Serve until stopped."""
    try:
        server = await served.listen(ports, context)
    except OSError as failure:
        raise click.ClickException(f"The agent cannot listen: {failure.strerror}.") from None
    port = server.sockets[0].getsockname()[1]
    click.echo(f"Open https://localhost:{port}/ once in your browser and accept the agent's certificate.")
    click.echo(f"Ready at wss://localhost:{port}/plugin for {', '.join(served.allowed_origins)}")
    await server.serve_forever()
