"""The tokens that the Web eID projects publish, each at its own time, through the kind `web-eid`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import pem, x509

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.refusals import BadSignature, Malformed
from tests.machine import vectors
from tests.signatures.verdicts import ACCEPTED, ANY_SIGNER, Case

ESTONIAN = replace(
    ANY_SIGNER, key_usages=frozenset({"digital_signature"}), extended_usages=frozenset({"client_auth"})
)
NO_KEY = "expired rsa cert"  # its public key cannot be read
# What is published as refused for its certificate has a signature of another key: here that is found first
# (rule R32). These are the refusals of the certificate alone: some were altered, so that no issuer signed them,
# and the issuers of others are not published. The policies of Mobile-ID mean nothing here.
CERTIFICATES = {
    "valid ES384": ACCEPTED,
    "missing key usage cert": "unknown-issuer",
    "wrong purpose cert": "bad-path",
    "wrong policy cert": "bad-path",
    "old mobile id cert": "unknown-issuer",
    "new mobile id cert": "unknown-issuer",
    NO_KEY: "unknown-issuer",
    "expired ecdsa cert": "unknown-issuer",
    "revoked cert": "expired",
}


def challenge_of(told: dict[str, Any]) -> Challenge:
    return Challenge("", told["origin"], "sign-in", told["nonce"], clock(told), clock(told))


def clock(told: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(told["clock"]).replace(tzinfo=UTC)


def signature_verdict(told: dict[str, Any]) -> str:
    """The first part of the checks, up to the signature, in the words of the cases."""
    try:
        chain.parse("web-eid", told["token"]).check(challenge_of(told))
    except BadSignature:
        return "signature"
    except Malformed:
        return "parse"
    return "accept"


def authorities() -> list[bytes]:
    """The authorities among the published certificates."""
    found = []
    for file in sorted(vectors.folder("web-eid").glob("*.c*r*")):
        content = file.read_bytes()
        der = pem.unarmor(content)[2] if pem.detect(content) else content
        if x509.Certificate.load(der).ca:
            found.append(der)
    return found


def test_C21_every_published_token_has_its_verdict(
    record_property: Callable[[str, object], None],
) -> None:
    cases = vectors.read("web-eid", "cases.json")
    assert len(cases) == 19
    for told in cases:
        expected = told["expect"].removeprefix("reject: ").replace("certificate", "parse")
        expected = "accept" if expected == "signature valid" else expected
        if expected in ("purpose", "policy", "dates", "revoked"):
            expected = "parse" if told["name"] == NO_KEY else "signature"
        assert signature_verdict(told) == expected, told["name"]
    record_property("vectors", f"Web eID: {len(cases)} tokens")


def test_their_certificates_have_their_own_refusals(tmp_path: Path) -> None:
    trusted = authorities()
    found = {}
    for told in vectors.read("web-eid", "cases.json"):
        if told["name"] in CERTIFICATES:
            der = chain.parse("web-eid", told["token"]).certificate.der
            case = Case(der, trusted, [], [], clock(told), ESTONIAN)
            found[told["name"]] = case.verdict_without_revocation(tmp_path / told["name"])
    assert found == CERTIFICATES
