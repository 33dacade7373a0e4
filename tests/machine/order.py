"""A pytest plugin: what takes longest comes first, so that no worker waits long for another at the end.

pytest-xdist gives each worker a run of the tests in their order, and a worker that has done its own takes from the
end of another's.
"""

import pytest

PROGRAMS = {"playwright", "server"}  # fixtures that stand for whole programs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of programs before all others."""
    items.sort(key=lambda item: PROGRAMS.isdisjoint(getattr(item, "fixturenames", ())))
