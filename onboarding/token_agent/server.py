"""The socket on loopback that pages reach the agent by. Other sites are turned away at the handshake."""

import asyncio
import errno
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.typing import Origin

from onboarding.token_agent.token import Token
from onboarding.token_agent.vnpt import Desk

HOST = "127.0.0.1"
PATH = "/plugin"
LARGEST_MESSAGE = 65_536
SECONDS_FOR_STRANGERS = 10


@dataclass(frozen=True)
class Agent:
    """Serves the token to the pages of the allowed origins, one operation at a time."""

    token: Token
    allowed_origins: Sequence[str]
    show: Callable[[str], None]
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def listen(self, ports: Sequence[int], tls: ssl.SSLContext) -> Server:
        """Listen on the first free one of the ports. Raises OSError if none is free."""
        for port in ports:
            try:
                return await serve(
                    self.converse,
                    HOST,
                    port,
                    ssl=tls,
                    origins=[Origin(origin) for origin in self.allowed_origins],
                    process_request=greet,
                    max_size=LARGEST_MESSAGE,
                    open_timeout=SECONDS_FOR_STRANGERS,
                )
            except OSError as failure:
                if failure.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "all ports of the plug-in are taken")

    async def converse(self, page: ServerConnection) -> None:
        """Answer a page until it goes. The token is slow and may ask for a PIN, so it works in a thread."""
        origin = page.request.headers["Origin"] if page.request else ""
        desk = Desk(self.token, origin, self.show)
        async for message in page:
            async with self._busy:
                reply = await asyncio.to_thread(desk.answer, message if isinstance(message, str) else "")
            await page.send(reply)


def greet(connection: ServerConnection, request: Request) -> Response | None:
    """Let sockets through; tell a person who opens the address that the agent runs and is now trusted."""
    if request.path == PATH:
        return None
    if request.path == "/":
        return connection.respond(HTTPStatus.OK, "The token agent runs. You can close this page.\n")
    return connection.respond(HTTPStatus.NOT_FOUND, "Not found.\n")
