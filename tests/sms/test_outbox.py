from contextlib import suppress
from uuid import uuid4

from onboarding.db import Database
from onboarding.sms import outbox
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.gateway import GatewayRefused
from onboarding.sms.states import REASONS, STATES
from tests.clock import MovableClock
from tests.sms.gateways import Telephone
from tests.sms.promises import CODE, LIFE, NUMBER, TEXTS, promise, read


def test_a_promise_is_kept_with_the_very_text(database: Database, clock: MovableClock) -> None:
    telephone = Telephone()
    message_id = promise(database, clock)
    assert Dispatcher(database, clock, telephone).run_once() == 1
    assert telephone.taken == [(message_id, NUMBER, TEXTS.sign_in_code(CODE))]


def test_a_promise_that_was_rolled_back_is_none(database: Database, clock: MovableClock) -> None:
    telephone = Telephone()
    with suppress(ZeroDivisionError), database.transaction() as db:
        outbox.promise(db, clock.now(), NUMBER, TEXTS.welcome(), "welcome", clock.now() + LIFE)
        db.flush()
        raise ZeroDivisionError
    assert Dispatcher(database, clock, telephone).run_once() == 0
    assert telephone.asked == []


def test_a_message_is_found_by_its_number_without_showing_it(database: Database, clock: MovableClock) -> None:
    message = read(database, promise(database, clock))
    assert message.number_index == database.keyring.index("phone_numbers.number", NUMBER)
    assert message.prefix == "+8490"
    assert message.state == "waiting"


def test_the_code_page_tells_the_state_of_the_newest_message(database: Database, clock: MovableClock) -> None:
    flow, other = uuid4(), uuid4()
    promise(database, clock, flow_id=flow)
    Dispatcher(database, clock, Telephone()).run_once()
    with database.transaction(write=False) as db:
        assert outbox.latest(db, flow) == ("sent", STATES["sent"])
    clock.advance(seconds=30)
    promise(database, clock, flow_id=flow)
    with database.transaction(write=False) as db:
        assert outbox.latest(db, flow) == ("waiting", STATES["waiting"])
        assert outbox.latest(db, other) is None


def test_states_are_told_by_id(database: Database, clock: MovableClock) -> None:
    sent = promise(database, clock)
    Dispatcher(database, clock, Telephone()).run_once()
    waiting = promise(database, clock)
    with database.transaction(write=False) as db:
        assert outbox.states(db, [sent, waiting, uuid4()]) == {sent: "sent", waiting: "waiting"}
        assert outbox.states(db, []) == {}


def test_the_code_page_tells_why_a_message_failed(database: Database, clock: MovableClock) -> None:
    flow, refused = uuid4(), GatewayRefused("blocked", final=True)
    promise(database, clock, flow_id=flow)
    Dispatcher(database, clock, Telephone(refused)).run_once()
    with database.transaction(write=False) as db:
        assert outbox.latest(db, flow) == ("failed", REASONS["blocked"])
