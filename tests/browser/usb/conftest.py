"""A portal as on the internet, and a computer with a token in it."""

import pytest

from tests.browser.agent import Computer, make_computer
from tests.machine.server import Server


@pytest.fixture(scope="session")
def server(portal: Server) -> Server:
    """The portal over TLS."""
    return portal


@pytest.fixture(scope="session")
def computer(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Computer:
    """A computer with a VNPT-shaped token in it, whose certificate opens no account; tests leave it as it is."""
    return make_computer(server, tmp_path_factory.mktemp("computer"))
