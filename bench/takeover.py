"""How long the accounts of an earlier portal take to come over, and in how much memory.

    .venv/bin/python -m bench.takeover [--lines 1000000]

Makes an export with so many lines, one in a hundred of which is a double or has no good number, and runs
`onboarding accounts import` on it, for SQLite and for a PostgreSQL that keeps what it acknowledges.
"""

import argparse
import base64
import csv
import os
import resource
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from onboarding.sandbox.people import number, person
from tests.machine import postgresql, schema

COLUMNS = [
    "applicantName",
    "applicantIdType",
    "applicantIdNo",
    "applicantIdDate",
    "contactEmail",
    "contactTelNo",
    "lock_",
]
PROGRAM = Path(sys.executable).with_name("onboarding")


def export(path: Path, lines: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        written = csv.writer(file)
        written.writerow(COLUMNS)
        for i in range(lines):
            who = person(i)
            told = number(i - 1) if i % 200 == 199 else "0293 3123456" if i % 200 == 99 else number(i)
            written.writerow([who.name, "citizen", who.national_id, "2015-01-01", "", told, "false"])


def run(name: str, url: str, folder: Path, file: Path, lines: int) -> None:
    keys = {
        key: base64.b64encode(secrets.token_bytes(32)).decode() for key in ("DATA_KEYS", "INDEX_KEY", "SECRET_KEY")
    }
    given = {"MODE": "sandbox", "INSTANCE": str(folder), "DATABASE_URL": url, "SMS_GATEWAY": "sandbox", **keys}
    environ = os.environ | {f"ONBOARDING_{key}": value for key, value in given.items()}
    began = time.monotonic()
    command = [PROGRAM, "accounts", "import", str(file), "--report", str(folder / f"{name}.csv")]
    done = subprocess.run(command, env=environ, check=True, capture_output=True, text=True)
    seconds = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{name}: {lines} lines in {seconds:.0f} s, {lines / seconds:.0f} a second, at most {memory:.0f} MiB",
        flush=True,
    )
    print("\n".join(done.stdout.splitlines()[-4:]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args()
    with postgresql.running(durable=True) as server, tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        export(folder / "applicants.csv", asked.lines)
        for name, url in (("SQLite", f"sqlite:///{folder / 'onboarding.db'}"), ("PostgreSQL", server.create())):
            schema.make(url)
            run(name, url, folder, folder / "applicants.csv", asked.lines)


if __name__ == "__main__":
    main()
