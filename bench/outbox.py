"""How many messages a second leave the outbox, and that each leaves once.

    .venv/bin/python -m bench.outbox [--messages 2000] [--processes 2]

Promises messages in a PostgreSQL that keeps what it acknowledges, then runs `onboarding send-messages` with the
gateway `file`, and with `speedsms` before a service of this script's own that takes 100 ms over each answer. The
time counts from the first message that was sent to the last one.
"""

import argparse
import asyncio
import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from onboarding.clock import SystemClock
from onboarding.db import Database
from onboarding.sealed import Keyring
from onboarding.sms import outbox
from onboarding.sms.outbox import Message
from onboarding.sms.texts import Texts
from tests.machine import postgresql, schema

TEXT = Texts("Cong Dich vu cong", "dichvucong.example", "1022", 10).sign_in_code("840275")
ANSWER_TIME = 0.1  # seconds
BODY = b'{"status": "success", "code": "00"}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
PROGRAM = Path(sys.executable).with_name("onboarding")


def key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def promise(database: Database, messages: int) -> None:
    """Promise a message to each of so many numbers."""
    now = SystemClock().now()
    for first in range(0, messages, 500):
        with database.transaction() as db:
            for number in range(first, min(first + 500, messages)):
                outbox.promise(db, now, f"+8490{number:07}", TEXT, "bench", now + timedelta(hours=1))


class SlowService:
    """Answers as SpeedSMS does, after a while; `numbers` has whom it was asked to send to."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.port = 0
        self._ready = threading.Event()

    def start(self) -> None:
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
                self.numbers += json.loads(await reader.readexactly(length))["to"]
                await asyncio.sleep(ANSWER_TIME)
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@contextmanager
def dispatchers(processes: int, environ: dict[str, str]) -> Iterator[None]:
    running = [
        subprocess.Popen([PROGRAM, "send-messages"], env=os.environ | environ, start_new_session=True)
        for _ in range(processes)
    ]
    yield
    for process in running:
        process.terminate()
        process.wait()


def wait_until_sent(database: Database) -> float:
    """The seconds from the first message that was sent to the last one."""
    waiting = select(func.count()).where(Message.due_at.is_not(None))
    while True:
        with database.transaction(write=False) as db:
            if not db.scalar(waiting):
                break
        time.sleep(0.5)
    with database.transaction(write=False) as db:
        first, last = db.execute(select(func.min(Message.sent_at), func.max(Message.sent_at))).one()
    return float((last - first).total_seconds())


def measure(server: postgresql.Server, folder: Path, gateway: str, messages: int, processes: int) -> None:
    url, service = server.create(), SlowService()
    keys = {name: key() for name in ("data_keys", "index_key", "secret_key")}
    schema.make(url)
    service.start()
    lines = folder / "sent.jsonl"
    settings = keys | {
        "mode": "sandbox",
        "instance": str(folder),
        "database_url": url,
        "sms_gateway": gateway,
        "sms_file": str(lines),
        "sms_addresses": f"speedsms=http://token:x@127.0.0.1:{service.port}/index.php/sms/send",
    }
    database = Database(url, Keyring.from_text(keys["data_keys"], keys["index_key"]))
    promise(database, messages)
    with dispatchers(processes, {f"ONBOARDING_{name.upper()}": text for name, text in settings.items()}):
        seconds = wait_until_sent(database)
    database.engine.dispose()
    if gateway == "file":
        service.numbers = [json.loads(line)["to"] for line in lines.read_text().splitlines()]
    once = Counter(service.numbers).values()
    print(
        f"{gateway}: {messages} messages by {processes} processes in {seconds:.1f} s, "
        f"{messages / seconds:.0f} a second; sent once: {sum(times == 1 for times in once)}, "
        f"more than once: {sum(times > 1 for times in once)}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    with postgresql.running(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        for gateway in ("file", "speedsms"):
            measure(server, Path(folder), gateway, asked.messages, asked.processes)


if __name__ == "__main__":
    main()
