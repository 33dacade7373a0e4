"""What a sign-in to a service by a session that exists costs the server: authorize, token, userinfo.

.venv/bin/python -m bench.services

A browser that is signed in and has agreed before, and a service with a secret. The floor answers as many requests:
a GET, a POST, a GET. CPU time of all processes of each program, one after the other in each round.
"""

import base64
import hashlib
import itertools
import json
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from statistics import median
from urllib.parse import parse_qs, urlencode, urlsplit

from sqlalchemy import select

from bench import programs
from bench.rounds import SETTLE, VISITORS, WARM_UP, each
from bench.servers import Data, Server, environ, started
from bench.walker import HOST, PATIENCE
from onboarding import environment
from onboarding.accounts import clients, consents, sessions
from onboarding.accounts.people import Account
from onboarding.clock import SystemClock
from onboarding.db import Database
from onboarding.installation import completed

GOAL = 2.0
BACK = "https://service.example/back"
SCOPES = ("openid", "profile")
VERIFIER = secrets.token_urlsafe(32)
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
Visit = Callable[[HTTPConnection, int], None]


class Service:
    """A service that is registered with a running portal, and the sessions of citizens who have agreed."""

    def __init__(self, data: Data, server: Server) -> None:
        settings = completed(environment.read(environ(data.program, server.places)))
        now = SystemClock().now()
        self.sessions = [secrets.token_urlsafe(32) for _ in range(VISITORS)]
        with Database.opened(settings) as database, database.transaction() as db:
            client, secret = clients.add(db, now, "Bench", [BACK], scopes=SCOPES)
            for account, token in zip(db.scalars(select(Account).limit(VISITORS)), self.sessions, strict=True):
                sessions.start(db, now, settings, account, token, "phone", "")
                consents.give(db, now, account.id, client.id, SCOPES)
        self.basic = "Basic " + base64.b64encode(f"{client.id}:{secret}".encode()).decode()
        asked = {
            "client_id": client.id, "redirect_uri": BACK, "response_type": "code", "scope": " ".join(SCOPES),
            "state": "x" * 22, "nonce": "y" * 22, "code_challenge": CHALLENGE, "code_challenge_method": "S256",
        }  # fmt: skip
        self.address = f"/oidc/authorize?{urlencode(asked)}"

    def sign_in(self, connection: HTTPConnection, number: int) -> None:
        """One citizen signs in and the service learns who it is."""
        answer = ask(connection, 303, "GET", self.address, Cookie=f"session={self.sessions[number % VISITORS]}")
        (code,) = parse_qs(urlsplit(str(answer.headers["Location"])).query)["code"]
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        form = "application/x-www-form-urlencoded"
        kind = {"Content-Type": form, "Authorization": self.basic}
        tokens = json.loads(ask(connection, 200, "POST", "/oidc/token", urlencode(sent), **kind).body)
        ask(connection, 200, "GET", "/oidc/userinfo", Authorization=f"Bearer {tokens['access_token']}")


class Answer:
    """What came back."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read()


def ask(
    connection: HTTPConnection, expected: int, method: str, path: str, body: str | None = None, **headers: str
) -> Answer:
    """One request. Ends the measurement where its status is not the expected one."""
    connection.request(method, path, body, headers)
    answer = Answer(connection.getresponse())
    if answer.status != expected:
        raise SystemExit(f"{method} {path[:60]}: {answer.status}")
    return answer


def visit_floor(connection: HTTPConnection, number: int) -> None:
    """As many requests of the floor."""
    path = f"/+8490{number % 1000:07d}"
    for method, expected in (("GET", 200), ("POST", 303), ("GET", 200)):
        ask(connection, expected, method, path)


def cost(server: Server, visit: Visit, visits: int) -> float:
    """Milliseconds of CPU for each of so many visits."""
    repeat(server.port, visit, WARM_UP)
    time.sleep(SETTLE)
    before = server.cost()
    repeat(server.port, visit, visits)
    return each((server.cost() - before).total, visits)


def repeat(port: int, visit: Visit, visits: int) -> None:
    """So many visits, eight at once."""
    numbers = itertools.count()

    def some(count: int) -> None:
        connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        for _ in range(count):
            visit(connection, next(numbers))
        connection.close()

    with ThreadPoolExecutor(VISITORS) as pool:
        list(pool.map(some, [visits // VISITORS] * VISITORS))


def floors(accounts: int) -> tuple[Data, ...]:
    """The floor on our own server, and on the one that most deploy."""
    return tuple(Data(one, accounts, None) for one in (programs.floor({}), programs.floor_on_gunicorn()))


def measure(ours: Data, turns: int, visits: int) -> str:
    """The section of the report."""
    bare = floors(ours.accounts)
    found: dict[str, list[float]] = {data.program.title: [] for data in (ours, *bare)}
    for _ in range(turns):
        for data in (ours, *bare):
            with started(data) as server:
                visit = Service(ours, server).sign_in if data is ours else visit_floor
                found[data.program.title].append(cost(server, visit, visits))
        last = ", ".join(f"{title} {costs[-1]:.2f} ms" for title, costs in found.items())
        print(f"sign-in to a service: {last}", flush=True)
    portal, *others = found.items()
    rows = "\n".join(row(title, costs, portal[1]) for title, costs in others)
    return f"""
## A sign-in to a service by a session that exists, CPU

| program | requests | CPU | portal, times this |
|---|---|---:|---:|
| {portal[0]} | authorize, token, userinfo | {median(portal[1]):.2f} ms | |
{rows}

{turns} rounds of {visits}, {VISITORS} at once; load {os.getloadavg()[0]:.1f} at the end.
"""


def row(title: str, costs: list[float], portal: list[float]) -> str:
    """What a floor costs, and how many times that the portal, by the rounds."""
    times = median(one / other for one, other in zip(portal, costs, strict=True))
    verdict = "reached" if times <= GOAL else "**missed**"
    return f"| {title} | GET, POST, GET | {median(costs):.2f} ms | {times:.2f} (at most {GOAL}: {verdict}) |"


if __name__ == "__main__":
    print(measure(Data(programs.portal(), 1000, None), 3, 800))
