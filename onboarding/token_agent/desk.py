"""Where one page is served: what it may have signed, with which certificate, and what the person sees of it."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from onboarding.token_agent.failures import BadInput, NoCertificate
from onboarding.token_agent.person import Person
from onboarding.token_agent.signer import Signer

ORIGIN = "origin: "
MALFORMED = (LookupError, RecursionError, TypeError, ValueError, AttributeError)  # of a message that is none


class Tokens(Protocol):
    """Where the certificates are."""

    def signers(self) -> list[Signer]:
        """All of them. Raises NoCertificate."""


@dataclass
class Desk:
    """A page of an origin, as the browser told it, before the tokens and the person at the computer.

    Where there are several certificates and nobody named one by its `serial`, the person is asked.
    """

    tokens: Tokens
    person: Person
    origin: str = ""
    serial: str = ""
    sign_hashes: bool = False
    script: Callable[["Desk", str], "Desk"] = lambda desk, _function: desk

    def of(self, function: str) -> "Desk":
        """The desk for one call of a function: this one, unless a tester's script has another."""
        return self.script(self, function)

    def signer(self) -> Signer:
        """The certificate to use. Raises NoCertificate, or Cancelled."""
        found = [each for each in self.tokens.signers() if not self.serial or same(self.serial, each.serial)]
        if not found:
            raise NoCertificate
        if len(found) == 1:
            return found[0]
        return found[self.person.choose([name(each) for each in found])]

    def agreed(self, content: bytes) -> bytes:
        """Show what a page wants signed. Raises BadInput for what cannot be shown, and for another site's text.

        A text with an origin in it is a challenge; that of another page must not be signed for this one.
        """
        try:
            text = content.decode()
        except ValueError:
            raise BadInput from None
        lines = text.split("\n")
        named = [line.removeprefix(ORIGIN) for line in lines if line.startswith(ORIGIN)]
        if not text.strip() or not all(map(str.isprintable, lines)) or any(o != self.origin for o in named):
            raise BadInput
        self.person.show(f"\n{self.origin} asks you to sign:\n\n{text}")
        return content


def same(one: str, other: str) -> bool:
    """Whether two serial numbers in hexadecimal digits are one number."""
    return one.lower().lstrip("0") == other.lower().lstrip("0")


def name(signer: Signer) -> str:
    """What tells a certificate from the others on a list."""
    subject, issuer = (part.native.get("common_name", "") for part in (signer.shown.subject, signer.shown.issuer))
    return f"{subject} ({issuer}, until {signer.shown.not_valid_after:%Y-%m-%d}, serial number {signer.serial})"


def decoded(argument: Any) -> bytes:
    """The bytes of a base64 text that a page sent. Raises BadInput."""
    try:
        return base64.b64decode(argument, validate=True)
    except (TypeError, ValueError):
        raise BadInput from None
