"""A test token is a true PKCS#11 token whose certificate the sandbox's USB sign-in accepts."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from click.testing import CliRunner
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import AttributeSensitive

from onboarding.config import Settings
from onboarding.sandbox import tokens
from onboarding.sandbox.issuers import Person, ensure_issuers
from onboarding.sandbox.refusals import SMALL_KEY
from onboarding.signatures import chain
from onboarding.signatures.challenge import SIGN_IN, Challenge
from onboarding.signatures.refusals import Revoked, WeakAlgorithm
from onboarding.signatures.trust import Trust
from onboarding.token_agent import cms
from onboarding.token_agent.person import Nobody
from onboarding.token_agent.signer import Signer
from onboarding.token_agent.token import Tokens
from tests.clock import MONDAY_MORNING

CHALLENGE = Challenge(
    portal="Cổng Dịch vụ công tỉnh Hậu Giang",
    origin="http://127.0.0.1:8000",
    purpose=SIGN_IN,
    nonce="0123456789abcdef" * 4,
    issued_at=MONDAY_MORNING,
    expires_at=MONDAY_MORNING + timedelta(minutes=5),
)


def plugged_in(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Signer:
    """The token's certificate and key as a program finds it that was started for it."""
    monkeypatch.setenv("SOFTHSM2_CONF", str(directory / "softhsm2.conf"))
    pkcs11.lib(tokens.MODULE).reinitialize()
    return Tokens(tokens.MODULE, Nobody(directory)).signers()[0]


@pytest.mark.token
@pytest.mark.parametrize("issuer", ["vnpt", "vgca"])
def test_the_tokens_signature_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    directory, trust = tmp_path / "token", tmp_path / "trust"
    person = Person("Trần Thị Bình", national_id="093190000007")
    tokens.make_token(directory, trust, MONDAY_MORNING, issuer, person)
    signed = cms.signed_data(plugged_in(directory, monkeypatch), CHALLENGE.text().encode())
    proof = chain.parse("cms", base64.b64encode(signed).decode())
    signer = chain.check(proof, CHALLENGE, Trust.load(trust), MONDAY_MORNING)
    assert (signer.issuer, signer.identity.name) == (issuer, "Trần Thị Bình")
    assert signer.identity.national_id == "093190000007"


@pytest.mark.token
def test_the_key_was_made_on_the_token_and_stays_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = tmp_path / "token"
    tokens.make_token(directory, tmp_path / "trust", MONDAY_MORNING, pin="4711")
    plugged_in(directory, monkeypatch)
    with next(iter(pkcs11.lib(tokens.MODULE).get_tokens(token_label="sandbox"))).open(user_pin="4711") as session:
        key = session.get_key(ObjectClass.PRIVATE_KEY)
        assert key[Attribute.LOCAL]
        assert not key[Attribute.EXTRACTABLE]
        with pytest.raises(AttributeSensitive):
            key[Attribute.PRIVATE_EXPONENT]


@pytest.mark.token
@pytest.mark.parametrize(("key", "bits"), [("rsa", 2048), ("ec", 256), ("ec-384", 384)])
def test_the_key_is_of_the_kind_that_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, bits: int
) -> None:
    settings, directory = Settings(mode="sandbox", instance=tmp_path), tmp_path / "token"
    made = CliRunner().invoke(tokens.token, ["--dir", str(directory), "--key", key], obj=settings)
    assert made.exit_code == 0, made.output
    assert plugged_in(directory, monkeypatch).shown.public_key.bit_size == bits


@pytest.mark.token
def test_the_command_says_how_to_go_on(tmp_path: Path) -> None:
    settings, directory = Settings(mode="sandbox", instance=tmp_path / "instance"), tmp_path / "token"
    result = CliRunner().invoke(tokens.token, ["--dir", str(directory), "--pin", "4711"], obj=settings)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == f"onboarding token-agent --token-dir {directory}"
    assert (directory / "pin").read_text() == "4711"
    assert stat.S_IMODE((directory / "pin").stat().st_mode) == 0o600
    assert len(Trust.load(settings.instance / "trust").issuers) == 2


@pytest.mark.token
@pytest.mark.parametrize(("refusal", "raised"), [("revoked", Revoked), (SMALL_KEY, WeakAlgorithm)])
def test_a_token_that_is_refused_is_one_word_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: str, raised: type[Exception]
) -> None:
    settings, directory = Settings(mode="sandbox", instance=tmp_path / "instance"), tmp_path / "token"
    arguments = ["--dir", str(directory), "--issuer", "vgca", "--refusal", refusal]
    assert CliRunner().invoke(tokens.token, arguments, obj=settings).exit_code == 0
    certificate = plugged_in(directory, monkeypatch).certificate
    with pytest.raises(raised):
        chain.check_again(certificate, "vgca", Trust.load(settings.instance / "trust"), datetime.now(UTC))


@pytest.mark.token
def test_a_token_is_not_made_over_another(tmp_path: Path) -> None:
    settings, arguments = Settings(mode="sandbox", instance=tmp_path), ["--dir", str(tmp_path / "token")]
    assert CliRunner().invoke(tokens.token, arguments, obj=settings).exit_code == 0
    before = (tmp_path / "token" / "pin").read_text()
    again = CliRunner().invoke(tokens.token, arguments, obj=settings)
    assert again.exit_code == 1
    assert "holds a token already" in again.output
    assert (tmp_path / "token" / "pin").read_text() == before


def test_production_makes_no_test_tokens(tmp_path: Path) -> None:
    settings = replace(Settings(), instance=tmp_path)
    result = CliRunner().invoke(tokens.token, ["--dir", str(tmp_path / "token")], obj=settings)
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_the_test_issuers_are_made_once_however_many_ask(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ensure_issuers(tmp_path, MONDAY_MORNING), range(4)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vgca", "vnpt"]
    before = (tmp_path / "vnpt" / "anchors" / "root.pem").read_bytes()
    ensure_issuers(tmp_path, MONDAY_MORNING)
    assert (tmp_path / "vnpt" / "anchors" / "root.pem").read_bytes() == before


def test_the_issuers_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    ensure_issuers(tmp_path, MONDAY_MORNING)
    keys = list(tmp_path.glob("*/keys/*.pem"))
    assert len(keys) == 4
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
