"""The chain of checks in the order of rule R32, in two calls: the challenge is taken between them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko_certvalidator.path import ValidationPath

from onboarding.signatures import identity, path, revocation
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.kinds import KINDS
from onboarding.signatures.proof import Proof
from onboarding.signatures.refusals import UNREADABLE, Malformed, UnknownIssuer, UnknownKind, WrongKeyUsage
from onboarding.signatures.trust import IssuerTrust, Trust


@dataclass(frozen=True)
class Signer:
    """Who signed, as proven. `key_hash`: SHA-256 of the public key (SubjectPublicKeyInfo), names the token."""

    issuer: str
    identity: identity.Identity
    key_hash: bytes
    serial: str
    not_before: datetime
    not_after: datetime
    subject: str


def parse(kind: str, text: str) -> Proof:
    """Size and form of a proof as it came from the page. Nothing about it is proven yet.

    Raises:
        Refusal: an unknown kind, too large, or not a proof of this kind.
    """
    if kind not in KINDS:
        raise UnknownKind
    return KINDS[kind](text)


def check(proof: Proof, challenge: Challenge, trust: Trust, now: datetime) -> Signer:
    """Who signed this challenge. Only for a challenge that was just taken, which makes it usable once.

    Signature over exactly that text, then path to an anchor, issuer's profile, revocation, identity.

    Raises:
        Refusal: the first of these that does not hold.
    """
    proof.check(challenge)
    issuer, valid_path = path.find(proof.certificate, trust, now)
    check_certificate(proof.certificate, valid_path, issuer, now)
    return signer(issuer.profile.name, proof.certificate, identity.read(proof.certificate.subject))


def check_again(certificate: bytes, issuer: str, trust: Trust, now: datetime) -> None:
    """Whether a linked certificate still counts (P38): path, issuer's profile and revocation, without a proof.

    Args:
        certificate: the stored one, in DER.
        issuer: the name of its issuer's profile, as `Signer` had it.
        trust: whom this installation trusts now.
        now: the moment that counts.

    Raises:
        Refusal: it does not, or nobody can be asked.
    """
    try:
        stored = x509.Certificate.load(certificate, strict=True)
        known = {one.profile.name: one for one in trust.issuers if stored.native and one.issued(stored)}
    except UNREADABLE:
        raise Malformed from None
    if issuer not in known:
        raise UnknownIssuer
    check_certificate(stored, path.build(stored, known[issuer], now), known[issuer], now)


def check_certificate(
    certificate: x509.Certificate, valid_path: ValidationPath, issuer: IssuerTrust, now: datetime
) -> None:
    """The checks of a certificate that has a path: its issuer's profile and, last, revocation. Raises Refusal."""
    if not issuer.profile.allows(certificate):
        raise WrongKeyUsage
    revocation.check(valid_path, issuer, now)


def signer(issuer: str, certificate: x509.Certificate, who: identity.Identity) -> Signer:
    """What is kept of a certificate whose checks all held."""
    return Signer(
        issuer=issuer,
        identity=who,
        key_hash=hashlib.sha256(certificate.public_key.dump()).digest(),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        subject=certificate.subject.human_friendly,
    )
