"""P50, B21, B22, B26: what the running server itself does with too much, too slow and too odd."""

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil
import pytest

from tests.machine.server import Server

GET = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = (
    b"POST /onboarding/account HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
)


@contextmanager
def connected(server: Server, *sent: bytes) -> Iterator[socket.socket]:
    """A connection on which this was sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for part in sent:
            connection.sendall(part)
        yield connection


def status(server: Server, *sent: bytes) -> int:
    """The status of the answer to this."""
    with connected(server, *sent) as connection:
        return int(connection.recv(100).split()[1])


@pytest.mark.parametrize(("size", "expected"), [(8 * 1024, 200), (20 * 1024, 431), (400 * 1024, 431)])
def test_P50_headers_have_16_kb(server: Server, size: int, expected: int) -> None:
    try:
        answered = status(server, GET, b"X-Long: " + b"x" * size + b"\r\n\r\n")
    except ConnectionResetError:  # it did not even read on
        answered = 431
    assert answered == expected


def test_B21_many_headers_are_refused(server: Server) -> None:
    assert status(server, GET, b"".join(b"X-%d: y\r\n" % n for n in range(500)), b"\r\n") == 431


def test_B21_a_body_of_1_gb_is_refused_before_it_comes(server: Server) -> None:
    assert status(server, POST, b"Content-Length: 1073741824\r\n\r\n") == 413


def test_P50_a_body_in_chunks_is_read_like_any_other(server: Server) -> None:
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    assert status(server, chunked, b"c\r\nanswer=phone\r\n0\r\n\r\n") == 403, "no token, but an answer"
    assert status(server, chunked, b"5\r\n{a=b}\r\n0\r\n\r\n") == 415, "it was looked at"
    assert status(server, chunked, b"10001\r\n" + b"x" * 65_537 + b"\r\n0\r\n\r\n") == 413


def test_B21_large_bodies_leave_memory_flat(server: Server) -> None:
    before = memory(server)
    for _ in range(20):
        assert status(server, POST, b"Content-Length: 80000000\r\n\r\n", b"x" * 10_000) == 413
    assert memory(server) - before < 50_000_000


def memory(server: Server) -> int:
    """Bytes that the server's processes hold."""
    main = psutil.Process(server.process.pid)
    return sum(int(process.memory_info().rss) for process in [main, *main.children(recursive=True)])


def test_B22_500_clients_slow_with_their_headers_keep_nobody_waiting(server: Server) -> None:
    with ExitStack() as slow:
        for _ in range(500):
            slow.enter_context(connected(server, GET, b"X-"))
        for _ in range(10):
            with urllib.request.urlopen(f"{server.url}/onboarding/account", timeout=2) as answer:
                assert answer.status == 200


def test_B22_200_clients_slow_with_their_bodies_keep_nobody_waiting(server: Server) -> None:
    with ExitStack() as slow:
        for _ in range(200):
            slow.enter_context(connected(server, POST, b"Content-Length: 100\r\n\r\nanswer="))
        assert status(server, GET, b"\r\n") == 200
        assert status(server, POST, b"Content-Length: 12\r\n\r\nanswer=phone") == 403, "no token, but an answer"


def test_B22_500_clients_slow_to_read_keep_nobody_waiting(server: Server) -> None:
    page = b"GET /onboarding/account HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with ExitStack() as slow:
        for _ in range(500):
            slow.enter_context(connected(server, page))
        with urllib.request.urlopen(f"{server.url}/onboarding/account", timeout=10) as answer:
            assert answer.status == 200


def test_B26_the_server_says_no_version(server: Server) -> None:
    with urllib.request.urlopen(server.url, timeout=10) as answer:
        assert not any(char.isdigit() for char in answer.headers["Server"])
        assert "X-Powered-By" not in answer.headers


@pytest.mark.parametrize(
    "line",
    [b"TRACE / HTTP/1.1", b"CONNECT evil.example:443 HTTP/1.1", b"GARBAGE", b"GET /static/../wsgi.py HTTP/1.1"],
)
def test_B26_odd_requests_are_refused(server: Server, line: bytes) -> None:
    assert status(server, line, b"\r\nHost: 127.0.0.1\r\n\r\n") in (400, 404, 405)


def test_B20_two_hosts_are_none(server: Server) -> None:
    page = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n"
    assert status(server, page) == 400
