"""What every gateway promises the dispatcher, whatever it speaks, shown on what stands behind it."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from onboarding.sms import line, smpp_link
from onboarding.sms.gateway import LINES, GatewayRefused, OutcomeUnknown
from onboarding.sms.gateways import GATEWAYS, smpp
from onboarding.sms.states import REASONS
from tests.machine.message_centre import PATIENCE
from tests.sms.promises import CODE
from tests.sms.providers import DESCRIPTIONS, TEXT, Provider, nobody, provider

NAMES = sorted(GATEWAYS.keys() - {"file", "sandbox"})  # those write files; tests of their own show them
NO_NUMBER_IS_HOPELESS = {"vnpt"}  # its documents name no code for that

Outcome = GatewayRefused | OutcomeUnknown | None


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def behind(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """What stands behind a gateway that waits no more than a second for it."""
    monkeypatch.setattr(line, "READ", 1.0)
    monkeypatch.setattr(smpp_link, "ANSWER", 1.0)
    monkeypatch.setattr(smpp, "FIRST_PAUSE", 0.01)
    with provider(name) as behind:
        yield behind


def send(behind: Provider, what: str) -> Outcome:
    """How a send ends that the other side meets so."""
    try:
        behind.gateway.send(uuid4(), behind.behave(what), TEXT)
    except (GatewayRefused, OutcomeUnknown) as outcome:
        return outcome
    return None


def test_what_is_taken_is_taken(behind: Provider) -> None:
    assert send(behind, "takes") is None
    assert behind.asked() == 1


def test_many_at_once_are_each_taken_once(behind: Provider) -> None:
    with ThreadPoolExecutor(LINES) as lines:
        outcomes = list(lines.map(lambda _: send(behind, "takes"), range(2 * LINES)))
    assert outcomes == [None] * 2 * LINES
    assert behind.asked() == 2 * LINES


def test_what_is_refused_may_go_to_another_gateway(behind: Provider) -> None:
    outcome = send(behind, "refuses")
    assert isinstance(outcome, GatewayRefused)
    assert not outcome.final


def test_what_is_refused_for_good_ends_for_a_reason_that_citizens_read(name: str, behind: Provider) -> None:
    outcome = send(behind, "refuses for good")
    assert isinstance(outcome, GatewayRefused)
    assert outcome.final == (name not in NO_NUMBER_IS_HOPELESS)
    assert (outcome.reason in REASONS) == outcome.final


def test_where_nobody_listens_another_gateway_may_be_asked(name: str) -> None:
    with nobody(name) as gateway, pytest.raises(GatewayRefused) as refused:
        gateway.send(uuid4(), "+84907654101", TEXT)
    assert not refused.value.final


@pytest.mark.parametrize("what", ["is silent", "cuts off", "cannot be read"])
def test_what_may_have_been_taken_is_not_called_refused_and_not_sent_again(behind: Provider, what: str) -> None:
    assert isinstance(send(behind, what), OutcomeUnknown)
    assert behind.asked() == 1


def test_after_any_of_these_the_next_message_goes_out(behind: Provider) -> None:
    for what in ("refuses", "refuses for good", "cannot be read", "cuts off"):
        send(behind, what)
    until = time.monotonic() + PATIENCE
    while send(behind, "takes") is not None:  # a connection that was cut is on its way back
        assert time.monotonic() < until


def test_no_reason_and_no_log_holds_anything_personal(behind: Provider, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "onboarding"):
        outcomes = [send(behind, what) for what in ("takes", "refuses", "refuses for good", "cannot be read")]
    told = caplog.text + "".join(outcome.reason for outcome in outcomes if outcome is not None)
    assert CODE not in told
    assert "7654" not in told


def test_every_gateway_that_speaks_http_is_described() -> None:
    assert DESCRIPTIONS.keys() | {"smpp"} == set(NAMES)
