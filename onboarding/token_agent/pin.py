"""Where the PIN comes from. It is asked for each signature and never kept; no page sees it (rule R40)."""

import getpass
from pathlib import Path

from onboarding.token_agent.failures import Cancelled


def ask_on_terminal(label: str) -> str:
    """Ask the person at the terminal. Raises Cancelled for an empty answer or an end of input."""
    try:
        pin = getpass.getpass(f"PIN of {label} (leave empty to refuse): ")
    except EOFError:
        raise Cancelled from None
    if not pin:
        raise Cancelled
    return pin


def read_from(path: Path) -> str:
    """The PIN of a sandbox token, from the file beside it."""
    return path.read_text(encoding="ascii").strip()
