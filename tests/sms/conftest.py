"""What tests of gateways share: a message centre with a real Kannel before it, and a portal to report to."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import request
from werkzeug.serving import make_server

from onboarding import create_app
from onboarding.config import Settings
from tests.clock import MovableClock
from tests.machine.kannel import Kannel
from tests.machine.message_centre import Centre
from tests.machine.process import PATIENCE
from tests.machine.server import free_port


@pytest.fixture(scope="session")
def centre() -> Iterator[Centre]:
    """The networks' message centre."""
    with Centre() as centre:
        yield centre


@pytest.fixture(scope="session")
def smsbox(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    """A running Kannel, bound to the centre."""
    with Kannel(tmp_path_factory.mktemp("kannel"), centre.port) as kannel:
        assert centre.bound.wait(PATIENCE)
        yield kannel


@pytest.fixture
def asked() -> list[str]:
    """The addresses that were asked of the portal."""
    return []


@pytest.fixture
def portal(settings: Settings, clock: MovableClock, asked: list[str]) -> Iterator[Settings]:
    """The settings of a portal that listens, so that gateways can call it."""
    settings = replace(settings, public_url=f"http://127.0.0.1:{free_port()}", sms_sender="DVC-TINH")
    app = create_app(settings, clock)
    app.before_request(lambda: asked.append(request.full_path))
    server = make_server("127.0.0.1", urlsplit(settings.public_url).port or 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield settings
    server.shutdown()
    server.server_close()
    app.extensions["database"].engine.dispose()
