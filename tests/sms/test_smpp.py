"""The gateway `smpp` and a message centre: what goes over the wire, and what a bad centre cannot do."""

import logging
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from onboarding.errors import SettingsError
from onboarding.sms import smpp_link
from onboarding.sms.claims import SEND_TIME
from onboarding.sms.gateway import GatewayRefused, OutcomeUnknown
from onboarding.sms.gateways import smpp
from onboarding.sms.line import CONNECT
from onboarding.sms.smpp_pdus import LONGEST
from onboarding.token_agent import tls
from tests.machine.message_centre import Arrived, Centre, receipt
from tests.machine.server import free_port
from tests.sms.promises import CODE, NUMBER, TEXTS
from tests.sms.smpp import bound, settings

TEXT = TEXTS.sign_in_code(CODE)
DELIVER_SM, ENQUIRE_LINK, ALERT = 0x05, 0x15, 0x0102


@pytest.fixture
def centre() -> Iterator[Centre]:
    with Centre() as centre:
        yield centre


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits that end soon; that they are short enough as they are is a test of its own."""
    monkeypatch.setattr(smpp, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(smpp_link, "ANSWER", 1.0)
    monkeypatch.setattr(smpp_link, "TICK", 0.02)
    monkeypatch.setattr(smpp_link, "RETRY", 0.02)


def send(gateway: smpp.Smpp, to: str = NUMBER) -> str | None:
    return gateway.send(uuid4(), to, TEXT)


def test_a_message_takes_no_longer_than_a_claim_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert SEND_TIME.total_seconds() >= CONNECT + smpp_link.ANSWER


def test_a_message_arrives_whole_and_its_id_comes_back(centre: Centre) -> None:
    with bound(centre.port) as gateway:
        assert send(gateway) == "1"
    assert centre.arrived == [Arrived("DVC-TINH", NUMBER[1:], TEXT)]


def test_messages_share_one_connection_and_a_bounded_window(centre: Centre) -> None:
    with bound(centre.port, options="?window=3") as gateway, ThreadPoolExecutor(20) as people:
        told = list(people.map(lambda number: send(gateway, f"+8490000{number:02}99"), range(60)))
    assert sorted(map(int, filter(None, told))) == list(range(1, 61))
    assert len(centre.binds) == 1


@pytest.mark.parametrize("options", ["?window=0", "?window=33", "?window=x"])
def test_a_window_without_bounds_is_refused_at_the_start(options: str) -> None:
    with pytest.raises(SettingsError, match="window"):
        smpp.from_settings(settings(1, options=options))


@pytest.mark.parametrize(
    ("scheme", "host"), [("smpp", "smsc.example"), ("smpp", "8.8.8.8"), ("https", "10.0.0.1")]
)
def test_beyond_a_private_network_there_must_be_tls(scheme: str, host: str) -> None:
    with pytest.raises(SettingsError, match="smpps"):
        smpp.from_settings(settings(2775, scheme, host=host))
    smpp.from_settings(settings(2775, "smpps", host=host))


def test_over_tls_the_centre_must_be_who_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Centre(tls=tls.server_context(tmp_path, datetime.now(UTC))) as centre:
        with bound(centre.port, "smpps", host="localhost") as gateway, pytest.raises(GatewayRefused):
            send(gateway)
        assert "CERTIFICATE_VERIFY_FAILED" in caplog.text
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "localhost.pem"))
        with bound(centre.port, "smpps", host="localhost") as gateway:
            assert send(gateway) == "1"


def test_a_wrong_password_leaves_no_connection_and_is_told(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    centre.password = "another"
    with caplog.at_level(logging.WARNING), bound(centre.port) as gateway:
        with pytest.raises(GatewayRefused):
            send(gateway)
        assert "bind refused, status 14" in caplog.text
        assert "secret" not in caplog.text


def pdu(command: int, body: bytes = b"", length: int | None = None) -> bytes:
    return struct.pack(">IIII", 16 + len(body) if length is None else length, command, 0, 7) + body


@pytest.mark.parametrize("length", [0, 15, LONGEST + 1, 65536, 2**31, 2**32 - 1])
def test_A31_a_length_that_no_pdu_has_ends_the_connection_and_the_next_one_works(
    centre: Centre, length: int
) -> None:
    with bound(centre.port) as gateway:
        send(gateway)
        centre.say(pdu(DELIVER_SM, b"x" * 100, length))
        centre.wait(lambda centre: len(centre.binds) == 2)
        assert send(gateway) == "2"


@pytest.mark.parametrize("body", [b"", b"x" * 300, b"\0" * 16, b"\0\1\1" + b"9" * 80 + b"\0", b"\xff" * 40])
def test_A31_a_receipt_that_cannot_be_read_is_refused_and_the_connection_lives(
    centre: Centre, body: bytes
) -> None:
    with bound(centre.port) as gateway:
        send(gateway)
        centre.say(pdu(DELIVER_SM, body))
        centre.wait(lambda centre: 0x65 in centre.acknowledged)
        assert send(gateway) == "2"
    assert len(centre.binds) == 1


def test_A31_an_id_without_its_end_leaves_the_message_taken(centre: Centre) -> None:
    with bound(centre.port) as gateway:
        assert send(gateway, "+84900000010") is None
        assert send(gateway) == "2"


def test_A31_an_unknown_command_is_answered_so_and_the_connection_lives(centre: Centre) -> None:
    with bound(centre.port) as gateway:
        send(gateway)
        for command in (ALERT, 0x7FFFFFFF, 0x04, 0x09):
            centre.say(pdu(command, b"y" * 50))
        assert send(gateway) == "2"
    assert len(centre.binds) == 1


def test_A31_a_flood_takes_no_memory_and_messages_still_go_out(centre: Centre) -> None:
    with bound(centre.port) as gateway:
        send(gateway)
        unknown = receipt(Arrived("DVC-TINH", "84900000099", TEXT), "99999")
        flood = (pdu(ENQUIRE_LINK) + pdu(ALERT) + pdu(0x80000004, b"1\0") + pdu(DELIVER_SM, unknown)) * 1000
        centre.say(flood)
        assert send(gateway) == "2"
        link = gateway._link
        assert link is not None
        assert len(link._buffer) <= 2 * LONGEST
        assert len(link._early) <= smpp_link.EARLY
        assert not link._asked
        centre.wait(lambda centre: len(centre.acknowledged) >= 1000)
        assert set(centre.acknowledged) == {0x14, 0x64}, "not now"


def test_A31_a_centre_that_falls_silent_is_left_and_found_again(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smpp_link, "QUIET", 0.1)
    monkeypatch.setattr(smpp_link, "ANSWER", 0.2)
    with bound(centre.port) as gateway:
        send(gateway)
        centre.silent = True
        centre.wait(lambda _: gateway._link is None)
        centre.silent = False
        centre.wait(lambda _: gateway._link is not None)
        assert send(gateway) == "2"


def test_A31_a_quiet_centre_that_answers_is_kept(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp_link, "QUIET", 0.05)
    with bound(centre.port) as gateway:
        send(gateway)
        link = gateway._link
        assert link is not None
        first = link._enquired
        centre.wait(lambda _: link._enquired > first and link._heard > link._enquired)
        assert send(gateway) == "2"
    assert len(centre.binds) == 1


def test_A31_the_pauses_before_the_next_try_grow(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    with bound(centre.port) as gateway:
        waited = gateway._over.wait
        monkeypatch.setattr(smpp, "FIRST_PAUSE", 1.0)
        monkeypatch.setattr(gateway._over, "wait", lambda pause: pauses.append(pause) or waited(0))
        centre.password = "another"
        with pytest.raises(GatewayRefused):
            send(gateway)
        centre.wait(lambda _: len(pauses) >= 7)
    assert pauses[:7] == [1, 2, 4, 8, 16, 30, 30]


def test_A31_while_the_next_try_is_not_yet_nobody_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp, "FIRST_PAUSE", 30.0)
    with bound(free_port()) as gateway:
        for _ in range(100):
            with pytest.raises(GatewayRefused) as refused:
                send(gateway)
            assert not refused.value.final


def test_A32_an_answer_that_was_lost_leaves_it_open_and_later_ones_are_told_apart(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smpp_link, "ANSWER", 0.2)
    with bound(centre.port) as gateway:
        for end in ("004", "011", "007"):
            with pytest.raises(OutcomeUnknown):
                send(gateway, f"+84900000{end}")
        centre.wait(lambda centre: len(centre.binds) == 2)  # the last of the three was cut off
        assert send(gateway) == "4"
    assert [arrived.to[-3:] for arrived in centre.arrived] == ["004", "011", "007", NUMBER[-3:]]


def test_nothing_personal_is_logged(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), bound(centre.port) as gateway:
        send(gateway)
        centre.say(pdu(DELIVER_SM, b"x", 2**31))
        centre.wait(lambda centre: len(centre.binds) == 2)
    assert "a PDU of 2147483648 bytes" in caplog.text
    for secret in (NUMBER[-6:], CODE, "secret"):
        assert secret not in caplog.text
