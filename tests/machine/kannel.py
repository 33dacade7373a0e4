"""A real Kannel: Debian's bearerbox and smsbox, between the portal and a message centre."""

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.machine.server import free_port

PROGRAMS = ("bearerbox", "smsbox")
PATIENCE = 30  # seconds for a start on a busy machine

CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = admin
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
sms-resend-freq = 1
http-timeout = 5

group = smsc
smsc = smpp
smsc-id = centre
host = 127.0.0.1
port = {centre}
transceiver-mode = true
smsc-username = portal
smsc-password = portal
system-type = ""
reconnect-delay = 1
wait-ack = 5
wait-ack-expire = 2

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {box}
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = portal
password = "secret word"
concatenation = false
max-messages = 1

group = sms-service
keyword = default
max-messages = 0
text = ""
"""


class Kannel:
    """Both boxes, on ports of their own, with their files in one folder."""

    def __init__(self, folder: Path, centre_port: int) -> None:
        self.folder = folder
        self._ports = {name: free_port() for name in ("admin", "box", "sendsms")} | {"centre": centre_port}
        self._running = ExitStack()

    @property
    def address(self) -> str:
        """Where messages are handed over, as the setting has it."""
        return f"http://portal:secret%20word@127.0.0.1:{self._ports['sendsms']}/cgi-bin/sendsms"

    def __enter__(self) -> Self:
        for program in PROGRAMS:
            if not shutil.which(program):
                pytest.skip(f"{program} is not installed (Debian package kannel)")
        self.folder.joinpath("kannel.conf").write_text(CONFIGURATION.format(**self._ports))
        for program, port in (("bearerbox", "box"), ("smsbox", "sendsms")):
            self._start(program)
            wait_for(self._ports[port], self.folder / f"{program}.log")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def _start(self, program: str) -> None:
        with self.folder.joinpath(f"{program}.log").open("wb") as log:
            process = subprocess.Popen(
                [program, "-v", "1", "kannel.conf"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.callback(end, process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a box at once; it has nothing to keep."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def wait_for(port: int, log: Path) -> None:
    """Wait until something listens on a port."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"no answer on port {port}:\n{log.read_text()}")
