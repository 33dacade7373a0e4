"""The real parts that tests run on: PostgreSQL, a browser, the program itself, a reader of pages."""

import os
from typing import NoReturn

import pytest

CI = os.environ.get("CI") == "true"


def missing(part: str) -> NoReturn:
    """Skip the test for want of a part of the machine; where nothing may be missing, fail it."""
    reason = f"{part} is not installed; `make test` installs it where it may"
    if CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
