"""What the tests of this room share: people, sites, and browsers that count as visitors."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from onboarding.accounts import sites
from tests.journey.conftest import new_person
from tests.machine.visitor import Visitor

__all__ = ["new_person"]

PHONE = "Mozilla/5.0 (Linux; Android 14; CUBOT X30) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"

Describe = Callable[..., None]


@pytest.fixture
def describe(app: Flask) -> Describe:
    """Describes a site: `describe("so-y-te", title="Sở Y tế")`."""

    def write(name: str, **given: Any) -> None:
        with app.extensions["database"].transaction() as db:
            sites.save(db, sites.described(name, given))

    return write


@pytest.fixture
def citizen(client: Visitor) -> Visitor:
    """Somebody with a browser."""
    client.environ_base["HTTP_USER_AGENT"] = PHONE
    return client
