"""What the tests of this room share: a sandbox as it is at its first start, with its own clock."""

from collections.abc import Iterator

import pytest
from flask import Flask

from onboarding import create_app
from onboarding.config import Settings
from onboarding.sandbox.clients import ensure_ready_client
from onboarding.sandbox.start import ensure_test_numbers
from tests.machine.visitor import Visitor


@pytest.fixture
def sandbox(settings: Settings) -> Iterator[Flask]:
    """The whole portal with the ready client and the test numbers."""
    app = create_app(settings)
    app.test_client_class = Visitor
    now = app.extensions["clock"].now()
    with app.extensions["database"].transaction() as db:
        ensure_ready_client(db, now)
        ensure_test_numbers(db, now, settings)
    yield app
    app.extensions["database"].engine.dispose()


@pytest.fixture
def visitor(sandbox: Flask) -> Visitor:
    """A visitor of it."""
    found = sandbox.test_client()
    assert isinstance(found, Visitor)
    return found
