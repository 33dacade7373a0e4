"""An issuer is data: one profile in one file, one line in the table of profiles, a folder of certificates."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.issuers import PROFILES
from onboarding.signatures.refusals import UnknownIssuer, WeakAlgorithm
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, OddCard, attributes, cms_of, sha1_twin, text


def test_a_third_issuer_is_one_line(own_issuers: Path, good: Card, content: bytes, challenge: Challenge) -> None:
    (own_issuers / "vnpt").rename(own_issuers / "third")
    proof = chain.parse("cms", text(good.cms(content)))
    with pytest.raises(UnknownIssuer):
        chain.check(proof, challenge, Trust.load(own_issuers), MONDAY_MORNING)
    with_a_third = (*PROFILES, replace(PROFILES[0], name="third"))
    trust = Trust.load(own_issuers, with_a_third)
    assert chain.check(proof, challenge, trust, MONDAY_MORNING).issuer == "third"


def checked(signer: Card, challenge: Challenge, trust: Trust, now: datetime = MONDAY_MORNING) -> chain.Signer:
    proof = chain.parse("cms", text(signer.cms(challenge.text().encode())))
    return chain.check(proof, challenge, trust, now)


def test_C11_an_issuer_may_have_certificates_over_sha1_until_a_day(
    good: Card, issuers: Path, challenge: Challenge, content: bytes
) -> None:
    signer = sha1_twin(good, issuers)
    late = Trust.load(issuers, (replace(PROFILES[0], sha1_until=MONDAY_MORNING),))
    checked(signer, challenge, late)
    with pytest.raises(WeakAlgorithm):
        checked(signer, challenge, late, MONDAY_MORNING + timedelta(seconds=1))
    signed = attributes(content, "sha1")
    over_sha1 = cms_of(
        good, content, signed_attributes=signed, digest="sha1", sign=lambda data: good.sign(data, "sha1")
    )
    with pytest.raises(WeakAlgorithm):  # what citizens sign stays as strict
        chain.parse("cms", text(over_sha1))


def test_C11_an_issuer_may_want_longer_keys(good: Card, odd: OddCard, issuers: Path, challenge: Challenge) -> None:
    strict = Trust.load(issuers, (replace(PROFILES[0], least_rsa_bits=3072),))
    longer = odd.make(rsa.generate_private_key(65537, 3072))
    for signer in (good, longer):  # the authority's own key has 2048
        with pytest.raises(WeakAlgorithm):
            checked(signer, challenge, strict)
    checked(longer, challenge, Trust.load(issuers))


def test_C11_no_issuer_has_an_exception_as_shipped() -> None:
    assert {(profile.least_rsa_bits, profile.sha1_until) for profile in PROFILES} == {(2048, None)}


def test_an_anchor_is_the_certificate_of_an_authority(own_issuers: Path, good: Card) -> None:
    (own_issuers / "vnpt" / "anchors" / "citizen.pem").write_bytes(good.der)
    with pytest.raises(ValueError, match="is not the certificate of an authority"):
        Trust.load(own_issuers)


def test_a_folder_without_issuers_trusts_nobody(tmp_path: Path) -> None:
    assert Trust.load(tmp_path).issuers == ()


def test_a_file_that_is_no_certificate_is_named(own_issuers: Path) -> None:
    (own_issuers / "vnpt" / "anchors" / "notes.pem").write_bytes(b"\x30\x03\x02\x01\x01")
    with pytest.raises(ValueError, match=r"notes\.pem|Error parsing"):
        Trust.load(own_issuers)


def test_the_unmaintained_oscrypto_is_never_loaded() -> None:
    program = "import sys, onboarding.app; sys.exit('oscrypto' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
