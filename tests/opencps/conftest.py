"""What the tests of this room share: people who can sign in."""

from tests.journey.conftest import new_person

__all__ = ["new_person"]
