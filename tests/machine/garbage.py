"""A pytest plugin: garbage is looked for less often, and never among modules and tests."""

import gc

OBJECTS = 50_000  # made and not yet gone, before young ones are looked through; Python's own number is 700


def pytest_collection_finish() -> None:
    """What is there when the tests begin stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)
