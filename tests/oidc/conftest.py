"""What the tests of this room share: services, people who sign in to them, and where services are told things."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from onboarding.config import Settings
from onboarding.db import Database
from onboarding.oidc.sender import Sender
from tests.accounts.agreed import Town
from tests.clock import MovableClock
from tests.journey.conftest import new_person, person
from tests.machine.web_service import WebService
from tests.oidc.service import ISSUER, Service

__all__ = ["new_person", "person"]


@pytest.fixture
def service(app: Flask, clock: MovableClock) -> Service:
    """A service that is registered here."""
    return Service(app, clock)


@pytest.fixture
def web() -> Iterator[WebService]:
    """Where services are told things."""
    with WebService() as web:
        yield web


@pytest.fixture
def town(database: Database, clock: MovableClock, settings: Settings) -> Town:
    """Citizens and services on the empty database, without the pages."""
    return Town(database, clock, replace(settings, public_url=ISSUER))


@pytest.fixture
def sender(town: Town) -> Sender:
    """The sender of that database."""
    return Sender(town.database, town.clock, town.settings)
