"""From the outbox through a message centre to the report in the row, whoever gets the report and whenever."""

import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from onboarding.db import Database
from onboarding.sms import smpp_link
from onboarding.sms.gateways import smpp
from tests.clock import MovableClock
from tests.machine.message_centre import PATIENCE, Arrived, Centre
from tests.sms.promises import CODE, TEXTS, promise, read
from tests.sms.smpp import running

DONE, LATER = 0, 0x64


@pytest.fixture
def centre() -> Iterator[Centre]:
    with Centre() as centre:
        yield centre


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smpp, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(smpp_link, "TICK", 0.02)
    monkeypatch.setattr(smpp_link, "RETRY", 0.1)


def wait_for(database: Database, message_id: UUID, state: str) -> None:
    until = time.monotonic() + PATIENCE
    while (message := read(database, message_id)).state != state:
        assert time.monotonic() < until, (message.state, message.reason)
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("end", "state", "reason"),
    [
        ("101", "delivered", None),
        ("000", "failed", "no such number"),
        ("001", "failed", "unreachable"),
        ("002", "failed", "no such number"),
        ("003", "sent", None),
        ("004", "unknown", "no answer"),
        ("005", "delivered", None),
        ("006", "waiting", "throttled"),
        ("007", "unknown", "no answer"),
        ("008", "waiting", "status 69"),
        ("009", "delivered", None),
        ("010", "sent", None),
        ("011", "unknown", "unreadable answer"),
    ],
)
def test_what_the_centre_makes_of_a_message_is_what_its_row_says(
    database: Database, clock: MovableClock, centre: Centre, monkeypatch: pytest.MonkeyPatch,
    end: str, state: str, reason: str | None,
) -> None:  # fmt: skip
    monkeypatch.setattr(smpp_link, "ANSWER", 2.0)
    monkeypatch.setattr(smpp_link, "RETRY", 0.4)
    message_id = promise(database, clock, f"+84900000{end}")
    with running(database, clock, centre):
        wait_for(database, message_id, state)
        centre.wait(lambda _: read(database, message_id).reason == reason)
    message = read(database, message_id)
    assert message.gateway in ("smpp", None)
    assert (message.text_sealed is None) == (state != "waiting")


def test_a_receipt_counts_whichever_dispatcher_hears_it(
    database: Database, clock: MovableClock, centre: Centre
) -> None:
    with running(database, clock, centre):
        message_id = promise(database, clock, "+84900000003")
        wait_for(database, message_id, "sent")
        with running(database, clock, centre):
            centre.wait(lambda centre: len(centre.binds) == 2)
            centre.tell(centre.arrived[0], "1")
            wait_for(database, message_id, "delivered")


def test_a_receipt_counts_after_a_restart_before_any_message_is_sent(
    database: Database, clock: MovableClock, centre: Centre
) -> None:
    message_id = promise(database, clock, "+84900000003")
    with running(database, clock, centre):
        wait_for(database, message_id, "sent")
    with running(database, clock, centre):
        centre.wait(lambda centre: len(centre.binds) == 2)
        centre.tell(centre.arrived[0], "1")
        wait_for(database, message_id, "delivered")


def test_an_id_that_the_centre_gives_twice_is_the_newer_message(
    database: Database, clock: MovableClock, centre: Centre
) -> None:
    messages = []
    with running(database, clock, centre):
        for _ in range(2):
            messages.append(promise(database, clock, "+84900000003"))
            wait_for(database, messages[-1], "sent")
            told = centre.arrived.pop()
            clock.advance(days=30)
        centre.tell(told, "1")
        wait_for(database, messages[1], "delivered")
    assert read(database, messages[0]).state == "sent"


def test_a_receipt_of_nobody_s_is_asked_for_again_later_and_changes_nothing(
    database: Database, clock: MovableClock, centre: Centre
) -> None:
    with running(database, clock, centre):
        message_id = promise(database, clock, "+84900000003")
        wait_for(database, message_id, "sent")
        centre.tell(Arrived("DVC-TINH", "84900000101", TEXTS.sign_in_code(CODE)), "999")
        centre.wait(lambda centre: centre.acknowledged == [LATER])
    assert read(database, message_id).state == "sent"


def test_a_receipt_that_comes_while_the_database_is_away_is_asked_for_again_later(
    database: Database, clock: MovableClock, centre: Centre
) -> None:
    def rename(old: str, new: str) -> None:
        with database.transaction() as db:
            db.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    with running(database, clock, centre):
        message_id = promise(database, clock, "+84900000003")
        wait_for(database, message_id, "sent")
        rename("messages", "elsewhere")
        centre.tell(centre.arrived[0], "1")
        centre.wait(lambda centre: centre.acknowledged == [LATER])
        rename("elsewhere", "messages")
        centre.tell(centre.arrived[0], "1")
        wait_for(database, message_id, "delivered")
    assert centre.acknowledged == [LATER, DONE]


@pytest.mark.parametrize("end", ["004", "007"])
def test_A32_a_message_whose_answer_was_lost_goes_out_once(
    database: Database, clock: MovableClock, centre: Centre, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(smpp_link, "ANSWER", 0.5)
    with running(database, clock, centre):
        lost = promise(database, clock, f"+84900000{end}")
        wait_for(database, lost, "unknown")
        centre.cut()
        centre.wait(lambda centre: len(centre.binds) >= 2)
        for _ in range(3):
            clock.advance(seconds=100)
            wait_for(database, promise(database, clock, "+84900000101"), "delivered")
    assert [arrived.to[-3:] for arrived in centre.arrived] == [end, "101", "101", "101"]
