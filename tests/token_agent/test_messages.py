"""What a page may send: any text gets a reply of its protocol, and a certificate is chosen by person or serial."""

import base64
import io
import json
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onboarding.token_agent import made_up, native_messaging, vgca, vnpt, web_eid
from onboarding.token_agent.desk import Desk
from onboarding.token_agent.person import AtTerminal, Nobody
from onboarding.token_agent.signer import Signer
from tests.clock import MONDAY_MORNING
from tests.token_agent.conftest import PORTAL

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(PORTAL) | st.just("QQ==")
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
KEYS = ("functionID", "funcCallback", "args", "command", "arguments", "challengeNonce", "origin")
MORE_KEYS = ("JsonContent", "IsPss", "HashAlg", "HashValue", "Encode")
NAMES = st.sampled_from([*vnpt.NAMES, "c", "authenticate", "quit", "SHA256", "RSA"])
REQUESTS = st.dictionaries(st.sampled_from([*KEYS, *MORE_KEYS]), VALUES | NAMES).map(json.dumps)
MESSAGES = st.text() | VALUES.map(json.dumps) | REQUESTS
ONE = made_up.tokens(MONDAY_MORNING).signers()[0]
OTHER = made_up.tokens(MONDAY_MORNING).signers()[0]


class Several:
    """Tokens with two certificates."""

    def signers(self) -> list[Signer]:
        return [ONE, OTHER]


def a_desk(**also: Any) -> Desk:
    """Where nobody looks and two certificates are at hand."""
    return Desk(Several(), Nobody(show=lambda _text: None), PORTAL, **also)


@settings(max_examples=60, deadline=None)
@given(MESSAGES)
def test_any_message_gets_a_result_and_a_callback(message: str) -> None:
    assert "*" in vnpt.Conversation(a_desk(), "/plugin").answer(message)


@settings(max_examples=60, deadline=None)
@given(MESSAGES, st.sampled_from(vgca.PATHS), st.booleans())
@example(message='{"JsonContent": 7}', path="/SignJson", sign_hashes=False)
def test_any_message_gets_a_status(message: str, path: str, sign_hashes: bool) -> None:
    reply = json.loads(vgca.Conversation(a_desk(sign_hashes=sign_hashes), path).answer(message))
    assert isinstance(reply["Status"], int)


@settings(max_examples=60, deadline=None)
@given(st.binary() | MESSAGES.map(lambda text: text.encode(errors="replace")))
def test_any_native_message_gets_an_object(message: bytes) -> None:
    assert isinstance(json.loads(web_eid.answer(a_desk(), [PORTAL], message)), dict)


@pytest.mark.parametrize("message", [b"", (8193).to_bytes(4, sys.byteorder) + b"{" * 8193, b"\xff\xff\xff\xff{}"])
def test_no_native_message_and_one_too_long_end_the_call(message: bytes) -> None:
    sent = io.BytesIO()
    native_messaging.serve(io.BytesIO(message), sent, lambda told: web_eid.answer(a_desk(), [PORTAL], told))
    assert (b"INVALID_ARGUMENT" in sent.getvalue()) == bool(message)


def call(conversation: vnpt.Conversation, function: int, *arguments: str) -> dict[str, Any]:
    """The result of one of the plug-in's functions."""
    message = json.dumps({"functionID": function, "funcCallback": "c", "args": arguments})
    result: dict[str, Any] = json.loads(conversation.answer(message).rpartition("*")[0])
    return result


def test_the_certificate_that_the_page_names_is_told_and_signs() -> None:
    conversation = vnpt.Conversation(a_desk(), "/plugin")
    assert call(conversation, 0, "1", f"00{OTHER.serial.lower()}")["serial"] == OTHER.serial
    signed = base64.b64decode(call(conversation, 4, "QQ==")["data"])
    assert OTHER.certificate in signed
    assert call(conversation, 0, "1", "1234")["code"] == 2


@pytest.mark.parametrize("typed", ["1", "2", "3", ""])
def test_the_person_chooses_from_a_list(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    chosen = {"1": ONE.serial, "2": OTHER.serial}.get(typed)
    shown: list[str] = []
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
    desk = Desk(Several(), AtTerminal(shown.append), PORTAL)
    told = call(vnpt.Conversation(desk, "/plugin"), 0, "1", "")
    assert told.get("serial") == chosen
    assert (told.get("code") == 11) == (chosen is None)
    assert [OTHER.serial in line for line in shown[:2]] == [False, True]


def test_hashes_are_not_signed_unless_the_agent_was_started_for_it() -> None:
    request = json.dumps({"HashAlg": "SHA256", "HashValue": base64.b64encode(bytes(32)).decode(), "Encode": "RSA"})
    statuses = [
        json.loads(vgca.Conversation(a_desk(sign_hashes=allowed), "/SignMsg").answer(request))["Status"]
        for allowed in (False, True)
    ]
    assert statuses == [1, 0]
