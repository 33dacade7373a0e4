"""Starts programs on fresh copies of their seeded data, and reads what they cost."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.programs import MADE, ROOT, Program
from bench.walker import HOST
from tests.machine import postgresql

PATIENCE = 60  # seconds for a start on a busy machine
KEPT = ("PATH", "HOME", "LANG", "TZ")


@dataclass(frozen=True)
class Cost:
    """CPU seconds."""

    user: float
    system: float

    def __sub__(self, earlier: "Cost") -> "Cost":
        return Cost(self.user - earlier.user, self.system - earlier.system)

    @property
    def total(self) -> float:
        return self.user + self.system


class Server:
    """A running program."""

    def __init__(
        self, process: psutil.Process, port: int, places: dict[str, str], database: psutil.Process | None
    ) -> None:
        self.port = port
        self.places = places
        self.messages = Path(places["folder"]) / "messages"
        self._process = process
        self._database = database

    def cost(self) -> Cost:
        """What all its processes have used so far, those included that have ended."""
        return cost_of(self._process)

    def database_cost(self) -> Cost:
        """The same of its database server, where it has one."""
        return cost_of(self._database) if self._database else Cost(0, 0)

    def memory(self) -> float:
        """MiB of all its processes; what they share is counted once (PSS)."""
        return sum(process.memory_full_info().pss for process in family(self._process)) / 2**20


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def cost_of(process: psutil.Process) -> Cost:
    times = [each.cpu_times() for each in family(process)]
    return Cost(
        sum(each.user + each.children_user for each in times),
        sum(each.system + each.children_system for each in times),
    )


class Data:
    """Seeded data of a program, made once and kept: a folder with a SQLite file, or with a database beside it."""

    def __init__(self, program: Program, accounts: int, server: postgresql.Server | None) -> None:
        self.program, self.accounts, self.server = program, accounts, server
        shape = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(program.shape))).hexdigest()[:12]
        self._seeded = MADE / "seeded" / f"{program.name}-{accounts}-{shape}"
        self._template = f"{program.name}_{accounts}"
        if server is not None:
            self._seeded = server.folder / self._template  # both last as long as that server does
        if not self._seeded.exists():
            self._seed()

    def _seed(self) -> None:
        unfinished = self._seeded.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        database = self.server.create(name=self._template) if self.server else sqlite(unfinished)
        places = self.places(unfinished, database)
        print(f"seeding {self.program.name} with {self.accounts} accounts", flush=True)
        for command in self.program.seed:
            subprocess.run(filled(command, places), env=environ(self.program, places), cwd=self.program.folder,
                           check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        unfinished.rename(self._seeded)

    def copy(self, port: int) -> tuple[Path, str]:
        """A fresh copy for the program on a port: its folder and the database's address."""
        folder = MADE / "run" / f"{self.program.name}-{port}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", "--reflink=auto", self._seeded, folder], check=True)
        return folder, self.server.create(template=self._template) if self.server else sqlite(folder)

    def places(self, folder: Path, database: str, port: int = 0) -> dict[str, str]:
        """What the texts of the program are filled in with."""
        return {"folder": str(folder), "database": database, "port": str(port), "accounts": str(self.accounts)}


@contextmanager
def started(data: Data) -> Iterator[Server]:
    """A program on a fresh copy of its data, ready to answer."""
    program, port = data.program, free_port()
    folder, database = data.copy(port)
    places = data.places(folder, database, port)
    with (folder / "log").open("wb") as log:
        process = psutil.Popen(
            filled(program.start, places), env=environ(program, places), cwd=program.folder,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until_ready(process, f"http://{HOST}:{port}{program.ready}")
        yield Server(process, port, places, postmaster(data))
    except BaseException:
        print((folder / "log").read_text()[-3000:])
        raise
    finally:
        stop(process)
        shutil.rmtree(folder)
        if data.server is not None:
            data.server.drop(database)


def postmaster(data: Data) -> psutil.Process | None:
    """The first process of the database server, if there is one."""
    server = data.server
    return server and psutil.Process(int((server.folder / "data" / "postmaster.pid").read_text().split()[0]))


def wait_until_ready(process: psutil.Popen, url: str) -> None:
    until = time.monotonic() + PATIENCE
    while not answers(url):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit("the program did not start")
        time.sleep(0.1)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 - an address of our own
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def stop(process: psutil.Popen) -> None:
    """End a program as an operator does; what is left of its session after that is killed."""
    process.terminate()
    with suppress(psutil.TimeoutExpired):
        process.wait(15)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def environ(program: Program, places: dict[str, str]) -> dict[str, str]:
    """The environment of a program: of this process's own only what any program needs."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    given = {name: text.format_map(places) for name, text in program.environ.items()}
    return kept | {"PYTHONPATH": str(ROOT)} | given


def filled(command: tuple[str, ...], places: dict[str, str]) -> list[str]:
    return [part.format_map(places) for part in command]


def sqlite(folder: Path) -> str:
    return f"sqlite:///{folder / 'data.db'}"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
