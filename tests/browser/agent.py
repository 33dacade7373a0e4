"""A citizen's computer: a token plugged in, and the signing agent running for it."""

import base64
import fcntl
import hashlib
import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from threading import Thread
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect

from onboarding.sandbox.issuers import Person
from onboarding.sandbox.tokens import make_token
from onboarding.token_agent import tls
from tests.browser.citizen import Citizen, fresh_id
from tests.machine.server import PROGRAM, Server, clean_environ

PORTAL = "portal.test"  # a name on the internet, as far as the browser knows
READ = (
    "from onboarding.token_agent import options, token\n"
    "print(token.Tokens(options.SOFTHSM, None).signers()[0].certificate.hex())"
)


@dataclass(frozen=True)
class Computer:
    """Where its token and the agent's own TLS certificate lie."""

    folder: Path
    national_id: str
    name: str

    @property
    def token(self) -> Path:
        """The token's folder."""
        return self.folder / "token"

    def certificate(self) -> x509.Certificate:
        """The certificate on the token, read by a program that was started for it, as PKCS#11 wants it."""
        environ = os.environ | {"SOFTHSM2_CONF": str(self.token / "softhsm2.conf")}
        read = subprocess.run(
            [sys.executable, "-c", READ], env=environ, check=True, capture_output=True, text=True
        )
        return x509.load_der_x509_certificate(bytes.fromhex(read.stdout))

    def wrong_pin(self) -> None:
        """From now on another PIN than the token's is entered."""
        (self.token / "pin").write_text("000000", encoding="ascii")


def make_computer(server: Server, folder: Path, *, issuer: str = "vnpt", national_id: str = "") -> Computer:
    """A token as `onboarding sandbox token` makes it, for a name of more than plain letters."""
    made = Computer(folder, national_id or fresh_id(), "Trần Thị Ngọc Ánh")
    make_token(made.token, server.folder / "trust", datetime.now(UTC), issuer, Person(made.name, made.national_id))
    return made


@contextmanager
def computer_to_oneself() -> Iterator[None]:
    """A computer has one VGCA Sign Service, at one port: tests on other workers wait until this one is over."""
    with (Path(gettempdir()) / "onboarding-tests-agent.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def running_agent(
    computer: Computer, portal: str, agent_folder: Path, *options: str, typed: str | None = None
) -> Iterator[None]:
    """`onboarding token-agent` for a portal, ready; `typed` is what a person enters at its prompt for the PIN."""
    keyboard, terminal = pty.openpty()
    environ = clean_environ() | {"SOFTHSM2_CONF": str(computer.token / "softhsm2.conf")}
    pin = [] if typed is not None else ["--token-dir", str(computer.token)]
    command = [str(PROGRAM), "token-agent", "--dir", str(agent_folder), "--allow-origin", portal, *pin, *options]
    streams: dict[str, Any] = {"stdin": terminal, "stdout": subprocess.PIPE, "stderr": terminal}
    with (
        computer_to_oneself(),
        subprocess.Popen(command, **streams, text=True, env=environ, start_new_session=True) as process,
    ):
        try:
            assert process.stdout
            assert any(line.startswith("Ready") for line in process.stdout)
            Thread(target=type_when_asked, args=(keyboard, typed or ""), daemon=True).start()
            yield
        finally:
            process.terminate()
            os.close(terminal)
            os.close(keyboard)


@contextmanager
def scripted_agent(portal: str, agent_folder: Path, *answers: str, options: Sequence[str] = ()) -> Iterator[None]:
    """The agent with a made-up token, and what it shall answer: `signCms=3`, several in a row."""
    script = [part for answer in answers for part in ("--answer", answer)]
    command = [
        str(PROGRAM),
        "token-agent",
        "--dir",
        str(agent_folder),
        "--allow-origin",
        portal,
        *script,
        *options,
    ]
    with (
        computer_to_oneself(),
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environ()) as process,
    ):
        try:
            assert process.stdout
            assert any(line.startswith("Ready") for line in process.stdout)
            yield
        finally:
            process.terminate()


def run_agent(*arguments: str) -> None:
    """Run `onboarding token-agent` with arguments to its end."""
    subprocess.run([str(PROGRAM), "token-agent", *arguments], env=clean_environ(), check=True, capture_output=True)


def type_when_asked(keyboard: int, pin: str) -> None:
    """What a person does at the agent's terminal: reads, and enters the PIN when asked for it."""
    with suppress(OSError):  # the terminal goes with the agent
        seen = b""
        while b"PIN of" not in seen:
            seen += os.read(keyboard, 100)
        os.write(keyboard, f"{pin}\n".encode())


def at_a_citizens(agent_folder: Path) -> tuple[str, str]:
    """The flags by which Chromium trusts this agent's certificate and no other, and finds the portal by its name.

    The first stands for what a person does once, at the address that the agent prints: accept its certificate.
    """
    tls.server_context(agent_folder, datetime.now(UTC))
    certificate = x509.load_pem_x509_certificate((agent_folder / "localhost.pem").read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trusted = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return f"--ignore-certificate-errors-spki-list={trusted}", f"--host-resolver-rules=MAP {PORTAL} 127.0.0.1"


def sit_down(citizen: Citizen, bridge: str = "vnpt") -> None:
    """Choose the USB answer and a signing program, in a browser that lets this portal reach such programs."""
    citizen.page.context.grant_permissions(["local-network-access"], origin=citizen.server.url)
    citizen.choose("usb")
    citizen.page.locator(f"[name=program][value={bridge}]").check()


def sign(citizen: Citizen, bridge: str = "vnpt") -> None:
    """Press the button, and come to where the signature leads."""
    sit_down(citizen, bridge)
    with citizen.page.expect_navigation():
        citizen.page.locator("[data-usb-start]").click()


def told(citizen: Citizen) -> str:
    """What the page says after a click that comes to nothing; the button is free again, other ways are shown."""
    citizen.page.locator("[data-usb-start]").click()
    expect(citizen.page.locator("[data-usb-start]")).to_be_enabled(timeout=20_000)
    expect(citizen.page.locator(".ways a[href*=phone]")).to_be_visible()
    return citizen.page.locator("[data-usb-status]").inner_text()
