"""The program itself, as a process that can be killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAM = Path(sys.executable).with_name("onboarding")
PATIENCE = 60  # seconds; a busy machine starts four workers slowly


class Server:
    """`onboarding serve --sandbox` on a port and with an instance folder of its own.

    Several workers are for tests of what is done by many at once.
    """

    def __init__(self, folder: Path, program: Path = PROGRAM, workers: int = 1, **settings: str) -> None:
        self.folder = folder
        self.program = program
        self.workers = str(workers)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.url = settings.get("public_url", self.address)  # as citizens see it
        self.log = folder / "server.log"
        given = {"mode": "sandbox", "instance": str(folder), "public_url": self.url} | settings
        self.environ = clean_environ() | {f"ONBOARDING_{name.upper()}": text for name, text in given.items()}
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> str:
        """Run `onboarding` with arguments to its end, with this server's settings; returns its output."""
        command = [str(self.program), *arguments]
        done = subprocess.run(
            command, env=self.environ, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return done.stdout

    def start(self) -> Self:
        """Start, and wait until it is ready."""
        command = [str(self.program), "serve", "--sandbox", "--port", str(self.port), "--workers", self.workers]
        with self.log.open("ab") as log:
            # A session of its own, so that the workers die with it.
            self._process = subprocess.Popen(
                command, env=self.environ, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        self._wait()
        return self

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The first process of the running program, of which the others are forks."""
        assert self._process is not None
        return self._process

    def kill(self) -> None:
        """`kill -9`, the workers too: no goodbye, nothing written on the way out."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, as an operator does."""
        self._end(signal.SIGTERM)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self._process.pid, how)
            self._process.wait(PATIENCE)
            self._process = None

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while not answers(f"{self.address}/health/ready"):
            dead = self.process.poll() is not None
            if dead or time.monotonic() > until:
                self.kill() if not dead else None
                raise AssertionError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether a GET is answered well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def clean_environ() -> dict[str, str]:
    """This process's environment without its settings for the portal."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ONBOARDING_")}


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
