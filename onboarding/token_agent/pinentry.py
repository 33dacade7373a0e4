"""A person asked by pinentry, the PIN dialog of GnuPG, in its Assuan protocol.

It is there where the agent has no terminal of its own: a browser that starts it for Web eID gives it none.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import unquote

import click

from onboarding.token_agent.failures import Cancelled, Failure

PROGRAM = "pinentry"  # Debian leads this name to the dialog for the screen that there is
LONGEST = 900  # bytes of a description; a line of Assuan has at most 1000
ESCAPES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})


@dataclass
class AtPinentry:
    """A person at any screen. The dialog repeats what was shown last: the text to sign and who asks."""

    shown: list[str] = field(default_factory=list)

    def show(self, text: str) -> None:
        """Keep it for the dialog; standard error has it too."""
        self.shown = [text]
        click.echo(text, err=True)

    def choose(self, names: Sequence[str]) -> int:
        """The first: pinentry has no lists. The dialog says whose it is; `--serial` names another."""
        self.shown.append(names[0])
        return 0

    def pin(self, label: str, warning: str) -> str:
        """Ask in a dialog of its own; its Cancel button and an empty PIN refuse."""
        description = "\n".join([*self.shown, f"Token: {label}", warning]).strip()
        try:
            with subprocess.Popen(PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as dialog:  # noqa: S603 - a name of ours
                assert dialog.stdin
                assert dialog.stdout
                pin = asked(dialog.stdin, dialog.stdout, description)
        except OSError:
            raise Failure from None
        if not pin:
            raise Cancelled
        return pin


def asked(commands: IO[bytes], replies: IO[bytes], description: str) -> str:
    """The PIN by Assuan's GETPIN. Raises Cancelled for what the dialog refuses."""
    received(replies)
    for command in (*options(), "SETTITLE Token agent", f"SETDESC {escaped(description)}", "SETPROMPT PIN:"):
        said(commands, command)
        received(replies)
    said(commands, "GETPIN")
    pin = received(replies)
    said(commands, "BYE")
    return pin


def said(commands: IO[bytes], command: str) -> None:
    """Send one command."""
    commands.write(f"{command}\n".encode())
    commands.flush()


def options() -> list[str]:
    """Which terminal a dialog without windows may use, and its character set."""
    terminal = os.ttyname(sys.stdin.fileno()) if sys.stdin.isatty() else os.environ.get("GPG_TTY", "")
    known = {"ttyname": terminal, "ttytype": os.environ.get("TERM", ""), "lc-ctype": "C.UTF-8"}
    return [f"OPTION {name}={value}" for name, value in known.items() if value]


def escaped(text: str) -> str:
    """A text as an argument of Assuan's, cut to what fits into a line."""
    return text.translate(ESCAPES).encode()[:LONGEST].decode(errors="ignore")


def received(replies: IO[bytes]) -> str:
    """The data that come before the next OK. Raises Cancelled for an error, which is a refusal here."""
    data = ""
    for line in replies:
        word, _, rest = line.decode().rstrip("\n").partition(" ")
        if word == "D":
            data += unquote(rest)
        if word == "OK":
            return data
        if word == "ERR":
            break
    raise Cancelled
