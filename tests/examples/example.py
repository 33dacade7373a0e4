"""The examples of docs/integrators.md, started by the very commands that stand there."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.machine.process import running

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "integrators.md"
INSTALLS = (".venv/bin/pip ", "npm ", "sudo apt ")  # what `make test` has installed before


def commands(heading: str) -> list[str]:
    """The commands under a heading of the page, those left out that install."""
    section = re.split(rf"^##+ {heading}$", PAGE.read_text(), flags=re.MULTILINE)[1]
    section = re.split(r"^##", section, flags=re.MULTILINE)[0]
    found = re.findall(r"^    (.+)$", section, re.MULTILINE)
    return [line for line in found if not line.startswith(INSTALLS)]


def runnable(command: str, **instead: str) -> list[str]:
    """A command, with this environment's programs and with other addresses than the page's."""
    for old, new in {".venv/bin/": f"{Path(sys.executable).parent}/", **instead}.items():
        command = command.replace(old, new)
    return shlex.split(command)


def run(command: list[str]) -> None:
    """Run a command in the checkout."""
    subprocess.run(command, cwd=ROOT, check=True)


@contextmanager
def started(command: list[str], folder: Path, port: int, environ: dict[str, str], **options: Any) -> Iterator[str]:
    """Start an example in the checkout; its address."""
    with running(command, folder, port, cwd=ROOT, env=os.environ | environ, **options):
        yield f"http://localhost:{port}"
