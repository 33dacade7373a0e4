"""Asking other people's servers: for an issuer's word about revocation, and to tell services things (R36, R45).

No redirects, no proxies, no credentials; the address that was looked up is the one that is connected to, and it
must be public. Time and size are capped over all: the work runs in a thread that is left alone when its time is
over, for looking a name up cannot be stopped, and a peer may send its answer byte by byte.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from threading import BoundedSemaphore, Thread
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from onboarding.signatures.issuers.sources import PORTS, Limit, Sources

AT_ONCE = BoundedSemaphore(16)  # threads of fetches, those included that nobody waits for any more
PIECE = 64 * 1024


class Unreachable(Exception):
    """There is no answer: not allowed, no connection, not in time, too long, or not the one that is needed."""


class Answer(NamedTuple):
    """What came back. A redirect is an answer like any other: it is not followed."""

    status: int
    content: bytes


@dataclass
class Fetch:
    """One request, from the host's name to the last byte of the answer."""

    address: SplitResult
    private: bool
    limit: Limit
    body: bytes | None
    headers: Mapping[str, str]
    connection: HTTPConnection | None = None
    over: bool = False

    def run(self, told: "Future[Answer]") -> None:
        """Do it and tell what came of it."""
        try:
            told.set_result(self.exchange())
        except (AttributeError, HTTPError, HTTPException, OSError, ValueError, Unreachable):
            told.set_exception(Unreachable())  # an AttributeError where the connection was ended meanwhile
        finally:
            if self.connection is not None:
                self.connection.close()
            AT_ONCE.release()

    def exchange(self) -> Answer:
        """Connect, ask, and read the whole answer."""
        connection = self.connection = self.connect(self.look_up())
        connection.connect()
        if self.over:
            raise Unreachable
        method = "GET" if self.body is None else "POST"
        headers = {"Host": self.address.netloc, **self.headers}
        connection.request(method, self.target, self.body, headers, preload_content=False)
        response = connection.getresponse()
        content = bytearray()
        for piece in response.stream(PIECE, decode_content=False):
            content += piece
            if len(content) > self.limit.size:
                raise Unreachable
        return Answer(response.status, bytes(content))

    def look_up(self) -> str:
        """The host's address. Every address of its name must be public, or somebody plays with the name."""
        host, port = str(self.address.hostname), self.port
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self.private and not all(ipaddress.ip_address(one).is_global for one in found):
            raise Unreachable
        return found[0]

    def connect(self, host: str) -> HTTPConnection:
        """A connection, not opened yet; over TLS for the name in the address."""
        if self.address.scheme == "http":
            return HTTPConnection(host, self.port, timeout=self.limit.seconds)
        name = self.address.hostname
        return HTTPSConnection(
            host,
            self.port,
            timeout=self.limit.seconds,
            server_hostname=name,
            assert_hostname=name,
            ssl_context=ssl.create_default_context(),
        )

    @property
    def target(self) -> str:
        """What is asked for of the host (RFC 9112, 3.2.1)."""
        return (self.address.path or "/") + (f"?{self.address.query}" if self.address.query else "")

    @property
    def port(self) -> int:
        """The port, written or not."""
        return self.address.port or PORTS[self.address.scheme]

    def give_up(self) -> None:
        """End the connection under the thread that reads from it."""
        self.over = True
        with suppress(OSError, AttributeError):  # it may be closed, or not open yet
            self.connection.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]


def fetch(address: str, sources: Sources, limit: Limit, body: bytes | None = None, media: str = "") -> bytes:
    """What an issuer's place says to a GET, or to a POST of `body` with its media type, with status 200.

    Raises:
        Unreachable: there is none. Nothing is connected to where the place is not allowed.
    """
    if not sources.allow(address):
        raise Unreachable
    answer = ask(address, limit, body, {"Content-Type": media} if media else {}, private=sources.private)
    if answer.status != 200:
        raise Unreachable
    return answer.content


def ask(
    address: str, limit: Limit, body: bytes | None, headers: Mapping[str, str], *, private: bool = False
) -> Answer:
    """The answer to a GET, or to a POST of `body`, at an address that somebody has registered here.

    `private` allows hosts of private and loopback addresses. Raises Unreachable where there is none.
    """
    if limit.seconds <= 0 or not AT_ONCE.acquire(blocking=False):
        raise Unreachable
    work, told = Fetch(urlsplit(address), private, limit, body, headers), Future[Answer]()
    Thread(target=work.run, args=(told,), daemon=True).start()
    try:
        return told.result(limit.seconds)
    except TimeoutError:
        work.give_up()
        raise Unreachable from None
