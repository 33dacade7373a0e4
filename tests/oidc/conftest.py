"""What the tests of this room share: a service, and people who can sign in to it."""

import pytest
from flask import Flask

from tests.clock import MovableClock
from tests.journey.conftest import new_person, person
from tests.oidc.service import Service

__all__ = ["new_person", "person"]


@pytest.fixture
def service(app: Flask, clock: MovableClock) -> Service:
    """A service that is registered here."""
    return Service(app, clock)
