"""The gateway `kannel` with a real Kannel and a message centre behind it: messages out, reports back."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from onboarding.config import Settings
from onboarding.db import Database
from onboarding.errors import SettingsError
from onboarding.sms.dispatcher import Dispatcher, chosen_gateways
from onboarding.sms.gateways import GATEWAYS
from onboarding.sms.gateways.kannel import reason
from tests.clock import MovableClock
from tests.machine.kannel import Kannel
from tests.machine.message_centre import Arrived, Centre
from tests.machine.process import PATIENCE
from tests.machine.server import free_port
from tests.sms.gateways import Telephone
from tests.sms.promises import CODE, TEXTS, promise, read

Send = Callable[[str], UUID]


@pytest.fixture
def send(portal: Settings, centre: Centre, smsbox: Kannel, database: Database, clock: MovableClock) -> Send:
    """Promises a message to a number and has it sent."""
    centre.arrived.clear()
    through = replace(portal, sms_gateway="kannel", sms_addresses=f"kannel={smsbox.address}")
    dispatcher = Dispatcher(database, clock, *chosen_gateways(through))

    def send(to: str) -> UUID:
        message_id = promise(database, clock, to)
        assert dispatcher.run_once() == 1
        return message_id

    return send


def wait_for(database: Database, message_id: UUID, *states: str) -> str | None:
    """Wait until a message has one of the states; returns its reason."""
    until = time.monotonic() + PATIENCE
    while (message := read(database, message_id)).state not in states:
        assert time.monotonic() < until, message.state
        time.sleep(0.02)
    return message.reason


def test_a_message_arrives_whole_and_its_report_comes_back(
    send: Send, centre: Centre, database: Database, asked: list[str]
) -> None:
    message_id = send("+84907650101")
    assert wait_for(database, message_id, "delivered") is None
    assert Arrived("DVC-TINH", "84907650101", TEXTS.sign_in_code(CODE)) in centre.arrived
    message = read(database, message_id)
    assert (message.gateway, message.text_sealed) == ("kannel", None)
    assert asked
    assert [address for address in asked if CODE in address or "7650101" in address] == []


@pytest.mark.parametrize(
    ("end", "why"), [("000", "no such number"), ("001", "unreachable"), ("002", "network fault")]
)
def test_a_failure_comes_back_with_its_reason(send: Send, database: Database, end: str, why: str) -> None:
    message_id = send(f"+84907650{end}")
    assert wait_for(database, message_id, "failed") == why


def test_a_late_report_counts_when_it_comes(send: Send, database: Database) -> None:
    message_id = send("+84907650005")
    assert read(database, message_id).state == "sent"
    wait_for(database, message_id, "delivered")


def test_without_a_report_a_message_stays_sent(send: Send, database: Database) -> None:
    message_id = send("+84907650003")
    after = send("+84907650102")
    wait_for(database, after, "delivered")
    assert read(database, message_id).state == "sent"


def test_a_message_that_the_centre_never_answers_stays_sent_and_goes_out_once(
    send: Send, database: Database, centre: Centre
) -> None:
    message_id = send("+84907650004")
    after = send("+84907650103")
    wait_for(database, after, "delivered")
    assert read(database, message_id).state == "sent"
    assert [arrived.to for arrived in centre.arrived].count("84907650004") == 1


def test_while_the_centre_is_away_kannel_keeps_what_it_took(
    portal: Settings, database: Database, clock: MovableClock, tmp_path: Path
) -> None:
    port, message_id = free_port(), promise(database, clock, "+84907650104")
    with Kannel(tmp_path, port) as kannel:
        through = replace(portal, sms_gateway="kannel", sms_addresses=f"kannel={kannel.address}")
        Dispatcher(database, clock, *chosen_gateways(through)).run_once()
        assert read(database, message_id).state == "sent"
        with Centre(port):
            wait_for(database, message_id, "delivered")


@pytest.mark.parametrize("wrong", [("secret%20word", "guess"), ("/cgi-bin/sendsms", "/cgi-bin/nothing")])
def test_where_kannel_does_not_let_us_in_the_next_gateway_takes_over(
    portal: Settings, smsbox: Kannel, database: Database, clock: MovableClock, wrong: tuple[str, str]
) -> None:
    second = Telephone(name="second")
    gateway = GATEWAYS["kannel"](replace(portal, sms_addresses=f"kannel={smsbox.address.replace(*wrong)}"))
    message_id = promise(database, clock)
    Dispatcher(database, clock, gateway, second).run_once()
    assert read(database, message_id).gateway == "second"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ("?orig_msg?dlr_mask=27&?smpp?dlr_err=%03%00%01&", "no such number"),
        ("?smpp?dlr_err=%03%00%1B&", "unreachable"),
        ("?smpp?dlr_err=%03%00%0D&", "blocked"),
        ("?smpp?dlr_err=%03%03%E7&", "network fault"),
        ("?smpp?dlr_err=&", "network fault"),
        ("?smpp?dlr_err=%zz%zz%zz&", "network fault"),
        ("", "network fault"),
    ],
)
def test_the_networks_error_becomes_a_reason(facts: str, why: str) -> None:
    assert reason(facts) == why


@pytest.mark.parametrize(
    "addresses",
    ["", "esms=https://a:b@host/", "kannel=http://sms.example/", "kannel=http://a:b@sms.example/", "kannel=x"],
)
def test_an_address_that_is_missing_or_would_show_codes_on_the_way_is_refused(addresses: str) -> None:
    with pytest.raises(SettingsError, match="ONBOARDING_SMS_ADDRESSES") as refused:
        GATEWAYS["kannel"](Settings(sms_addresses=addresses))
    assert "a:b" not in str(refused.value)
