"""What the tests of the account page share: people who walk the wizard to get in, some of them with tokens."""

from tests.journey.conftest import new_person, person
from tests.journey.tokens import made_issuers, tokens

__all__ = ["made_issuers", "new_person", "person", "tokens"]
