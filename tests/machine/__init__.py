"""The real parts that tests run on: PostgreSQL, a browser, the program itself, a reader of pages."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

CI = os.environ.get("CI") == "true"
MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made by mkdtemp
ENOUGH = 2**30  # bytes free there


def missing(part: str, remedy: str = "`make test` installs it where it may") -> NoReturn:
    """Skip the test for want of a part of the machine; where nothing may be missing, fail it."""
    reason = f"{part} is not installed; {remedy}"
    if CI:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for databases that last for a test only: in memory where there is enough of it."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH
    # The name is short because a Unix socket in it must have a short address.
    folder = Path(tempfile.mkdtemp(prefix="onb-", dir=MEMORY if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
