"""The person at the computer: sees what is signed, chooses a certificate, enters the PIN.

The PIN is asked for each signature and never kept; no page sees it (rule R40).
"""

import getpass
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from onboarding.token_agent.failures import Cancelled


class Person(Protocol):
    """Somebody to ask. Who refuses raises Cancelled."""

    def show(self, text: str) -> None:
        """Tell what a page wants, or what became of it."""

    def choose(self, names: Sequence[str]) -> int:
        """Which of several certificates to use, counted from 0."""

    def pin(self, label: str, warning: str) -> str:
        """The PIN of a token; the warning says how many tries are left, where that is known to be few."""


@dataclass(frozen=True)
class AtTerminal:
    """A person at the terminal where the agent was started."""

    show: Callable[[str], None] = click.echo

    def choose(self, names: Sequence[str]) -> int:
        """Ask for the number in a list; an empty line or anything else refuses."""
        for number, name in enumerate(names, start=1):
            self.show(f"{number}  {name}")
        self.show("Number of the certificate (leave empty to refuse):")
        answer = sys.stdin.readline().strip()
        if answer not in map(str, range(1, len(names) + 1)):
            raise Cancelled
        return int(answer) - 1

    def pin(self, label: str, warning: str) -> str:
        """Ask without an echo; an empty line or the end of input refuses."""
        if warning:
            self.show(warning)
        try:
            pin = getpass.getpass(f"PIN of {label} (leave empty to refuse): ")
        except EOFError:
            raise Cancelled from None
        if not pin:
            raise Cancelled
        return pin


@dataclass(frozen=True)
class Nobody:
    """A test token's folder instead of a person: its PIN is in a file, the first certificate is good."""

    folder: Path = Path()
    show: Callable[[str], None] = click.echo

    def choose(self, names: Sequence[str]) -> int:
        """The first."""
        return 0

    def pin(self, label: str, warning: str) -> str:
        """What the file says."""
        return (self.folder / "pin").read_text(encoding="ascii").strip()
