"""Test vectors that others published: no part of this project. CONTRIBUTING.md tells where to get them."""

import json
import os
from pathlib import Path
from typing import Any

from tests.machine import missing

BESIDE = Path(__file__).parents[3] / "shared" / "vectors"  # beside the checkout


def folder(name: str) -> Path:
    """One set of them. Skips the test where it is not there, or fails it where nothing may be missing."""
    found = Path(os.environ.get("ONBOARDING_TEST_VECTORS") or BESIDE) / name
    if not found.is_dir():
        missing(f"the set of test vectors {found}", "ONBOARDING_TEST_VECTORS names the folder (CONTRIBUTING.md)")
    return found


def read(name: str, file: str) -> Any:
    """A JSON file of one set."""
    return json.loads((folder(name) / file).read_text(encoding="utf-8"))
