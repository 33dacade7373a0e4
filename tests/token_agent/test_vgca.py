"""The VGCA Sign Service as a page meets it: a socket for each operation, real TLS, a real PKCS#11 token."""

import base64
import json

import pytest
from websockets.exceptions import InvalidStatus

from onboarding.signatures import chain
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.token_agent.conftest import Agent, Token
from tests.token_agent.test_agent import CHALLENGE

pytestmark = pytest.mark.token


def test_auth_signs_the_code_that_the_server_made(agent: Agent, token: Token) -> None:
    reply = agent.service("Auth", CHALLENGE.text())
    assert (reply["Status"], reply["Error"]) == (0, "")
    proof = chain.parse("cms", reply["Signature"])
    assert chain.check(proof, CHALLENGE, Trust.load(token.trust), MONDAY_MORNING).issuer == "vnpt"


@pytest.mark.parametrize("message", ["get_cert_info", "certinfo"])
def test_get_cert_info_tells_of_the_certificate_whichever_script_asks(agent: Agent, message: str) -> None:
    reply = agent.service("GetCertInfo", message)
    assert reply["Status"] == 0
    assert "Nguyễn Văn An" in reply["CertInfo"]["Subject"]
    assert base64.b64decode(reply["CertInfo"]["Base64Data"])
    assert reply["CertInfo"]["ValidFrom"] < reply["CertInfo"]["ValidTo"]


def test_the_harmless_operations_answer(agent: Agent) -> None:
    assert agent.service("GetVersion", "version")["Version"]
    assert agent.service("Config", "config")["Status"] == 0


@pytest.mark.parametrize("operation", ["GetVersion", "Config", "GetCertInfo", "Auth", "SignMsg", "SignJson"])
def test_C23_a_page_of_another_origin_is_turned_away_from_every_operation(agent: Agent, operation: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        agent.service(operation, "x", origin="https://evil.example")
    assert refused.value.response.status_code == 403


def test_C23_a_challenge_for_another_origin_is_not_signed_by_any_operation(agent: Agent) -> None:
    phished = CHALLENGE.text().replace(CHALLENGE.origin, "https://dichvucong.example")
    assert agent.service("Auth", phished)["Status"] == 1
    assert agent.service("SignMsg", base64.b64encode(phished.encode()).decode())["Status"] == 1
    assert agent.service("SignJson", json.dumps({"JsonContent": phished}))["Status"] == 1
