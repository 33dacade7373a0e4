"""What tests ask for: a database of either kind, a clock that moves, the app, a visitor, a server."""

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from onboarding.app import create_app
from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sealed import Keyring
from tests.clock import MovableClock
from tests.machine import known, nu, postgresql, quick_folder, schema
from tests.machine.inbox import Inbox
from tests.machine.server import Server
from tests.machine.visitor import Visitor

pytest_plugins = ["tests.machine.garbage", "tests.machine.order", "tests.machine.tally", "tests.browser.report"]
known.share()


@pytest.fixture
def clock() -> MovableClock:
    """A Monday morning, until the test moves it."""
    return MovableClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    schema.make(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A running PostgreSQL server with a template that has the schema."""
    with postgresql.running() as server:
        schema.make(server.create(name=postgresql.TEMPLATE))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The SQLAlchemy address of an empty database of each kind."""
    if request.param == "sqlite":
        with quick_folder() as folder:
            shutil.copy(request.getfixturevalue("sqlite_template"), folder / "onboarding.db")
            yield f"sqlite:///{folder / 'onboarding.db'}"
    else:
        server: postgresql.Server = request.getfixturevalue("postgresql_server")
        with server.lend() as url:
            yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A sandbox with keys of its own."""
    keys: dict[str, Any] = {
        name: base64.b64encode(os.urandom(32)).decode() for name in ("secret_key", "data_keys", "index_key")
    }
    return Settings(mode="sandbox", instance=tmp_path, database_url=database_url, sms_gateway="sandbox", **keys)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """An empty database with the schema, the same one that `app` uses."""
    database = Database(settings.database_url, Keyring.from_text(settings.data_keys, settings.index_key))
    yield database
    database.engine.dispose()


@pytest.fixture
def app(settings: Settings, clock: MovableClock) -> Iterator[Flask]:
    """The whole portal."""
    app = create_app(settings, clock)
    app.test_client_class = Visitor
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> Visitor:
    """A visitor, who inspects every page that comes."""
    visitor = app.test_client()
    assert isinstance(visitor, Visitor)
    return visitor


@pytest.fixture
def new_client(app: Flask) -> Callable[[], Any]:
    """Makes more visitors, each with a browser of their own."""
    return app.test_client


@pytest.fixture
def inbox(app: Flask) -> Inbox:
    """What telephones got: `inbox.code("+84901234567")`."""
    return Inbox(app)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program itself, running; tests that end or change it start one of their own.

    It is behind a proxy, which is how each visitor can have an address of its own (P09).
    """
    with Server(tmp_path_factory.mktemp("server"), trusted_proxies="1") as server:
        yield server


@pytest.fixture(scope="session")
def html(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> Iterator[nu.Checker]:
    """The HTML checker, one for all workers of a run."""
    with nu.shared(tmp_path_factory.getbasetemp().parent / f"nu-{testrun_uid}") as checker:
        yield checker
