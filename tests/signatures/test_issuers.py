"""A third issuer is one profile in one file, and one line in the table of profiles."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from onboarding.signatures import chain
from onboarding.signatures.challenge import Challenge
from onboarding.signatures.issuers import PROFILES
from onboarding.signatures.refusals import UnknownIssuer
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.signatures.cards import Card, text


def test_a_third_issuer_is_one_line(own_issuers: Path, good: Card, content: bytes, challenge: Challenge) -> None:
    (own_issuers / "vnpt").rename(own_issuers / "third")
    proof = chain.parse("cms", text(good.cms(content)))
    with pytest.raises(UnknownIssuer):
        chain.check(proof, challenge, Trust.load(own_issuers), MONDAY_MORNING)
    with_a_third = (*PROFILES, replace(PROFILES[0], name="third"))
    trust = Trust.load(own_issuers, with_a_third)
    assert chain.check(proof, challenge, trust, MONDAY_MORNING).issuer == "third"


def test_a_folder_without_issuers_trusts_nobody(tmp_path: Path) -> None:
    assert Trust.load(tmp_path).issuers == ()


def test_a_file_that_is_no_certificate_is_named(own_issuers: Path) -> None:
    (own_issuers / "vnpt" / "anchors" / "notes.pem").write_bytes(b"\x30\x03\x02\x01\x01")
    with pytest.raises(ValueError, match=r"notes\.pem|Error parsing"):
        Trust.load(own_issuers)


def test_the_unmaintained_oscrypto_is_never_loaded() -> None:
    program = "import sys, onboarding.signatures.chain; sys.exit('oscrypto' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
