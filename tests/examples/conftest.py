"""The examples, running; and the client that they are to the portal."""

import os
import pwd
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import agent_folder, an_address, browser, new_page, playwright
from tests.examples.citizen import Citizen
from tests.examples.example import ROOT, commands, run, runnable, started
from tests.machine import missing, quick_folder
from tests.machine.browser import Browser
from tests.machine.server import Server, free_port

__all__ = ["agent_folder", "browser", "new_page", "playwright"]

EXAMPLES = ("flask", "node", "apache")
REFRESH_ALWAYS = "OIDCRefreshAccessTokenBeforeExpiry 300"  # seconds that a new access token has left
APACHE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    """Where each example listens."""
    return {name: free_port() for name in EXAMPLES}


@pytest.fixture(scope="session")
def client(server: Server, ports: dict[str, int]) -> dict[str, str]:
    """What all examples need in their environment to be one client of the portal."""
    homes = [f"http://localhost:{port}" for port in ports.values()]
    addresses = [
        word for home in homes for word in ("--redirect-uri", f"{home}/callback", "--logout-uri", f"{home}/")
    ]
    scopes = ["--scope", "profile", "--scope", "phone"]
    printed = server.run("client", "add", "Building permits", *addresses, *scopes)
    given = dict(line.split("=", 1) for line in printed.splitlines())
    return {"ISSUER": server.url, "CLIENT_ID": given["client_id"], "CLIENT_SECRET": given["client_secret"]}


@pytest.fixture(scope="session")
def flask(
    client: dict[str, str], ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The Flask example."""
    (command,) = commands("Flask")
    port = ports["flask"]
    with started(runnable(command, **{"9000": str(port)}), tmp_path_factory.mktemp("flask"), port, client) as url:
        yield url


@pytest.fixture(scope="session")
def node(client: dict[str, str], ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Node example."""
    (ROOT / "docs/examples/node/node_modules/openid-client").exists() or missing("npm's openid-client")
    (command,) = commands("Node")
    environ = client | {"PORT": str(ports["node"])}
    with started(runnable(command), tmp_path_factory.mktemp("node"), ports["node"], environ) as url:
        yield url


@pytest.fixture(scope="session")
def apache(client: dict[str, str], ports: dict[str, int]) -> Iterator[str]:
    """The Apache example, run by somebody who is not root."""
    APACHE.exists() or missing("Debian's libapache2-mod-auth-openidc")
    copy, start = commands("Apache")
    port = ports["apache"]
    with quick_folder() as quick:
        folder = quick / "permits"
        run(runnable(copy, **{"instance/permits": str(folder)}))
        for file in (folder / "service.conf", *folder.rglob("*.html")):
            file.write_text(adapted(file.read_text(), client, port))
        user = ordinary(quick)
        command = [*runnable(start, **{"$PWD/instance/permits": str(folder)}), "-c", REFRESH_ALWAYS]
        with started(command, quick, port, {}, user=user) as url:
            yield url


def adapted(text: str, client: dict[str, str], port: int) -> str:
    """A file of the Apache example for this portal and client."""
    ready = {"http://127.0.0.1:8000": client["ISSUER"], "9000": str(port)}
    ready |= {
        "00000000-0000-4000-8000-000000000001": client["CLIENT_ID"],
        "sandbox-secret": client["CLIENT_SECRET"],
    }
    for old, new in ready.items():
        text = text.replace(old, new)
    return text


def ordinary(folder: Path) -> int | None:
    """The user that runs Apache on this folder: where the tests run as root, nobody."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    folder.chmod(0o755)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, user)
    return user


@pytest.fixture
def citizen(server: Server) -> Citizen:
    """Somebody without an account, with a plain HTTP client."""
    return Citizen(Browser(server.url, **{"X-Forwarded-For": an_address()}), server)
