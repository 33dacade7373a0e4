"""10,000 visits at four workers, one `kill -9` among them: only the last batch can go with it."""

import re
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from onboarding.clock import SystemClock, day_in_vietnam
from tests.machine.browser import Browser
from tests.machine.server import Server

WORKERS = 4
CONNECTIONS = 8
ROUND = 50  # requests that a visitor's program sends at once
ASKED = (
    "GET /portlet/visitors HTTP/1.1\r\nHost: {host}\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile\r\n\r\n"
)
WAIT = 30  # seconds for the batches on a busy machine


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The program with four workers, which the test may kill."""
    with Server(tmp_path, workers=WORKERS) as server:
        yield server


def visit(server: Server, times: int) -> None:
    """So many visits at once; whoever is cut off gives up."""
    shares = [times // CONNECTIONS + (one < times % CONNECTIONS) for one in range(CONNECTIONS)]
    with ThreadPoolExecutor(CONNECTIONS) as visitors:
        list(visitors.map(lambda share: visit_in_turn(server, share), shares))


def visit_in_turn(server: Server, times: int) -> None:
    """So many visits over one connection, all of them answered; or as many as there are until it is cut."""
    asked = ASKED.format(host=server.url.removeprefix("http://")).encode()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as line:
            for start in range(0, times, ROUND):
                sent = min(ROUND, times - start)
                line.sendall(asked * sent)
                receive(line, sent)
    except OSError:
        return


def receive(line: socket.socket, answers: int) -> None:
    """Read so many answers, each of which is a page."""
    told = b""
    while told.count(b"</html>") < answers:
        piece = line.recv(1 << 20)
        if not piece:
            raise ConnectionError
        told += piece
    assert len(re.findall(rb"HTTP/1\.1 200", told)) == answers


def counted(server: Server) -> int:
    """The visits in the database."""
    with closing(sqlite3.connect(server.folder / "onboarding.db", timeout=10)) as database:
        rows = database.execute("SELECT site, day, count FROM visits").fetchall()
    assert {(site, day) for site, day, _ in rows} <= {("portal", str(day_in_vietnam(SystemClock().now())))}
    return sum(count for *_, count in rows)


def wait_for(server: Server, visits: int) -> None:
    """Until so many visits are written down; never a visit too many."""
    until = time.monotonic() + WAIT
    while (now := counted(server)) != visits:
        assert now < visits
        assert time.monotonic() < until, f"{now} of {visits}"
        time.sleep(0.05)


def test_of_10_000_visits_kill_9_takes_the_last_batch_at_most_and_nothing_else(server: Server) -> None:
    visit(server, 5000)
    wait_for(server, 5000)
    citizen = Browser(server.url)
    citizen.visit("/onboarding/account")
    with ThreadPoolExecutor(1) as crowd:
        crowd.submit(visit, server, 2000)
        citizen.submit(answer="register")
        server.kill()
    server.start()
    kept = counted(server)
    assert 5000 <= kept <= 7000
    visit(server, 3000)
    wait_for(server, kept + 3000)
    tally = [row.text for row in citizen.visit("/").all("li")]
    assert [row[0] for row in tally] == ["0", "1", "0", "0"], "the answer was confirmed before the end"
    visit(server, 40)
    server.stop()
    assert counted(server) == kept + 3040, "an end in good order takes nothing"
