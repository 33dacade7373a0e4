"""Several gateways: when the next one takes over, and when it must not."""

import pytest

from onboarding.db import Database
from onboarding.sms.breakers import FAILURES, PAUSE
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.gateway import GatewayRefused
from tests.clock import MovableClock
from tests.sms.gateways import Telephone, busy, no_answer, no_such_number
from tests.sms.promises import promise, read


def two(*faults: Exception, tells_repeats: bool = False) -> tuple[Telephone, Telephone]:
    return Telephone(*faults, name="first", tells_repeats=tells_repeats), Telephone(name="second")


def test_what_the_first_gateway_refuses_the_second_takes_at_once(database: Database, clock: MovableClock) -> None:
    first, second = two(busy())
    message_id = promise(database, clock)
    Dispatcher(database, clock, first, second).run_once()
    assert [message for message, _, _ in second.taken] == [message_id]
    assert (read(database, message_id).state, read(database, message_id).gateway) == ("sent", "second")


def test_what_no_gateway_can_deliver_is_offered_to_one_only(database: Database, clock: MovableClock) -> None:
    first, second = two(no_such_number())
    message_id = promise(database, clock)
    Dispatcher(database, clock, first, second).run_once()
    assert second.asked == []
    assert read(database, message_id).state == "failed"


def test_A10_a_message_that_may_have_been_taken_goes_to_no_other_gateway_nor_twice(
    database: Database, clock: MovableClock
) -> None:
    first, second = two(no_answer())
    dispatcher = Dispatcher(database, clock, first, second)
    message_id = promise(database, clock)
    for _ in range(700):
        dispatcher.run_once()
        clock.advance(seconds=1)
    assert len(first.asked) == 1
    assert second.asked == []
    message = read(database, message_id)
    assert (message.state, message.reason, message.text_sealed) == ("unknown", "no answer", None)


def test_A10_a_gateway_that_tells_repeats_gets_the_same_again_and_no_other_does(
    database: Database, clock: MovableClock
) -> None:
    first, second = two(no_answer(), busy(), no_answer(), tells_repeats=True)
    dispatcher = Dispatcher(database, clock, first, second)
    message_id = promise(database, clock)
    for _ in range(20):
        dispatcher.run_once()
        clock.advance(seconds=1)
    assert len(first.asked) == 4
    assert len(set(first.asked)) == 1
    assert second.asked == []
    assert read(database, message_id).state == "sent"


def test_A10_after_a_crash_the_gateway_that_was_asked_is_asked_again(
    database: Database, clock: MovableClock
) -> None:
    class Crash(BaseException):
        """What `kill -9` leaves: no line of ours runs after it."""

    first, second = two(busy())
    message_id = promise(database, clock)
    dying = Telephone(name="second")
    dying.send = lambda *_: (_ for _ in ()).throw(Crash)  # type: ignore[method-assign]
    with pytest.raises(Crash):
        Dispatcher(database, clock, first, dying).run_once()
    clock.advance(seconds=60)
    Dispatcher(database, clock, first, second).run_once()
    assert len(first.asked) == 1
    assert [message for message, _, _ in second.taken] == [message_id]


def test_E2_a_gateway_that_keeps_failing_is_left_alone_and_then_tried_with_one_message(
    database: Database, clock: MovableClock
) -> None:
    first, second = two(*(busy() for _ in range(FAILURES + 1)))
    dispatcher = Dispatcher(database, clock, first, second)
    for _ in range(FAILURES + 3):
        promise(database, clock)
        dispatcher.run_once()
    assert (len(first.asked), len(second.taken)) == (FAILURES, FAILURES + 3)

    clock.advance(seconds=PAUSE.total_seconds())
    for _ in range(3):
        promise(database, clock)
    dispatcher.run_once()
    assert len(first.asked) == FAILURES + 1

    clock.advance(seconds=PAUSE.total_seconds())
    promise(database, clock)
    dispatcher.run_once()
    assert len(first.taken) == 1


def test_E2_while_every_gateway_is_left_alone_messages_wait_untouched(
    database: Database, clock: MovableClock
) -> None:
    only = Telephone(*(busy() for _ in range(FAILURES)))
    dispatcher = Dispatcher(database, clock, only)
    for _ in range(FAILURES):
        promise(database, clock)
    dispatcher.run_once()
    late = promise(database, clock)
    assert dispatcher.run_once() == 0
    assert read(database, late).attempts == 0
    clock.advance(seconds=PAUSE.total_seconds())
    dispatcher.run_once()
    assert len(only.taken) == FAILURES + 1


def test_a_number_that_cannot_be_reached_says_nothing_against_the_gateway(
    database: Database, clock: MovableClock
) -> None:
    first, second = two(*(no_such_number() for _ in range(FAILURES)))
    dispatcher = Dispatcher(database, clock, first, second)
    for _ in range(FAILURES + 1):
        promise(database, clock)
    dispatcher.run_once()
    assert len(first.taken) == 1


def test_a_slow_gateway_is_left_alone_too(database: Database, clock: MovableClock) -> None:
    first, second = two(*(no_answer() for _ in range(FAILURES)))
    dispatcher = Dispatcher(database, clock, first, second)
    for _ in range(FAILURES + 1):
        promise(database, clock)
    dispatcher.run_once()
    assert len(first.asked) == FAILURES
    assert len(second.taken) == 1


def test_what_there_was_no_time_for_may_go_by_any_gateway_at_once(database: Database, clock: MovableClock) -> None:
    class Slow(Telephone):
        def send(self, *message: object) -> None:
            clock.advance(seconds=50)
            raise GatewayRefused("slow", final=False)

    promise(database, clock)
    clock.advance(seconds=1)
    second_message = promise(database, clock)
    Dispatcher(database, clock, Slow(name="first")).run_once()
    message = read(database, second_message)
    assert (message.gateway, message.due_at) == (None, clock.now())


def test_a_gateway_that_left_the_settings_keeps_what_it_may_have(database: Database, clock: MovableClock) -> None:
    first, second = two(no_answer(), tells_repeats=True)
    message_id = promise(database, clock)
    Dispatcher(database, clock, first).run_once()
    clock.advance(seconds=5)
    Dispatcher(database, clock, second).run_once()
    assert second.asked == []
    assert read(database, message_id).gateway == "first"
