"""Many messages under way at once: faster, and every promise kept."""

from collections import Counter
from collections.abc import Callable
from threading import Barrier, Event, Thread
from uuid import UUID

import pytest
from sqlalchemy import event, text

from onboarding.db import Database
from onboarding.sms.breakers import FAILURES, PAUSE
from onboarding.sms.dispatcher import Dispatcher
from onboarding.sms.gateway import GatewayBusy
from tests.clock import MovableClock
from tests.sms.gateways import Telephone, busy
from tests.sms.promises import promise, read
from tests.sms.test_dispatcher import Rounds

PATIENCE = 20  # seconds


class Together(Telephone):
    """Takes a message only while it is handed so many at once."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._barrier = Barrier(lines, timeout=PATIENCE)

    def send(self, message_id: UUID, to: str, text: str) -> None:
        self._barrier.wait()
        super().send(message_id, to, text)


def test_as_many_as_there_are_lines_are_under_way_at_once_and_each_goes_out_once(
    database: Database, clock: MovableClock
) -> None:
    promised = {promise(database, clock) for _ in range(80)}
    dispatcher = Dispatcher(database, clock, telephone := Together(10), lines=10)
    while dispatcher.run_once():
        pass
    assert Counter(message_id for message_id, _, _ in telephone.taken) == dict.fromkeys(promised, 1)
    assert {read(database, message_id).state for message_id in promised} == {"sent"}


def test_one_that_hangs_holds_up_no_other(database: Database, clock: MovableClock) -> None:
    released = Event()

    class Hanging(Telephone):
        """Holds its first message until it is released."""

        def send(self, message_id: UUID, to: str, text: str) -> None:
            if message_id == first:
                assert released.wait(PATIENCE)
            super().send(message_id, to, text)

    first = promise(database, clock)
    clock.advance(seconds=1)
    others = {promise(database, clock) for _ in range(60)}
    telephone, stop = Hanging(), Event()
    thread = Thread(target=Dispatcher(database, clock, telephone, lines=4).run, args=(stop,))
    thread.start()
    for _ in range(PATIENCE * 100):
        if len(telephone.taken) == 60 or stop.wait(0.01):
            break
    assert {message_id for message_id, _, _ in telephone.taken} == others
    stop.set()
    released.set()
    thread.join()
    assert read(database, first).state == "sent", "who is told to stop ends what is under way"


def test_a_gateway_on_trial_is_asked_by_one_message_only(database: Database, clock: MovableClock) -> None:
    rest = Event()

    class OnTrial(Telephone):
        """Fails, and on trial only once all others have gone elsewhere."""

        def send(self, message_id: UUID, to: str, text: str) -> None:
            if len(self.asked) >= FAILURES:
                rest.wait(2)
            super().send(message_id, to, text)

    class Elsewhere(Telephone):
        def send(self, message_id: UUID, to: str, text: str) -> None:
            super().send(message_id, to, text)
            if len(self.taken) == FAILURES + 7:
                rest.set()

    first, second = OnTrial(*(busy() for _ in range(FAILURES + 1)), name="first"), Elsewhere(name="second")
    dispatcher = Dispatcher(database, clock, first, second, lines=8)
    for _ in range(FAILURES):
        promise(database, clock)
    dispatcher.run_once()
    assert len(first.asked) == FAILURES
    clock.advance(seconds=PAUSE.total_seconds())
    for _ in range(8):
        promise(database, clock)
    dispatcher.run_once()
    assert len(first.asked) == FAILURES + 1
    assert len(second.taken) == FAILURES + 8


def test_a_gateway_that_is_busy_is_not_left_alone(database: Database, clock: MovableClock) -> None:
    first = Telephone(*(GatewayBusy("throttled") for _ in range(3 * FAILURES)), name="first")
    second = Telephone(name="second")
    dispatcher = Dispatcher(database, clock, first, second)
    for _ in range(3 * FAILURES + 1):
        promise(database, clock)
    while dispatcher.run_once():
        pass
    assert (len(first.taken), len(second.taken)) == (1, 3 * FAILURES), "what it has no room for goes elsewhere"


def test_what_the_database_could_not_note_is_noted_when_it_is_back_and_sent_once(
    database: Database, clock: MovableClock
) -> None:
    def rename(old: str, new: str) -> Callable[[], None]:
        def done() -> None:
            with database.transaction() as db:
                db.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

        return done

    class Unlucky(Telephone):
        """Loses the database after its message was taken."""

        def send(self, message_id: UUID, to: str, text: str) -> None:
            super().send(message_id, to, text)
            if len(self.taken) == 1:
                rename("messages", "elsewhere")()

    message_id, telephone = promise(database, clock), Unlucky(tells_repeats=False)
    rounds = Rounds(
        lambda: None, lambda: clock.advance(seconds=100), rename("elsewhere", "messages"), lambda: None
    )
    Dispatcher(database, clock, telephone, lines=4).run(rounds)
    assert len(telephone.taken) == 1
    assert read(database, message_id).state == "sent"


@pytest.mark.parametrize("lines", [1, 8])
def test_a_look_that_finds_nothing_writes_nothing(database: Database, clock: MovableClock, lines: int) -> None:
    promise(database, clock)
    dispatcher = Dispatcher(database, clock, Telephone(), lines=lines)
    dispatcher.run_once()
    statements: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(*asked: object) -> None:
        statements.append(str(asked[2]))

    assert dispatcher.run_once() == 0
    looked = [statement.split("\n")[0].split()[0] for statement in statements]
    assert looked in (["SELECT"], ["BEGIN", "SELECT"])
    assert "IMMEDIATE" not in "".join(statements)
