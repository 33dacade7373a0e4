"""A test token, and a real agent process on loopback with TLS that serves it."""

import base64
import json
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from onboarding.sandbox.tokens import make_token
from tests.clock import MONDAY_MORNING

PORTAL = "http://127.0.0.1:8000"
ANY_PORT = ("--port", "0")
AGENT = "from onboarding.token_agent.cli import command; command()"


@dataclass
class Agent:
    """An agent process, how to speak to it, and what its terminal has shown so far."""

    process: subprocess.Popen[str]
    tls: ssl.SSLContext
    port: int = 0
    vgca_port: int = 0
    shown: list[str] = field(default_factory=list)

    def page(self, origin: str | None = PORTAL, path: str = "/plugin") -> ClientConnection:
        """A socket as a page of that origin opens it."""
        address = f"wss://localhost:{self.port}{path}"
        return connect(address, ssl=self.tls, origin=origin, proxy=None)  # type: ignore[arg-type]

    def service(self, operation: str, message: str, origin: str = PORTAL) -> dict[str, Any]:
        """The reply of the VGCA Sign Service to an operation, as its page script asks for it."""
        address = f"wss://127.0.0.1:{self.vgca_port}/{operation}"
        with connect(address, ssl=self.tls, origin=origin, proxy=None) as page:  # type: ignore[arg-type]
            page.send(message)
            reply: dict[str, Any] = json.loads(page.recv(timeout=30))
        return reply

    def read_until(self, wanted: str) -> str:
        """What the terminal has shown up to a line with these words."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.shown.append(line)
            if wanted in line:
                break
        return "".join(self.shown)


def ask(page: ClientConnection, function: int, *arguments: str) -> str:
    """One call as the plug-in's script makes it, and its result."""
    request = {"functionID": function, "funcCallback": "callbackDefault", "args": arguments, "domain": "127.0.0.1"}
    page.send(json.dumps(request))
    reply = page.recv(timeout=30)
    assert isinstance(reply, str)
    result, _, callback = reply.rpartition("*")
    assert callback == "callbackDefault"
    return result


def ask_to_sign(page: ClientConnection, content: bytes) -> dict[str, Any]:
    """The result of signCms."""
    result: dict[str, Any] = json.loads(ask(page, 4, base64.b64encode(content).decode()))
    return result


def context() -> ssl.SSLContext:
    """What a page's side of TLS is made of.

    The client reads in one thread and writes in another. In TLS 1.3 a server's first words are tickets to be read;
    while one thread does that, the other's request may be stuck behind it until both give up, once in 500 times.
    """
    made = ssl.create_default_context()
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    return made


@dataclass(frozen=True)
class Token:
    """Where the test token lies, and the issuers that made its certificate."""

    directory: Path
    trust: Path


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    folder = tmp_path_factory.mktemp("token")
    made = Token(folder / "token", folder / "trust")
    make_token(made.directory, made.trust, MONDAY_MORNING, pin="4711")
    return made


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Agent]]:
    """Starts an agent for a token folder, or none, on any free port unless told otherwise."""
    with ExitStack() as stack:

        def started(directory: Path | None, *options: str) -> Agent:
            own = tmp_path_factory.mktemp("agent")
            token = ("--token-dir", directory) if directory else ()
            places = ("--dir", own, "--vgca-port", "0", *token)
            command = [sys.executable, "-c", AGENT, *places, *(options or ANY_PORT)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            stack.enter_context(process)
            stack.callback(process.terminate)
            agent = Agent(process, context())
            shown = agent.read_until("Ready")
            agent.vgca_port, agent.port = map(int, re.findall(r"wss://[a-z0-9.]+:(\d+)/", shown))
            agent.tls.load_verify_locations(own / "localhost.pem")
            return agent

        yield started


@pytest.fixture(scope="session")
def agent(start: Callable[..., Agent], token: Token) -> Agent:
    """An agent with a good token."""
    return start(token.directory)
