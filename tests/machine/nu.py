"""The Nu HTML checker, the one that the HTML Standard points to: a Java program that answers over HTTP.

`npm ci` in `tests/machine/node` puts it there; one process checks all pages of a run, some 20 ms each.
"""

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_SH, LOCK_UN, flock
from pathlib import Path
from typing import TextIO

from tests.machine import missing
from tests.machine.server import answers, free_port

JAR = Path(__file__).parent / "node" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PATIENCE = 60  # seconds for a start on a busy machine
QUICK_START = ("-Xss8m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
LOOPBACK = "-Dnu.validator.servlet.bind-address=127.0.0.1"


@dataclass(frozen=True)
class Checker:
    """A running checker."""

    url: str

    def faults(self, html: str) -> list[str]:
        """What is no HTML in a page, a sentence each with the place; nothing for a good page."""
        headers = {"Content-Type": "text/html; charset=utf-8"}
        asked = urllib.request.Request(f"{self.url}?out=json&level=error", html.encode(), headers)
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            told = json.load(answer)["messages"]
        return [f"{one['message']} {one.get('extract', '').strip()}" for one in told]


@contextmanager
def running() -> Iterator[Checker]:
    """A checker for the length of a `with`."""
    java = shutil.which("java")
    if java is None or not JAR.is_file():
        missing("the Nu HTML checker, or Java,")
    port = free_port()
    checker = Checker(f"http://127.0.0.1:{port}/")
    command = [java, *QUICK_START, LOOPBACK, "-cp", str(JAR), "nu.validator.servlet.Main", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + PATIENCE
            while not answers(checker.url):
                assert process.poll() is None, "the checker ended"
                assert time.monotonic() < until, "the checker did not start"
                time.sleep(0.05)
            yield checker
        finally:
            process.kill()


@contextmanager
def shared(place: Path) -> Iterator[Checker]:
    """The one checker of all who name this file, for it takes four seconds of CPU to start.

    Who comes first starts it, and ends it when all others have gone.
    """
    with place.open("a+") as users, place.with_suffix(".start").open("w") as start, ExitStack() as ending:
        flock(start, LOCK_EX)
        users.seek(0)
        if not (url := users.read()):
            url = ending.enter_context(running()).url
            print(url, end="", file=users, flush=True)
            ending.callback(end_of_use, users, start)
        else:
            flock(users, LOCK_SH)
        flock(start, LOCK_UN)
        yield Checker(url)


def end_of_use(users: TextIO, start: TextIO) -> None:
    """Let nobody begin any more, and wait for the last to come to an end."""
    flock(start, LOCK_EX)
    flock(users, LOCK_EX)
    users.truncate(0)
