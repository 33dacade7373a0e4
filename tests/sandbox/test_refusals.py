"""Each test certificate that is to be refused gets exactly the refusal that it is named after."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onboarding.sandbox.certificates import issue
from onboarding.sandbox.issuers import SHAPES, Person, ensure_issuers
from onboarding.sandbox.refusals import REFUSALS, SMALL_KEY, issue_refused
from onboarding.signatures import chain, identity
from onboarding.signatures.refusals import Refusal
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING

PERSON = Person("Nguyễn Văn An", national_id="093085001234")
KEY = ec.generate_private_key(ec.SECP256R1()).public_key()
OTHERWISE = {
    ("vnpt", "weak-hash"): "weak-algorithm",
    ("vnpt", SMALL_KEY): "weak-algorithm",
    ("vgca", "weak-hash"): "weak-algorithm",
    ("vgca", SMALL_KEY): "weak-algorithm",
    ("vgca", "revocation-unknown"): "staff-decides",
}


def verdict(certificate: bytes, folder: Path) -> str:
    """What the sign-in says to a certificate."""
    try:
        _, found = chain.check_certificate(certificate, Trust.load(folder), MONDAY_MORNING)
        identity.read(found.subject)
    except Refusal as refusal:
        return refusal.code
    return "accepted"


@pytest.fixture(scope="module")
def issuers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The test issuers of a sandbox."""
    folder = tmp_path_factory.mktemp("trust")
    ensure_issuers(folder, MONDAY_MORNING)
    return folder


@pytest.mark.parametrize("issuer", SHAPES)
def test_each_is_refused_for_its_own_reason_and_a_good_one_is_not(issuers: Path, issuer: str) -> None:
    public = KEY.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    small = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - that is the point
    keys = {SMALL_KEY: small.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}
    found = {
        refusal: verdict(
            issue_refused(
                refusal, issuers, issuer, keys.get(refusal, public), PERSON, MONDAY_MORNING
            ).public_bytes(Encoding.DER),
            issuers,
        )
        for refusal in REFUSALS
    }
    assert found == {refusal: OTHERWISE.get((issuer, refusal), refusal) for refusal in REFUSALS}
    good = issue(issuers, issuer, public, PERSON, MONDAY_MORNING)
    assert verdict(good.public_bytes(Encoding.DER), issuers) == "accepted"
