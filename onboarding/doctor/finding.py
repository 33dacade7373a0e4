"""What an examination comes to."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One sentence about the set-up. `mend` keeps citizens from something, `note` is worth knowing."""

    level: Literal["ok", "note", "mend"]
    sentence: str


def ok(sentence: str) -> Finding:
    """All is well there."""
    return Finding("ok", sentence)


def note(sentence: str) -> Finding:
    """Worth knowing; may be meant so."""
    return Finding("note", sentence)


def mend(sentence: str) -> Finding:
    """Something does not work until this is mended."""
    return Finding("mend", sentence)
