"""An issuer's host on loopback: a web server whose places answer as a test wants, and which keeps who asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import NamedTuple


class Reply(NamedTuple):
    """An answer: `length` where the header shall say another one than the body has."""

    body: bytes
    status: int = 200
    location: str = ""
    length: int | None = None


Place = Callable[[bytes], Reply]


@dataclass
class Host:
    """Its places by path. `end` is set when the test is over, for places that keep somebody waiting until then."""

    url: str
    places: dict[str, Place] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    end: Event = field(default_factory=Event)
    faults: list[Exception] = field(default_factory=list)

    def at(self, path: str, place: Place | bytes) -> str:
        """Put something at a path; its address."""
        self.places[path] = place if callable(place) else lambda _asked: Reply(place)
        return self.url + path

    def never(self, _asked: bytes) -> Reply:
        """The place that does not answer."""
        self.end.wait(30)
        return Reply(b"")


@contextmanager
def running() -> Iterator[Host]:
    """A host, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            host.asked.append(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                reply = host.places.get(self.path, lambda _asked: Reply(b"", 404))(body)
            except Exception as fault:
                host.faults.append(fault)  # else a place that falls over would look like one that is refused
                raise
            with suppress(OSError):  # the other side may have had enough
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
                if reply.location:
                    self.send_header("Location", reply.location)
                self.end_headers()
                self.wfile.write(reply.body)

        do_GET = do_POST = answer  # noqa: N815 - the library's names

        def log_message(self, *_args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = Host(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield host
    finally:
        host.end.set()
        server.shutdown()
        server.server_close()
    assert host.faults == []
