"""A program of somebody else's that listens on a port, for the length of a `with`."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
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
    """Wait until something listens on a port."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"no answer on port {port}:\n{log.read_text()}")
