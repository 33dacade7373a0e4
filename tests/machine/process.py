"""A program of somebody else's that listens on a port, for the length of a `with`."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

PATIENCE = 30  # seconds for a start on a busy machine


@contextmanager
def running(command: Sequence[str], folder: Path, port: int, **options: Any) -> Iterator[None]:
    """Start it, wait until it listens, and end it at once afterwards; its output goes to a file in `folder`."""
    log = folder / f"{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, start_new_session=True, **({"cwd": folder} | options)
        )
    try:
        wait_for(port, process, log)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until something listens on a port, unless the process is dead."""

    def settled() -> bool:
        with socket.socket() as knock:
            return process.poll() is not None or knock.connect_ex(("127.0.0.1", port)) == 0

    wait_until(settled, f"an answer on port {port}")
    assert process.poll() is None, log.read_text()


def wait_until(happened: Callable[[], object], what: str) -> None:
    """Wait for something that a busy machine may be slow with."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, f"not so: {what}"
        time.sleep(0.05)
