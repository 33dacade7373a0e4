"""A front that ends TLS before a server, as a proxy does for a portal on the internet."""

import asyncio
import ssl
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager, suppress
from threading import Thread

Control = tuple[asyncio.AbstractEventLoop, asyncio.Event]


@contextmanager
def running(port: int, to_port: int, tls: ssl.SSLContext) -> Iterator[None]:
    """Take TLS connections on a port of loopback, and carry them to another in the clear."""
    started: Future[Control] = Future()
    thread = Thread(target=lambda: asyncio.run(serve(port, to_port, tls, started)), daemon=True)
    thread.start()
    loop, stop = started.result(timeout=10)
    yield
    loop.call_soon_threadsafe(stop.set)
    thread.join()


async def serve(port: int, to_port: int, tls: ssl.SSLContext, started: Future[Control]) -> None:
    """Serve until told to stop; connections that are open then are cut."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, both ways, until both ends have gone."""
        with closing(writer), suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", to_port)
            with closing(inner_writer):
                await asyncio.gather(pour(reader, inner_writer), pour(inner_reader, writer))

    with closing(await asyncio.start_server(carry, "127.0.0.1", port, ssl=tls)):
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything from one to the other, and then the end."""
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()
