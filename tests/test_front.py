"""The door between server and Flask: what a request looks like once it is whole."""

import asyncio
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.wsgi import ClosingIterator

from onboarding.front import THREADS, Front, environ
from onboarding.work import STEP_ASIDE


class Sent(list[tuple[str, str]]):
    """Headers as the server gives them."""

    def items(self) -> "Sent":
        return self


def scope(method: str, *headers: tuple[str, str]) -> Any:
    """What the server tells of a request with these headers."""
    return SimpleNamespace(
        headers=Sent(headers),
        method=method,
        path="/onboarding/đi",
        query_string="a=1",
        server="127.0.0.1:8000",
        client="[::1]:50000",
        scheme="http",
        http_version="1.1",
    )


def asked(*headers: tuple[str, str], body: bytes = b"") -> dict[str, Any]:
    """The environment of a request with these headers."""
    return environ(scope("POST", *headers), body)


def test_a_header_with_underscores_is_not_taken_for_the_one_with_dashes() -> None:
    made = asked(("x-forwarded-for", "10.0.0.1"), ("x_forwarded_for", "6.6.6.6"))
    assert made["HTTP_X_FORWARDED_FOR"] == "10.0.0.1"


def test_headers_sent_twice_are_joined() -> None:
    made = asked(
        ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2"), ("cookie", "a=1"), ("cookie", "b=2")
    )
    assert (made["HTTP_X_FORWARDED_FOR"], made["HTTP_COOKIE"]) == ("1.1.1.1,2.2.2.2", "a=1; b=2")


def test_what_flask_needs_is_there() -> None:
    made = asked(("content-type", "text/plain"), ("content-length", "3"), body=b"abc")
    assert made["PATH_INFO"].encode("latin-1").decode() == "/onboarding/đi"
    assert (made["CONTENT_TYPE"], made["CONTENT_LENGTH"], made["REMOTE_ADDR"]) == ("text/plain", "3", "::1")
    assert not {"HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"} & made.keys()


def test_errors_can_be_written_during_a_request() -> None:
    made = asked()
    assert callable(made["wsgi.errors"].write)


EXTENSIONS = {
    "visits": SimpleNamespace(run=lambda stop: stop.wait()),
    "database": SimpleNamespace(engine=SimpleNamespace(dialect=SimpleNamespace(name="sqlite"))),
}


class Panic(BaseException):
    """What a library in Rust raises: no Exception, as the end of a program is none."""


class Failing:
    """An application that fails more often than there are threads, and then answers."""

    def __init__(self) -> None:
        self.extensions = EXTENSIONS
        self.failures = THREADS + 1

    def __call__(self, _environ: Any, start: Any) -> Any:
        self.failures -= 1
        if self.failures >= 0:
            raise Panic
        start("204 NO CONTENT", [])
        return ClosingIterator([])


def test_threads_outlive_an_application_that_fails() -> None:
    front, answers = Front(Failing()), []  # type: ignore[arg-type]
    protocol = SimpleNamespace(response_bytes=lambda *answer: answers.append(answer))

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        front.__rsgi_init__(loop)
        for _ in range(THREADS + 1):
            with pytest.raises(RuntimeError, match="Panic"):
                await asyncio.wait_for(front.__rsgi__(scope("GET"), protocol), 5)
        await asyncio.wait_for(front.__rsgi__(scope("GET"), protocol), 5)
        front.__rsgi_del__(loop)

    asyncio.run(ask())
    assert answers == [(204, [], b"")]


class Waiting:
    """An application whose first request waits for somebody outside until there is a second one."""

    def __init__(self) -> None:
        self.extensions = EXTENSIONS
        self.answered: list[str] = []
        self._asked = Event()

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "GET":
            environ[STEP_ASIDE]()
            environ[STEP_ASIDE]()  # it may wait for several
            assert self._asked.wait(5)
        self._asked.set()
        self.answered.append(environ["REQUEST_METHOD"])
        start("204 NO CONTENT", [])
        return ClosingIterator([])


def test_who_waits_lets_others_be_answered_and_takes_requests_again_afterwards() -> None:
    app = Waiting()
    front = Front(app)  # type: ignore[arg-type]
    protocol = SimpleNamespace(response_bytes=lambda *_: None)

    async def ask() -> None:
        front.__rsgi_init__(asyncio.get_running_loop())
        await asyncio.wait_for(
            asyncio.gather(*(front.__rsgi__(scope(one), protocol) for one in ("GET", "HEAD"))), 5
        )
        for _ in range(2 * THREADS):
            await asyncio.wait_for(front.__rsgi__(scope("GET"), protocol), 5)
        front.__rsgi_del__(asyncio.get_running_loop())

    asyncio.run(ask())
    assert app.answered == ["HEAD", *["GET"] * (1 + 2 * THREADS)]
