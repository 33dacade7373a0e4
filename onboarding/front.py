"""The door between the web server and Flask: a request is whole before a thread takes it.

A body that comes byte by byte then holds up nobody but its sender (P50, attack B22).
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterable, Callable
from contextlib import closing
from io import BytesIO
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Any

from flask import Flask
from granian.rsgi import Scope

from onboarding.app import create_app
from onboarding.web.requests import BODY_BYTES
from onboarding.work import STEP_ASIDE

BODY_WAIT = 10  # seconds for the whole body (P50)
THREADS = 8  # so many can wait for somebody outside at the same time
AT_ONCE = {"sqlite": 1, "postgresql": 2}  # threads that take requests: more would fight for the interpreter
COLLECT_AFTER = 10_000  # objects: those of several requests at once, not of one of its parts
NO_BODY = ("GET", "HEAD")


class Turn:
    """A thread's right to take requests, which it keeps until it has to wait for somebody outside."""

    def __init__(self, turns: Semaphore) -> None:
        self._turns = turns
        self.kept = True
        turns.acquire()

    def give(self) -> None:
        """Let another thread take the next request; this one goes on with its own, and then waits for a turn."""
        if self.kept:
            self.kept = False
            self._turns.release()


class Front:
    """Flask as the server calls it: the server's event loop takes bodies in, threads answer."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._whole: SimpleQueue[tuple[Scope, bytes, Any, asyncio.Future[None]]] = SimpleQueue()
        self._turns = Semaphore(AT_ONCE[app.extensions["database"].engine.dialect.name])
        self._stop = Event()
        self._counting = Thread(target=app.extensions["visits"].run, args=(self._stop,), daemon=True)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by the server when the worker begins."""
        self._loop = loop
        self._counting.start()
        for _ in range(THREADS):
            Thread(target=self._answer_all, daemon=True).start()

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
        answered: asyncio.Future[None] = self._loop.create_future()
        self._whole.put((scope, body, protocol, answered))
        await answered

    def _answer_all(self) -> None:
        """Answer whole requests, one after the other, for as long as the worker lives."""
        while True:
            turn = Turn(self._turns)
            while turn.kept:
                self._answer(turn, *self._whole.get())

    def _answer(
        self, turn: Turn, scope: Scope, body: bytes, protocol: Any, answered: "asyncio.Future[None]"
    ) -> None:
        failure = None
        try:
            protocol.response_bytes(*answer(self._app, environ(scope, body) | {STEP_ASIDE: turn.give}))
        except BaseException as error:  # noqa: BLE001 - the server tells of it; the thread goes on, even after a panic
            failure = error if isinstance(error, Exception) else RuntimeError(repr(error))
        self._loop.call_soon_threadsafe(finish, answered, failure)


def finish(answered: "asyncio.Future[None]", failure: Exception | None) -> None:
    """Let the event loop be through with a request, unless it is already because the visitor has left."""
    if answered.done():
        return
    answered.set_exception(failure) if failure else answered.set_result(None)


def answer(app: Flask, request: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of Flask's answer."""
    told: list[Any] = []
    body: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None, /) -> Callable[[bytes], object]:
        told[:] = int(status[:3]), headers
        return body.append

    with closing(app(request, start)) as parts:  # type: ignore[type-var]  # Flask's answers can be closed
        body.extend(parts)
    status, headers = told
    return status, headers, b"".join(body)


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
    (server, port), (client, _) = place(scope.server), place(scope.client)
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
        "SERVER_NAME": server,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": client,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def place(address: str) -> tuple[str, str]:
    """Host and port of an address such as `127.0.0.1:8000` or `[::1]:8000`."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port


def create_front() -> Front:
    """The whole portal, as the server starts it in each worker.

    What a start has made lives as long as the worker: the collector need not look at it again and again.
    """
    front = Front(create_app())
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    return front
