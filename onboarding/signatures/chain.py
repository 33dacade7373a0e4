"""The chain of checks in the order of rule R32, in two calls: the challenge is taken between them."""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509

from onboarding.signatures import identity, path, revocation
from onboarding.signatures.certificate import Offered
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.kinds import KINDS, OVER_A_HASH
from onboarding.signatures.proof import Proof
from onboarding.signatures.refusals import UnknownKind, WrongKeyUsage
from onboarding.signatures.trust import Trust


@dataclass(frozen=True)
class Signer:
    """Who signed, as proven.

    `key_hash`: SHA-256 of the public key (SubjectPublicKeyInfo), names the token. `certificate`: in DER.
    """

    issuer: str
    identity: identity.Identity
    key_hash: bytes
    serial: str
    not_before: datetime
    not_after: datetime
    subject: str
    certificate: bytes


def parse(kind: str, text: str, *, hash_signatures: bool = False) -> Proof:
    """Size and form of a proof as it came from the page. Nothing about it is proven yet.

    Kinds in which the signer's program saw a hash alone are known with `hash_signatures` only.

    Raises:
        Refusal: an unknown kind, too large, or not a proof of this kind.
    """
    if kind not in KINDS or (kind in OVER_A_HASH and not hash_signatures):
        raise UnknownKind
    return KINDS[kind](text)


def check(proof: Proof, challenge: Challenge, trust: Trust, now: datetime) -> Signer:
    """Who signed this challenge. Only for a challenge that was just taken, which makes it usable once.

    Signature over exactly that text, then path to an anchor, issuer's profile, revocation, identity.

    Raises:
        Refusal: the first of these that does not hold.
    """
    proof.check(challenge)
    issuer, certificate = check_certificate(proof.certificate.der, trust, now)
    return signer(issuer, proof.certificate, certificate, identity.read(certificate.subject))


def check_certificate(encoded: bytes, trust: Trust, now: datetime) -> tuple[str, x509.Certificate]:
    """The issuer whose rules a certificate in DER keeps, by its profile's name, and the certificate as read.

    Raises:
        Refusal: the first of form, path, profile and revocation that does not hold.
    """
    issuer, valid_path = path.find(encoded, trust, now)
    certificate = valid_path.last
    if not issuer.profile.allows(certificate):
        raise WrongKeyUsage
    revocation.check(valid_path, issuer, now)
    return issuer.profile.name, certificate


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
    check_certificate(certificate, Trust(tuple(one for one in trust.issuers if one.profile.name == issuer)), now)


def signer(issuer: str, offered: Offered, certificate: x509.Certificate, who: identity.Identity) -> Signer:
    """What is kept of a certificate whose checks all held, as it came and as it was read."""
    return Signer(
        issuer=issuer,
        identity=who,
        key_hash=offered.key_hash,
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before,
        not_after=certificate.not_valid_after,
        subject=certificate.subject.human_friendly,
        certificate=offered.der,
    )
