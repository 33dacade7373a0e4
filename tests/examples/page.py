"""The commands of docs/integrators.md, as they stand there, and how they are run here."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.machine.process import running

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "integrators.md"
INSTALLING = (".venv/bin/pip ", "npm ", "sudo apt ")  # what `make test` has done before


def commands() -> dict[str, list[str]]:
    """The page's commands under their headings, those left out that install something."""
    _, *parts = re.split(r"^##+ (.+)\n", PAGE.read_text(), flags=re.MULTILINE)
    found = {heading: in_section(text) for heading, text in zip(parts[::2], parts[1::2], strict=True)}
    return {heading: lines for heading, lines in found.items() if lines}


def in_section(text: str) -> list[str]:
    """The commands of a section, one a line however it is broken."""
    lines = re.findall(r"^    (\S.*)$", re.sub(r"\\\n\s+", "", text), re.MULTILINE)
    return [line for line in lines if not line.startswith(INSTALLING)]


def runnable(command: str, **instead: str) -> list[str]:
    """A command of the page with this environment's programs, and other addresses than the page's."""
    for old, new in {".venv/bin/": f"{Path(sys.executable).parent}/", **instead}.items():
        command = command.replace(old, new)
    return ["env", *shlex.split(command)]


@contextmanager
def started(command: list[str], folder: Path, port: int, environ: dict[str, str], **options: Any) -> Iterator[str]:
    """Run an example in the checkout until the `with` ends; its address. Its words go to a file in `folder`."""
    with running(command, folder, port, cwd=ROOT, env=os.environ | environ, **options):
        yield f"http://localhost:{port}"
