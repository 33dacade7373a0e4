"""What the tests of the wizard share: people."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.journey.people import NUMBER, NewPerson, Person
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor


@pytest.fixture
def person(client: Visitor, inbox: Inbox) -> Person:
    """Somebody in front of the first question."""
    return Person(client, inbox)


@pytest.fixture
def new_person(new_client: Callable[[], Any], inbox: Inbox) -> NewPerson:
    """Makes more people, each with a browser of their own."""
    return lambda number=NUMBER: Person(new_client(), inbox, number)
