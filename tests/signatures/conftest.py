"""Test issuers made once a run, a good card, and the challenge that everybody signs."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import rsa

from onboarding.sandbox.issuers import ensure_issuers
from onboarding.signatures import chain
from onboarding.signatures.challenge import SIGN_IN, Challenge
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, Check, OddCard, card, text
from tests.signatures.hosts import Host, running
from tests.signatures.on_line import IssuerOnLine


@pytest.fixture(scope="session")
def issuers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trust folder with the test issuers. Not to be changed; see `own_issuers`."""
    folder = tmp_path_factory.mktemp("trust")
    ensure_issuers(folder, MONDAY_MORNING)
    return folder


@pytest.fixture
def own_issuers(issuers: Path, tmp_path: Path) -> Path:
    """A copy of the trust folder that the test may change."""
    return Path(shutil.copytree(issuers, tmp_path / "trust"))


@pytest.fixture(scope="session")
def trust(issuers: Path) -> Trust:
    return Trust.load(issuers)


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def good(issuers: Path, key: rsa.RSAPrivateKey) -> Card:
    """A card of the VNPT-like issuer with nothing wrong about it."""
    return card(issuers, MONDAY_MORNING, key=key)


@pytest.fixture
def odd(issuers: Path) -> OddCard:
    """A recipe for cards with something wrong about them."""
    return OddCard(issuers, MONDAY_MORNING)


@pytest.fixture(scope="session")
def challenge() -> Challenge:
    return Challenge(
        portal="Cổng Dịch vụ công tỉnh Hậu Giang",
        origin="http://127.0.0.1:8000",
        purpose=SIGN_IN,
        nonce="0123456789abcdef" * 4,
        issued_at=MONDAY_MORNING,
        expires_at=MONDAY_MORNING + timedelta(minutes=5),
    )


@pytest.fixture(scope="session")
def content(challenge: Challenge) -> bytes:
    return challenge.text().encode("ascii")


@pytest.fixture
def check(challenge: Challenge, trust: Trust) -> Check:
    """Both calls of the chain, one after the other."""

    def both(proof: cms.ContentInfo | bytes) -> chain.Signer:
        return chain.check(chain.parse("cms", text(proof)), challenge, trust, MONDAY_MORNING)

    return both


@pytest.fixture
def host() -> Iterator[Host]:
    """An issuer's host on loopback, with nothing on it yet."""
    with running() as host:
        yield host


@pytest.fixture
def line(own_issuers: Path, host: Host, key: rsa.RSAPrivateKey) -> IssuerOnLine:
    """The VNPT-like issuer, its responder and its list on the host; the trust folder has the root's list alone."""
    (own_issuers / "vnpt" / "crls" / "authority.crl").unlink()
    return IssuerOnLine(own_issuers, host, key)
