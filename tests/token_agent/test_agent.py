"""The agent as a page meets it: a real process, TLS on loopback, the plug-in's messages, a real PKCS#11 token."""

import base64
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from asn1crypto import x509
from websockets.exceptions import InvalidStatus

from onboarding.signatures import chain
from onboarding.signatures.challenge import SIGN_IN, Challenge
from onboarding.signatures.trust import Trust
from tests.clock import MONDAY_MORNING
from tests.token_agent.conftest import PORTAL, Agent, Token, ask, ask_to_sign

pytestmark = pytest.mark.token

GET_CERT_INFO, SET_LICENSE_KEY, CHECK_PLUGIN, GET_VERSION = 0, 6, 7, 11
CHALLENGE = Challenge(
    portal="Cổng Dịch vụ công tỉnh Hậu Giang",
    origin=PORTAL,
    purpose=SIGN_IN,
    nonce="0123456789abcdef" * 4,
    issued_at=MONDAY_MORNING,
    expires_at=MONDAY_MORNING + timedelta(minutes=5),
)


def test_a_page_signs_its_challenge_in_the_order_of_calls_of_the_plugin(agent: Agent, token: Token) -> None:
    with agent.page() as page:
        assert ask(page, CHECK_PLUGIN) == "1"
        assert json.loads(ask(page, SET_LICENSE_KEY, "bGljZW5jZQ=="))["code"] == 1
        assert ask(page, GET_VERSION)
        told = json.loads(ask(page, GET_CERT_INFO, "1", ""))
        result = ask_to_sign(page, CHALLENGE.text().encode())
    assert (result["code"], result["error"]) == (0, "")
    proof = chain.parse("cms", result["data"])
    signer = chain.check(proof, CHALLENGE, Trust.load(token.trust), MONDAY_MORNING)
    assert signer.identity.name == told["subjectCN"] == "Nguyễn Văn An"
    assert signer.serial == told["serial"].lower()
    assert x509.Certificate.load(base64.b64decode(told["base64"])).serial_number == int(told["serial"], 16)


def test_it_shows_what_it_signs(agent: Agent) -> None:
    with agent.page() as page:
        ask_to_sign(page, "Xin chào\nÔng An\n".encode())
    shown = agent.read_until("Ông An")
    assert f"{PORTAL} asks you to sign:" in shown
    assert "Xin chào\nÔng An\n" in shown


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8001",
        "https://127.0.0.1:8000",
        "http://evil.example",
        "null",
        f"{PORTAL}.evil.example",
        None,
    ],
)
def test_C23_a_page_of_another_origin_is_turned_away(agent: Agent, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, agent.page(origin):
        pass
    assert refused.value.response.status_code == 403


def test_C23_a_challenge_for_another_origin_is_not_signed(agent: Agent) -> None:
    phished = CHALLENGE.text().replace(PORTAL, "https://dichvucong.example")
    with agent.page() as page:
        assert ask_to_sign(page, phished.encode())["code"] == 1
        assert ask_to_sign(page, CHALLENGE.text().encode())["code"] == 0


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\0", b"\x1b[2J hidden", b"%PDF-1.7\n\xff", "\u202e txet".encode()]
)
def test_what_cannot_be_shown_is_not_signed(agent: Agent, content: bytes) -> None:
    with agent.page() as page:
        assert ask_to_sign(page, content)["code"] == 1


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        '{"functionID":4}',
        '{"functionID":4,"funcCallback":"c","args":[]}',
        "[" * 50_000,
        b"\0",
    ]
    + ['{"funcCallback":"c","args":[7],"functionID":' + number + "}" for number in ("4", "9", "-1", "[]", '"4"')],
)
def test_a_message_that_is_none_gets_an_answer_and_harms_nobody(agent: Agent, message: str | bytes) -> None:
    with agent.page() as page:
        page.send(message)
        assert json.loads(str(page.recv(timeout=30)).rpartition("*")[0])["code"] == 1
        assert ask(page, CHECK_PLUGIN) == "1"


def test_two_pages_are_served_one_after_the_other(agent: Agent) -> None:
    with agent.page() as one, agent.page() as other:
        for page in (one, other):
            page.send(json.dumps({"functionID": CHECK_PLUGIN, "funcCallback": "c", "args": []}))
        assert [page.recv(timeout=30) for page in (other, one)] == ["1*c", "1*c"]


def test_there_is_one_address_for_pages(agent: Agent) -> None:
    with pytest.raises(InvalidStatus) as refused, agent.page(path="/other"):
        pass
    assert refused.value.response.status_code == 404


def test_a_person_who_opens_the_address_reads_that_it_runs(agent: Agent) -> None:
    with urlopen(f"https://localhost:{agent.port}/", context=agent.tls) as answer:
        assert b"runs" in answer.read()


def test_a_wrong_pin_and_an_empty_token_have_their_codes(
    start: Callable[..., Agent], token: Token, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(token.directory, tmp_path / "token"))
    configuration = (own / "softhsm2.conf").read_text()
    (own / "softhsm2.conf").write_text(configuration.replace(str(token.directory), str(own)))
    (own / "pin").write_text("1147")
    agent = start(own)
    with agent.page() as page:
        assert ask_to_sign(page, CHALLENGE.text().encode())["code"] == 3
    assert "PIN" in agent.read_until("Check the PIN")
    (tmp_path / "empty" / "tokens").mkdir(parents=True)
    moved = configuration.replace(str(token.directory), str(tmp_path / "empty"))
    (tmp_path / "empty" / "softhsm2.conf").write_text(moved)
    with start(tmp_path / "empty").page() as page:
        assert ask_to_sign(page, CHALLENGE.text().encode())["code"] == 2
        assert json.loads(ask(page, GET_CERT_INFO))["code"] == 2
