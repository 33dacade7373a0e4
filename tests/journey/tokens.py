"""Signing tokens in software for people who walk the wizard: the issuers' certificates and keys are true ones."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from onboarding.config import Settings
from onboarding.sandbox import issuers
from onboarding.sandbox.certificates import issue
from onboarding.sandbox.issuers import ensure_issuers
from tests.clock import MONDAY_MORNING
from tests.journey.people import MAN_OF_1965, Person
from tests.machine.html import Page
from tests.signatures.cards import Card, attributes, cms_of, public, text


@cache
def key(_n: int) -> rsa.RSAPrivateKey:
    """The key on the n-th token, made once a run."""
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="session")
def made_issuers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust folder with the test issuers, made once a run."""
    folder = tmp_path_factory.mktemp("issuers")
    ensure_issuers(folder, MONDAY_MORNING)
    return folder


@pytest.fixture
def settings(settings: Settings, made_issuers: Path) -> Settings:
    """A sandbox with issuers of its own, on whose lists a test may put certificates."""
    shutil.copytree(made_issuers, settings.instance / "trust")
    return settings


@pytest.fixture
def tokens(settings: Settings) -> "Tokens":
    """Makes tokens."""
    return Tokens(settings.instance / "trust")


@dataclass(frozen=True)
class Tokens:
    """The issuers of a sandbox, who make tokens and revoke their certificates."""

    trust: Path

    def make(
        self,
        n: int = 0,
        *,
        issuer: str = "vnpt",
        name: str = MAN_OF_1965["name"],
        national_id: str | None = MAN_OF_1965["national_id"],
        tax_code: str | None = None,
        now: datetime = MONDAY_MORNING,
        days: int = 365,
    ) -> Card:
        """A token with the n-th key."""
        person = issuers.Person(name, national_id, tax_code)
        return Card(issue(self.trust, issuer, public(key(n)), person, now, days), key(n))

    def revoke(self, card: Card, now: datetime, issuer: str = "vnpt") -> None:
        """Put a token's certificate on its issuer's list."""
        issuers.revoke(self.trust, issuer, card.certificate, now)


def challenge(person: Person, step: str = "usb") -> bytes:
    """The text that the page in front of somebody is given to sign."""
    token = {"csrf_token": person.fields()["csrf_token"]}
    answer = person.client.post(f"/onboarding/{step}/challenge", data=token)
    assert answer.status_code == 200, answer.status
    return str(answer.get_json()["text"]).encode()


def proof(card: Card, content: bytes) -> dict[str, str]:
    """What the page's script puts into its form."""
    signed = cms_of(card, content, signed_attributes=attributes(content))
    return {"kind": "cms", "proof": text(signed)}


def sign(person: Person, card: Card, step: str = "usb") -> Page:
    """Sign on the page in front of somebody."""
    return person.submit(**proof(card, challenge(person, step)))


def sign_in(person: Person, card: Card) -> Page:
    """Choose the answer and sign."""
    person.choose("usb")
    return sign(person, card)


def with_token(person: Person, card: Card, **changes: str) -> None:
    """Somebody with an account, whose token is linked to it and who is signed in by it."""
    person.register(**changes)
    person.client.visit("/account")
    person.submit(form="sign-out")
    sign_in(person, card)
    person.enter_code()
    person.client.visit("/account")
    person.submit(form="sign-out")
    sign_in(person, card)
