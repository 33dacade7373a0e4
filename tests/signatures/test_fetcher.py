"""Fetching: no redirects, public addresses only, no more time and bytes than allowed (rule R36)."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from onboarding.signatures import fetcher
from onboarding.signatures.fetcher import Unreachable, fetch
from onboarding.signatures.issuers.sources import Limit, Sources
from onboarding.token_agent import tls
from tests.signatures.hosts import Host, Reply

LIMIT = Limit(seconds=0.3, size=1000)
PATIENT = Limit(seconds=5, size=1000)


@pytest.fixture
def sources(host: Host) -> Sources:
    """The host's places under /pki/."""
    return Sources(allowed=(f"{host.url}/pki/",), private=True)


def unreachable(address: str, sources: Sources, limit: Limit = PATIENT) -> None:
    with pytest.raises(Unreachable):
        fetch(address, sources, limit)


def test_an_answer_of_the_largest_size_arrives(host: Host, sources: Sources) -> None:
    assert fetch(host.at("/pki/a", b"x" * 1000), sources, PATIENT) == b"x" * 1000
    echo = host.at("/pki/echo", Reply)
    assert fetch(echo, sources, PATIENT, b"question", "text/plain") == b"question"
    unreachable(host.at("/pki/b", b"x" * 1001), sources)


def test_R36_a_redirect_is_not_followed(host: Host, sources: Sources) -> None:
    elsewhere = host.at("/pki/there", b"true")
    for status in (301, 302, 303, 307, 308):
        unreachable(host.at("/pki/a", lambda _asked, status=status: Reply(b"", status, elsewhere)), sources)
    assert "/pki/there" not in host.asked


def test_R36_a_place_that_is_not_allowed_is_not_connected_to(host: Host, sources: Sources) -> None:
    unreachable(host.at("/other", b"true"), sources)
    unreachable(host.at("/pki/a", b"true").replace("127.0.0.1", "localhost"), sources)
    assert host.asked == []


def test_R36_a_private_address_is_not_connected_to(host: Host, sources: Sources) -> None:
    port = host.url.rpartition(":")[2]
    names = [
        f"http://{name}:{port}/pki/" for name in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1")
    ]
    strict = replace(sources, allowed=tuple(names), private=False)
    for name in names:
        unreachable(f"{name}a", strict)
    assert host.asked == []


@pytest.mark.parametrize("found", [["203.0.114.1", "10.0.0.1"], ["::ffff:127.0.0.1"], ["100.64.0.1"], ["fd00::1"]])
def test_R36_one_private_address_of_a_name_is_enough_to_refuse(
    sources: Sources, monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: entries)
    connected: list[str] = []
    monkeypatch.setattr(fetcher.Fetch, "connect", lambda _self, address: connected.append(address))
    unreachable("http://issuer.vn/a", replace(sources, allowed=("http://issuer.vn/",), private=False))
    assert connected == []


def test_time_is_capped_over_all(host: Host, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = host.at("/pki/silent", host.never)
    before = monotonic()
    unreachable(silent, sources, LIMIT)
    with dripping() as drop:
        unreachable(f"{drop}/pki/a", replace(sources, allowed=(f"{drop}/pki/",)), LIMIT)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: nobody(host))
    unreachable(silent, sources, LIMIT)
    assert monotonic() - before < 3 * LIMIT.seconds + 1
    unreachable(silent, sources, Limit(seconds=0, size=1))
    assert host.asked == ["/pki/silent"]


def nobody(host: Host) -> None:
    """A name server that does not answer."""
    host.end.wait(30)
    raise socket.gaierror


@contextmanager
def dripping() -> Iterator[str]:
    """A host that sends an answer byte by byte, for ever."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                while not over.wait(0.01):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = Thread(target=drip, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            thread.join(5)
            assert not thread.is_alive()  # it was hung up on, not only left alone
            over.set()


def test_those_that_nobody_waits_for_any_more_are_bounded(host: Host, sources: Sources) -> None:
    taken = [fetcher.AT_ONCE.acquire(blocking=False) for _ in range(16)]
    try:
        assert all(taken)
        unreachable(host.at("/pki/a", b"true"), sources)
        assert host.asked == []
    finally:
        for _ in taken:
            fetcher.AT_ONCE.release()
    assert fetch(host.at("/pki/a", b"true"), sources, PATIENT) == b"true"


def test_nonsense_is_no_answer(sources: Sources) -> None:
    for nonsense in (
        b"",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 abc\r\n\r\n",
    ):
        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}/pki/"
            Thread(target=say, args=(server, nonsense), daemon=True).start()
            unreachable(url, replace(sources, allowed=(url,)))


def say(server: socket.socket, said: bytes) -> None:
    """Take one connection, say something, and hang up."""
    connection, _ = server.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(said)


def test_over_tls_the_name_counts(tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting(tmp_path))
    context = tls.server_context(tmp_path, datetime.now(UTC))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        Thread(target=greet, args=(server, context), daemon=True).start()
        named = replace(sources, allowed=(f"https://localhost:{port}/", f"https://other.localhost:{port}/"))
        assert fetch(f"https://localhost:{port}/a", named, PATIENT) == b"hello"
        unreachable(f"https://other.localhost:{port}/a", named)


def trusting(folder: Path) -> ssl.SSLContext:
    """A client that trusts the certificate in a folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(folder / "localhost.pem")
    return context


def greet(server: socket.socket, context: ssl.SSLContext) -> None:
    """Take connections over TLS for as long as the server is there."""
    while True:
        try:
            connection, _ = server.accept()
            with context.wrap_socket(connection, server_side=True) as safe:
                safe.recv(1000)
                safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        except ssl.SSLError:
            continue
        except OSError:
            return
