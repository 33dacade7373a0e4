"""An issuer that is on line for people who walk the wizard; while it is asked, the portal is looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from cryptography.x509.ocsp import OCSPCertStatus
from flask import Flask

from onboarding.config import Settings
from tests.clock import MovableClock
from tests.signatures.cards import Card
from tests.signatures.conftest import host, issuers, key, line, own_issuers
from tests.signatures.hosts import Reply
from tests.signatures.on_line import OCSP, PATIENCE, IssuerOnLine

__all__ = ["host", "issuers", "key", "line", "own_issuers"]


def nothing() -> None:
    """What happens meanwhile where a test does not say."""


@dataclass
class SlowIssuer:
    """Its responder gives its word, or none, after something has happened `meanwhile`.

    `held` is how many connections to the database the portal had taken at each question.
    """

    app: Flask
    line: IssuerOnLine
    clock: MovableClock
    card: Card
    meanwhile: Callable[[], object] = nothing
    status: OCSPCertStatus | None = OCSPCertStatus.GOOD
    held: list[int] = field(default_factory=list)

    def place(self, asked: bytes) -> Reply:
        """The responder's place."""
        self.held.append(self.app.extensions["database"].engine.pool.checkedout())
        self.meanwhile()
        if self.status is None:
            return Reply(b"", 503)
        word = self.line.responder.but(now=self.clock.now(), status=self.status)
        return word.place(self.card.certificate)(asked)


@pytest.fixture
def settings(settings: Settings, line: IssuerOnLine) -> Settings:
    """A sandbox that trusts the issuer."""
    return replace(settings, trust=str(line.folder))


@pytest.fixture
def issuer(line: IssuerOnLine, app: Flask, clock: MovableClock) -> SlowIssuer:
    """The issuer, of whom the portal expects an answer for a long time."""
    app.extensions["trust"] = line.trust(ocsp_limit=PATIENCE)
    slow = SlowIssuer(app, line, clock, line.card())
    line.host.at(OCSP, slow.place)
    return slow
