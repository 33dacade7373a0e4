"""What the tests of this room share: people."""

from tests.journey.conftest import new_person

__all__ = ["new_person"]
