"""Staff at the console, each with a browser of their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event

from tests.clock import MovableClock
from tests.console.desk import signed_in
from tests.journey.conftest import new_person, person
from tests.machine.visitor import Visitor

__all__ = ["as_role", "new_person", "person"]


@pytest.fixture
def as_role(app: Flask, clock: MovableClock, new_client: Callable[[], Any]) -> Callable[..., Visitor]:
    """Gives a browser in which somebody with this role is signed in: `as_role("helper")`."""

    def visitor(role: str, name: str = "") -> Visitor:
        client: Visitor = new_client()
        signed_in(app, clock.now(), client, role, name or f"{role} Lan")
        return client

    return visitor


@pytest.fixture
def two(as_role: Callable[..., Visitor]) -> tuple[Visitor, Visitor]:
    """Two supervisors."""
    return as_role("supervisor", "Supervisor An"), as_role("supervisor", "Supervisor Ba")


@pytest.fixture(autouse=True)
def nobody_waits_who_holds_the_end_of_the_trail() -> Iterator[None]:
    """Decision 17: a row of the audit trail is the last thing that a transaction writes, so nothing deadlocks."""
    holding, late = set(), []

    def run(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FROM audit_head" in statement:
            holding.add(connection)
        elif connection in holding and "audit_" not in statement:
            late.append(statement)

    heard = (("before_cursor_execute", run), ("commit", holding.discard), ("rollback", holding.discard))
    for name, listener in heard:
        event.listen(Engine, name, listener)
    yield
    for name, listener in heard:
        event.remove(Engine, name, listener)
    assert not late
