"""What is switched on in a sandbox: small JSON files in its instance folder, the same for all its processes."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def read(path: Path) -> dict[str, Any]:
    """What stands in a file; nothing where it was never written."""
    if not os.path.exists(path):  # noqa: PTH110 - several times a request: the least that can be asked
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@contextmanager
def changing(path: Path) -> Iterator[dict[str, Any]]:
    """Change what stands in a file, one process at a time; whoever reads it meanwhile sees the old or the new."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = read(path)
        yield found
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_text(json.dumps(found), encoding="utf-8")
        fresh.replace(path)
