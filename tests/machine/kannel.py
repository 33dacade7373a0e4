"""A real Kannel: Debian's bearerbox and smsbox, between the portal and a message centre."""

import shutil
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.machine.process import running
from tests.machine.server import free_port

PROGRAMS = ("bearerbox", "smsbox")

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
            command = [program, "-v", "1", "kannel.conf"]
            self._running.enter_context(running(command, self.folder, self._ports[port]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()
