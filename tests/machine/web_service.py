"""A web service of somebody else's, which answers as a test tells it, well or badly."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """A request as the service got it."""

    path: str
    headers: dict[str, str]
    body: str


class Server(ThreadingHTTPServer):
    """A server that lets many call at once, and says nothing of those who hang up."""

    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Some tests hang up."""


@dataclass
class WebService:
    """Answers each request with `status`, `headers` and `body`; `cut` hangs up without a word, `hold` is silent.

    It listens on `port`, or on one that is free. `heard` is set from the first request on: a caller that has
    hung up may be ahead of it.
    """

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hold: bool = False
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length).decode()
                service.asked.append(
                    Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                )
                service.heard.set()
                service.answer(self)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_port

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer as told."""
        if self.hold:
            self.over.wait(30)
        if self.cut or self.hold:
            handler.close_connection = True
            return
        said = self.body.encode()
        handler.send_response(self.status)
        for name, value in {"Content-Length": str(len(said)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(said)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
