"""What a citizen's token signs: one canonical text with portal, origin, purpose, nonce, times (P32, P33)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

# What a signature is for: one made for one purpose proves nothing for another (P33).
SIGN_IN, CONFIRM, LINK = "sign-in", "confirm", "link"

NONCE = re.compile(r"[0-9a-f]{64}")
FIELD = re.compile(r"[!-~]+( [!-~]+)*")


@dataclass(frozen=True)
class Challenge:
    """One challenge of this server, stored as these fields; its text is composed again to compare.

    `portal` is the portal's name in any script, `origin` the scheme, host and port that the browser shows,
    `purpose` a word such as `SIGN_IN`, `nonce` 256 random bits as 64 hexadecimal digits; times are aware.
    """

    portal: str
    origin: str
    purpose: str
    nonce: str
    issued_at: datetime
    expires_at: datetime

    def text(self) -> str:
        """The exact text to sign: ASCII, a field a line, each line ended by LF.

        Raises:
            ValueError: a field could forge a line of its own, or the nonce is not 256 bits.
        """
        fields = {
            "onboarding-challenge": "1",
            "portal": ascii_letters(self.portal),
            "origin": self.origin,
            "purpose": self.purpose,
            "nonce": self.nonce,
            "issued-at": moment(self.issued_at),
            "expires-at": moment(self.expires_at),
        }
        if not NONCE.fullmatch(self.nonce) or not all(map(FIELD.fullmatch, fields.values())):
            raise ValueError("a field of the challenge is not one line of ASCII")
        return "".join(f"{name}: {value}\n" for name, value in fields.items())


def ascii_letters(text: str) -> str:
    """Vietnamese without its marks, so that any signing program can show it."""
    decomposed = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def moment(time: datetime) -> str:
    """An aware time as RFC 3339 in UTC, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
