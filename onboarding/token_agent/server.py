"""The sockets on loopback that pages reach the agent by. Other sites are turned away at the handshake."""

import asyncio
import errno
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Origin

from onboarding.token_agent import vgca, vnpt
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.failures import Interrupted

HOST = "127.0.0.1"
LARGEST_MESSAGE = 65_536
SECONDS_FOR_STRANGERS = 10
CONVERSATIONS = {path: protocol.Conversation for protocol in (vnpt, vgca) for path in protocol.PATHS}


@dataclass(frozen=True)
class Agent:
    """Serves the pages of the allowed origins, one operation at a time, each at a desk of its own."""

    desk: Desk
    allowed_origins: Sequence[str]
    _busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def listen(self, paths: Sequence[str], ports: Sequence[int], tls: ssl.SSLContext) -> Server:
        """Listen for sockets with these paths on the first free one of the ports.

        Raises:
            OSError: none is free (EADDRINUSE), or the system does not let us.
        """

        def greet(connection: ServerConnection, request: Request) -> Response | None:
            """Let sockets through; tell a person who opens the address that the agent runs and is now trusted."""
            if request.path in paths:
                return None
            if request.path == "/":
                return connection.respond(HTTPStatus.OK, "The token agent runs. You can close this page.\n")
            return connection.respond(HTTPStatus.NOT_FOUND, "Not found.\n")

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
        raise OSError(errno.EADDRINUSE, f"no free port among {', '.join(map(str, ports))}")

    async def converse(self, page: ServerConnection) -> None:
        """Answer a page until it goes. The token is slow and may ask for a PIN, so it works in a thread."""
        assert page.request
        desk = replace(self.desk, origin=page.request.headers["Origin"])
        conversation = CONVERSATIONS[page.request.path](desk, page.request.path)
        with suppress(ConnectionClosed):  # a page may go at any time
            async for message in page:
                await self._answer(page, conversation, message if isinstance(message, str) else "")

    async def _answer(
        self, page: ServerConnection, conversation: vnpt.Conversation | vgca.Conversation, message: str
    ) -> None:
        """Answer one message, or leave the page without an answer, as a tester wants it."""
        try:
            async with self._busy:
                reply = await asyncio.to_thread(conversation.answer, message)
            await page.send(reply)
        except Interrupted as wanted:
            if wanted.sent:
                await page.send(wanted.sent)
            if wanted.hang_up:
                page.transport.abort()
