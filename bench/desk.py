"""How long staff wait: the search and a person's page, among many accounts and a long audit trail.

    .venv/bin/python -m bench.desk [--accounts 1000000] [--rows 20000000]

Fills a PostgreSQL by its own generate_series, then asks the portal in this process, as a member of staff does. The
times are those of whole requests, without a web server around them.
"""

import argparse
import base64
import secrets
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url

from onboarding import create_app
from onboarding.accounts import bulk, people
from onboarding.accounts.people import Applicant
from onboarding.clock import SystemClock
from onboarding.config import Settings
from tests.console.desk import signed_in
from tests.machine import postgresql, schema
from tests.machine.visitor import Visitor

NUMBER = "+84912345678"
ACCOUNTS = """
INSERT INTO accounts (id, kind, state, identity, language, consent_version, registered_at, national_id_index)
SELECT md5('account ' || i)::uuid, 'citizen', 'active', 'declared', 'vi', 'bench', now(),
  sha256(('id ' || i)::bytea)
FROM generate_series(1, %(accounts)s) AS i
"""
NUMBERS = """
INSERT INTO phone_numbers (id, account_id, number_sealed, number_index, confirmed_at)
SELECT md5('number ' || i)::uuid, md5('account ' || i)::uuid, '\\x00', sha256(('number ' || i)::bytea), now()
FROM generate_series(1, %(accounts)s) AS i
"""
EVENTS = """
INSERT INTO events (id, at, kind, account_id, facts)
SELECT gen_random_uuid(), now(), 'signed-in', md5('account ' || i)::uuid, '{"how": "phone"}'
FROM generate_series(1, %(accounts)s) AS i
"""
TRAIL = """
INSERT INTO audit_trail (number, at, staff_id, kind, reason, account_id, facts, hash)
SELECT i, now() - interval '1 day', '%(staff)s', 'value-revealed', 'telephone',
  CASE WHEN i %% (%(rows)s / 100) = 0 THEN '%(person)s'::uuid
    ELSE md5('account ' || (i %% %(accounts)s + 1))::uuid END,
  '{"role": "helper", "value": "name"}', '\\x00'
FROM generate_series(%(first)s, %(last)s) AS i
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'audit_trail' AND indexname LIKE 'ix%'"
HEAD = "UPDATE audit_head SET number = %(rows)s"


def fill(url: str, known: dict[str, Any]) -> None:
    """Rows in the millions, two statements at a time, and what the planner knows of them."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        [(first,)] = connection.execute("SELECT number + 1 FROM audit_head").fetchall()
        indexes = connection.execute(INDEXES).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
    half = known["rows"] // 2
    halves = [known | {"first": first, "last": half}, known | {"first": half + 1, "last": known["rows"]}]
    stages = (
        [("accounts", ACCOUNTS % known)],
        [("numbers", NUMBERS % known), ("events", EVENTS % known)],
        [("half of the trail", TRAIL % part) for part in halves],
        [("head", HEAD % known), *indexes],
        [("analyze", "VACUUM ANALYZE")],
    )
    with ThreadPoolExecutor(2) as threads:
        for stage in stages:
            list(threads.map(lambda one: run(plain, *one), stage))


def run(plain: str, name: str, statement: str) -> None:
    """One statement in a connection of its own."""
    began = time.monotonic()
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET session_replication_role = replica")  # no triggers while it is filled
        connection.execute(statement)
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)


def person(app: Flask) -> str:
    """Somebody who can be found, written as the portal writes people."""
    with app.extensions["database"].transaction() as db:
        now = SystemClock().now()
        bulk.write(
            db, [bulk.rows(db, now, Applicant("citizen", "Nguyễn Văn Ba", "093065001234"), NUMBER, "bench")]
        )
        found = people.find_by_number(db, NUMBER)
        assert found is not None
        return str(found.id)


def timed(name: str, ask: Callable[[], object], times: int = 100) -> None:
    ask()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    print(f"{name}: median {median(taken):.0f} ms, 95 % within {quantiles(taken, n=20)[-1]:.0f} ms", flush=True)


def measure(server: postgresql.Server, folder: Path, accounts: int, rows: int) -> None:
    url = server.create()
    schema.make(url)
    keys = {
        name: base64.b64encode(secrets.token_bytes(32)).decode()
        for name in ("data_keys", "index_key", "secret_key")
    }
    app = create_app(Settings(mode="sandbox", instance=folder, database_url=url, sms_gateway="sandbox", **keys))
    app.test_client_class = Visitor
    helper = app.test_client()
    assert isinstance(helper, Visitor)
    staff = signed_in(app, SystemClock().now(), helper, "helper", "Bench")
    who = person(app)
    fill(url, {"accounts": accounts, "rows": rows, "staff": staff, "person": who})
    helper.visit("/console/find")
    token = next(one.get("value") for one in helper.page.all("input") if one.get("name") == "csrf_token")
    address, fields = f"/console/accounts/{who}", {"csrf_token": token}
    helper.post(f"{address}/open", data={**fields, "why": "telephone"})
    assert "data-account-state" in helper.get(address).text
    plain = FlaskClient(app, app.response_class)  # it only asks, and finds no fault with pages
    plain.set_cookie("staff", helper.get_cookie("staff").value)  # type: ignore[union-attr]
    for text in (NUMBER, "093065001234", "HG-7K3M-92QX", "0123456789abcdef"):
        timed(f"search for {text}", lambda text=text: plain.post("/console/find", data={**fields, "text": text}))  # type: ignore[misc]
    timed("page of a person", lambda: plain.get(address))
    timed("opening it", lambda: plain.post(f"{address}/open", data={**fields, "why": "telephone"}))
    app.extensions["database"].engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rows", type=int, default=20_000_000)
    asked = parser.parse_args()
    with postgresql.running() as server, tempfile.TemporaryDirectory() as folder:
        measure(server, Path(folder), asked.accounts, asked.rows)


if __name__ == "__main__":
    main()
