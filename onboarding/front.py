"""The door between the web server and Flask: a request is whole before a thread takes it.

A body that comes byte by byte then holds up nobody but its sender (P50, attack B22).
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from granian.rsgi import Scope
from werkzeug.test import run_wsgi_app

from onboarding.app import create_app
from onboarding.web.requests import BODY_BYTES

BODY_WAIT = 10  # seconds for the whole body (P50)
THREADS = 2  # one works while the other waits for the database; more would fight for the interpreter
COLLECT_AFTER = 10_000  # objects: those of several requests at once, not of one of its parts
NO_BODY = ("GET", "HEAD")

Answer = tuple[int, list[tuple[str, str]], bytes]


class Front:
    """Flask as the server calls it: the server's event loop takes bodies in, threads answer."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS)
        self._stop = Event()
        self._counting = Thread(target=app.extensions["visits"].run, args=(self._stop,), daemon=True)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server when the worker begins."""
        self._counting.start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server when the worker ends in good order."""
        self._stop.set()
        self._counting.join()

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        try:
            body = await asyncio.wait_for(whole_body(protocol), BODY_WAIT) if has_body(scope) else b""
        except TimeoutError:
            protocol.response_empty(408, [("connection", "close")])
            return
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._threads, self._answer, environ(scope, body))
        protocol.response_bytes(*answer)

    def _answer(self, request: dict[str, Any]) -> Answer:
        parts, status, headers = run_wsgi_app(self._app, request, buffered=True)
        return int(status[:3]), list(headers), b"".join(parts)


def has_body(scope: Scope) -> bool:
    """Whether a body is worth reading: one that says it is too large is refused before it comes."""
    return scope.method not in NO_BODY and int(scope.headers.get("content-length", "0")) <= BODY_BYTES


async def whole_body(pieces: AsyncIterable[bytes]) -> bytes:
    """The body; of one that is too large only so much that Flask sees it (P50)."""
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > BODY_BYTES:
            break
    return bytes(body)


def environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request in the form of PEP 3333."""
    server, client = urlsplit(f"//{scope.server}"), urlsplit(f"//{scope.client}")
    sent: dict[str, Any] = {}
    for name, text in scope.headers.items():
        if "_" in name:
            continue  # it would pass for the header with a dash, e.g. one that only our proxy may send
        key = f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if name == "cookie" else ","
        sent[key] = f"{sent[key]}{joint}{text}" if key in sent else text
    sent.pop("HTTP_TRANSFER_ENCODING", None)  # it is undone by now; Flask would take the body for none
    length = max(len(body), int(sent.pop("HTTP_CONTENT_LENGTH", "0")))
    return sent | {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "CONTENT_TYPE": sent.pop("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(length),
        "SERVER_NAME": server.hostname or "",
        "SERVER_PORT": str(server.port or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client.hostname or "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def create_front() -> Front:
    """The whole portal, as the server starts it in each worker.

    What a start has made lives as long as the worker: the collector need not look at it again and again.
    """
    front = Front(create_app())
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    return front
