"""A sandbox as a process of its own, and what can be asked of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from pytest_onboarding.person import Person

PATIENCE = 60  # seconds for the start
ARRIVAL = 10  # seconds for a message
PROGRAM = (sys.executable, "-c", "from onboarding.cli import main; main()")
# All people of a test run come from one address, some sign in over and over, and some never enter their codes.
LIMITS = ("IP_MINUTE_SENDS", "IP_POSTS", "NUMBER_HOURLY_SENDS", "NUMBER_DAILY_SENDS")
OPEN = dict.fromkeys(LIMITS, "100000") | {"SMS_CONVERSION_FLOOR": "0"}


class Sandbox:
    """A sandbox on a free port, with everything that it makes in a folder.

    `url` is the issuer too; `client_id`, `client_secret` and `redirect_uri` are those of the ready client.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.client_id = self.client_secret = self.redirect_uri = ""

    def __enter__(self) -> Self:
        settings = {"MODE": "sandbox", "INSTANCE": str(self._folder), "PUBLIC_URL": self.url} | OPEN
        others = {name: text for name, text in os.environ.items() if not name.startswith("ONBOARDING_")}
        command = [*PROGRAM, "serve", "--sandbox", "--port", str(self._port), "--workers", "1"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                env=others | {f"ONBOARDING_{name}": text for name, text in settings.items()},
                cwd=self._folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that the workers end with it
            )
        try:
            self._wait()
            ready = next(client for client in self.get("clients") if "client_secret" in client)
        except BaseException:
            self._end()
            raise
        self.client_id, self.client_secret = ready["client_id"], ready["client_secret"]
        self.redirect_uri = ready["redirect_uris"][0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def _log(self) -> Path:
        return self._folder / "sandbox.log"

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while not answers(f"{self.url}/health/ready"):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the sandbox did not start:\n{self._log.read_text()}")
            time.sleep(0.05)

    def _end(self) -> None:
        assert self._process is not None
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(PATIENCE)

    def get(self, what: str, query: str = "") -> Any:
        """What `/sandbox/<what>.json` answers."""
        return self._ask(f"/sandbox/{what}.json{query}", None)

    def post(self, what: str, /, **sent: Any) -> Any:
        """The same for a POST. Raises urllib.error.HTTPError where it is refused."""
        return self._ask(f"/sandbox/{what}.json", json.dumps(sent).encode())

    def _ask(self, path: str, body: bytes | None) -> Any:
        asked = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})  # noqa: S310 - http
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            return json.load(answer)

    def register(self, name: str, *redirect_uris: str, **others: Any) -> dict[str, Any]:
        """Another service, with its `client_id` and `client_secret`; `others` are addresses by name."""
        made: dict[str, Any] = self.post("clients", name=name, redirect_uris=redirect_uris, **others)
        return made

    def move_clock(self, seconds: float) -> None:
        """Let time pass here. A program that checks `iat` sees tokens from the future then."""
        self.post("clock", forward=seconds)

    def reset_clock(self) -> None:
        """Back to the computer's time."""
        self.post("clock", forward=None)

    def faults(self) -> dict[str, str]:
        """The faults that are on, by client."""
        on: dict[str, str] = self.get("faults")["on"]
        return on

    def switch_fault(self, fault: str | None, client_id: str | None = None) -> None:
        """Switch a fault on for a client, the ready one if none is named; None switches it off."""
        self.post("faults", fault=fault, client_id=client_id)

    def numbers(self) -> dict[str, str]:
        """The numbers with a fixed outcome, by outcome."""
        return {one["outcome"]: one["number"] for one in self.get("numbers")}

    def messages(self, number: str) -> list[dict[str, Any]]:
        """The messages to a number, newest first."""
        found: list[dict[str, Any]] = self.get("messages", f"?to={quote(number)}")
        return found

    def code(self, number: str, after: list[dict[str, Any]] | None = None) -> str:
        """The code in the newest message to a number; `after` are those that do not count. Raises LookupError."""
        until = time.monotonic() + ARRIVAL
        while time.monotonic() < until:
            found = [one["code"] for one in self.messages(number)[: -len(after) if after else None] if one["code"]]
            if found:
                return str(found[0])
            time.sleep(0.05)
        raise LookupError(f"no code came to {number}")

    def person(self, i: int) -> Person:
        """Test person i with an account, made where it is not there yet."""
        return Person(self, **self.post("people", person=i))

    def somebody(self, outcome: str) -> Person:
        """Somebody with the number of this outcome."""
        return Person(self, self.numbers()[outcome])


def answers(url: str) -> bool:
    """Whether a GET is answered well."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - http, our own
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
