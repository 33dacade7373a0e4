"""The scripted mode: testers see every code of each protocol, and what none has a code for, without a token."""

import base64
import hashlib
import io
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from websockets.exceptions import ConnectionClosedError

from onboarding.signatures import chain, refusals
from onboarding.signatures.trust import Trust
from onboarding.token_agent import native_messaging, script
from onboarding.token_agent.cli import command
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.failures import Cancelled, SigningFailed
from onboarding.token_agent.made_up import tokens
from onboarding.token_agent.person import Nobody
from onboarding.token_agent.web_eid import answer
from tests.clock import MONDAY_MORNING
from tests.token_agent.conftest import ANY_PORT, PORTAL, Agent, Token, ask, ask_to_sign
from tests.token_agent.test_agent import CHALLENGE, CHECK_PLUGIN, GET_CERT_INFO, SET_LICENSE_KEY
from tests.token_agent.test_web_eid import NONCE

pytestmark = pytest.mark.token

TEXT = CHALLENGE.text().encode()
VNPT_CODES = range(1, 13)
VGCA_STATUS = (14, 28, 500, *range(1, 12))
WEB_EID_CODES = ("ERR_WEBEID_USER_CANCELLED", "ERR_WEBEID_NATIVE_FATAL", "ERR_WEBEID_NATIVE_INVALID_ARGUMENT")


def answers(function: str, *told: object) -> list[str]:
    """The options that make a function answer so, one call after the other."""
    return [part for each in told for part in ("--answer", f"{function}={each}")]


@pytest.fixture(scope="module")
def scripted(start: Callable[..., Agent]) -> Agent:
    """An agent without any token that goes through all it can answer; each test below has functions of its own."""
    return start(
        None,
        *ANY_PORT,
        *answers("checkPlugin", "text:-1", "real"),
        *answers("setLicenseKey", 0, "real"),
        *answers("getCertInfo", "text:", 2, "real"),
        *answers("signCms", *VNPT_CODES, "hang-up", "cut-off", "silent", "wrong-text", "wrong-certificate"),
        *answers("Auth", *VGCA_STATUS, "slow:0.01"),
    )


def test_a_plugin_that_is_not_ready_or_has_no_licence(scripted: Agent) -> None:
    with scripted.page() as page:
        assert [ask(page, CHECK_PLUGIN) for _ in range(2)] == ["-1", "1"]
        assert [json.loads(ask(page, SET_LICENSE_KEY, "x"))["code"] for _ in range(2)] == [0, 1]


def test_no_certificate_chosen_none_there_and_one(scripted: Agent) -> None:
    with scripted.page() as page:
        assert ask(page, GET_CERT_INFO, "1", "") == ""
        assert json.loads(ask(page, GET_CERT_INFO, "1", ""))["code"] == 2
        assert json.loads(ask(page, GET_CERT_INFO, "1", ""))["subjectCN"] == "Made up by the token agent"


def test_every_code_of_the_plugin_then_no_answer_of_three_kinds_then_false_ones(
    scripted: Agent, token: Token
) -> None:
    with scripted.page() as page:
        told = [ask_to_sign(page, TEXT) for _ in VNPT_CODES]
    assert [result["code"] for result in told] == list(VNPT_CODES)
    assert (told[2]["error"], told[10]["error"]) == (SigningFailed.sentence, Cancelled.sentence)
    assert left_without_answer(scripted, ConnectionClosedError) is None
    assert (left_without_answer(scripted, ConnectionClosedError) or "").startswith('{"code": 0')
    assert left_without_answer(scripted, TimeoutError) is None
    trust = Trust.load(token.trust)
    for refusal in (refusals.WrongContent, refusals.BadSignature):
        with scripted.page() as page:
            proof = chain.parse("cms", ask_to_sign(page, TEXT)["data"])
        with pytest.raises(refusal):
            chain.check(proof, CHALLENGE, trust, MONDAY_MORNING)


def left_without_answer(agent: Agent, how: type[Exception]) -> str | None:
    """What a page gets before it notices that no answer comes."""
    got = None
    with agent.page() as page, suppress(how):
        page.send(json.dumps({"functionID": 4, "funcCallback": "c", "args": ["QQ=="]}))
        got = str(page.recv(timeout=0.2))
        page.recv(timeout=0.2)
        pytest.fail("it went on as if nothing had been")
    return got


def test_every_status_of_the_service_and_at_last_a_slow_signature(scripted: Agent) -> None:
    for status in VGCA_STATUS:
        reply = scripted.service("Auth", TEXT.decode())
        assert reply["Status"] == status
        assert reply["Error"] == reply["Message"] != ""
    assert scripted.service("Auth", TEXT.decode())["Signature"]


def web_eid(*told: str) -> tuple[Callable[[], bytes], Desk]:
    """Calls of Web eID's host that a script answers, each with all that is sent."""
    desk = Desk(tokens(MONDAY_MORNING), Nobody(show=lambda _text: None))
    desk.script = script.read([f"authenticate={each}" for each in told])
    asked = json.dumps({"command": "authenticate", "arguments": {"challengeNonce": NONCE, "origin": PORTAL}})
    message = len(asked).to_bytes(4, sys.byteorder) + asked.encode()

    def call() -> bytes:
        sent = io.BytesIO()
        native_messaging.serve(io.BytesIO(message), sent, partial(answer, desk, [PORTAL]))
        return sent.getvalue()

    return call, desk


def test_every_code_of_web_eid_and_no_answer() -> None:
    call, _ = web_eid(*WEB_EID_CODES, "11", "3", "text:{}", "silent", "hang-up", "cut-off")
    told = [json.loads(call()[4:])["error"]["code"] for _ in range(5)]
    assert told == [*WEB_EID_CODES, "ERR_WEBEID_USER_CANCELLED", "ERR_WEBEID_NATIVE_FATAL"]
    assert call()[4:] == b"{}"
    assert (call(), call()) == (b"", b"")
    half = call()
    assert int.from_bytes(half[:4], sys.byteorder) > len(half[4:]) > 0


def test_web_eid_with_another_nonce_and_with_another_certificate() -> None:
    call, desk = web_eid("wrong-text", "wrong-certificate", "real")
    moved_on = NONCE.translate(str.maketrans("0123456789", "1234567890"))
    right = desk.tokens.signers()[0].certificate
    told = [json.loads(call()[4:]) for _ in range(3)]
    assert [signed_by(token, right, NONCE) for token in told] == [False, True, True]
    assert signed_by(told[0], right, moved_on)
    assert [base64.b64decode(token["unverifiedCertificate"]) == right for token in told] == [True, False, True]


def signed_by(token: dict[str, str], certificate: bytes, nonce: str) -> bool:
    """Whether a token's signature is that of a certificate's RSA key over our origin and this nonce."""
    key = x509.load_der_x509_certificate(certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    signed = hashlib.sha256(PORTAL.encode()).digest() + hashlib.sha256(nonce.encode()).digest()
    try:
        key.verify(base64.b64decode(token["signature"]), signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("told", ["signCms=12x", "signCms", "sign=1", "signCms=slow", "Auth=", "=real"])
def test_an_answer_that_is_none_is_told_at_the_start(told: str) -> None:
    refused = CliRunner().invoke(command, ["--answer", told])
    assert refused.exit_code == 2
    assert "docs/token-agent.md" in refused.output
