"""Staff at the console, each with a browser of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.clock import MovableClock
from tests.console.desk import signed_in
from tests.machine.visitor import Visitor


@pytest.fixture
def as_role(app: Flask, clock: MovableClock, new_client: Callable[[], Any]) -> Callable[..., Visitor]:
    """Gives a browser in which somebody with this role is signed in: `as_role("helper")`."""

    def visitor(role: str, name: str = "") -> Visitor:
        client: Visitor = new_client()
        signed_in(app, clock.now(), client, role, name or f"{role} Lan")
        return client

    return visitor
