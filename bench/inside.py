"""What only the inside of the portal shows: the SQL statements of each request, and what is compressed in it."""

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

import brotli
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.serving import make_server

from bench.servers import Data, environ, free_port
from bench.tour import tour
from bench.walker import HOST, Exchange
from onboarding import create_app, environment, serving
from onboarding.config import Settings
from onboarding.installation import completed

FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
COMPRESSED = "compressed"

counts: ContextVar[Counter[str]] = ContextVar("counts")  # of the request that this thread answers


@dataclass(frozen=True)
class Inside:
    """One request: statements by their first word, what only frames a transaction apart from them."""

    exchange: Exchange
    statements: dict[str, int]
    frame: dict[str, int]
    compressed: int

    @property
    def total(self) -> int:
        return sum(self.statements.values())


class Counting:
    """A WSGI application around another one, which counts what happens in each request."""

    def __init__(self, app: Flask) -> None:
        self.requests: list[Counter[str]] = []
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        counter: Counter[str] = Counter()
        self.requests.append(counter)
        counts.set(counter)
        return list(self._app(environ, start_response))


def count(what: str) -> None:
    """Count something for the request of this thread, if it answers one."""
    if (counter := counts.get(None)) is not None:
        counter[what] += 1


def listen(engine: Engine) -> None:
    """Count what is sent to the database; the driver sends COMMIT and ROLLBACK of its own."""
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: count(sql.split()[0].upper()))
    event.listen(engine, "commit", lambda _connection: count("COMMIT"))
    event.listen(engine, "rollback", lambda _connection: count("ROLLBACK"))


def counted(compress: Callable[..., bytes]) -> Callable[..., bytes]:
    """A compression that is counted."""

    def compressed(*arguments: Any, **options: Any) -> bytes:
        count(COMPRESSED)
        return compress(*arguments, **options)

    return compressed


def look_inside(data: Data) -> list[Inside]:
    """The requests of a tour, in their order; another tour before has warmed the portal up."""
    port = free_port()
    folder, database = data.copy(port)
    settings = completed(environment.read(environ(data.program, data.places(folder, database, port))))
    with serving_here(settings, port) as counting:
        tour(port, data, folder / "messages", 0)
        counting.requests.clear()
        seen = tour(port, data, folder / "messages", 1)
    shutil.rmtree(folder, ignore_errors=True)
    exchanges = [exchange for kind in seen.values() for exchange in kind]
    return list(map(inside, exchanges, counting.requests))


@contextmanager
def serving_here(settings: Settings, port: int) -> Iterator[Counting]:
    """The portal in this process, with the dispatcher of messages beside it, which is not counted."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    brotli.compress = counted(brotli.compress)
    app, stop = create_app(settings), Event()
    listen(app.extensions["database"].engine)
    counting = Counting(app)
    server = make_server(HOST, port, counting, threaded=True)
    for work in (server.serve_forever, lambda: serving.work(settings, stop)):
        Thread(target=work, daemon=True).start()
    yield counting
    stop.set()
    server.shutdown()


def inside(exchange: Exchange, counter: Counter[str]) -> Inside:
    return Inside(
        exchange=exchange,
        statements={word: n for word, n in counter.items() if word not in (*FRAME, COMPRESSED)},
        frame={word: counter[word] for word in FRAME if counter[word]},
        compressed=counter[COMPRESSED],
    )
