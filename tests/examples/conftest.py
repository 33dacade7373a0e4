"""The examples, running; and the client that they are to the portal."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.citizen import an_address
from tests.browser.conftest import agent_folder, browser, new_page, playwright
from tests.examples.citizen import Citizen
from tests.examples.page import ROOT, commands, runnable, started
from tests.machine import missing, quick_folder
from tests.machine.browser import Browser
from tests.machine.server import Server, free_port

__all__ = ["agent_folder", "browser", "new_page", "playwright"]

REFRESH_ALWAYS = (
    "OIDCRefreshAccessTokenBeforeExpiry 300 logout_on_error"  # seconds that a new access token has left
)
LIBRARY = ROOT / "docs" / "examples" / "node" / "node_modules" / "openid-client"
MODULE = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")


def registered(server: Server, name: str, port: int, backchannel: str = "backchannel-logout") -> dict[str, str]:
    """What an example needs in its environment to be a client of the portal, registered as the page says."""
    (command,) = commands()["Your own service"]
    add = runnable(
        command, **{"Building permits": name, "9000": str(port), "/backchannel-logout": f"/{backchannel}"}
    )
    printed = subprocess.run(add, env=server.environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    given = dict(line.split("=", 1) for line in printed.splitlines())
    return {"ISSUER": server.url, "CLIENT_ID": given["client_id"], "CLIENT_SECRET": given["client_secret"]}


@pytest.fixture(scope="session")
def flask(server: Server, folder: Path) -> Iterator[str]:
    """The Flask example."""
    (command,), port = commands()["Flask"], free_port()
    client = registered(server, "Flask", port)
    with started(runnable(command, **{"9000": str(port)}), folder, port, client) as url:
        yield url


@pytest.fixture(scope="session")
def node(server: Server, folder: Path) -> Iterator[str]:
    """The Node example."""
    LIBRARY.exists() or missing("npm's openid-client")
    (command,), port = commands()["Node"], free_port()
    client = registered(server, "Node", port)
    with started(runnable(command), folder, port, client | {"PORT": str(port)}) as url:
        yield url


@pytest.fixture(scope="session")
def apache(server: Server, folder: Path) -> Iterator[str]:
    """The Apache example, run by somebody who is not root; it refreshes its token at each look at the page."""
    MODULE.exists() or missing("Debian's libapache2-mod-auth-openidc")
    (copy, start), port = commands()["Apache"], free_port()
    client = registered(server, "Apache", port, "callback?logout=backchannel")
    with quick_folder() as quick:
        root = quick / "permits"
        subprocess.run(runnable(copy, **{"instance/permits": str(root)}), cwd=ROOT, check=True)
        for file in (root / "service.conf", *root.rglob("*.html")):
            file.write_text(adapted(file.read_text(), client, port))
        command = [*runnable(start, **{"$PWD/instance/permits": str(root)}), "-c", REFRESH_ALWAYS]
        with started(command, folder, port, {}, user=ordinary_user(quick)) as url:
            yield url


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the examples leave what they say."""
    return tmp_path_factory.mktemp("examples")


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


def ordinary_user(folder: Path) -> int | None:
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
