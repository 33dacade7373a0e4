import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest

from onboarding.config import Settings
from onboarding.db import Database
from onboarding.sms import claims
from onboarding.sms.dispatcher import Dispatcher
from tests.clock import MovableClock
from tests.sms.gateways import Telephone, no_answer
from tests.sms.promises import promise, read

ROOT = Path(__file__).parents[2]


def take(database: Database, clock: MovableClock, limit: int = 10) -> list[claims.Claim]:
    with database.transaction() as db:
        return claims.claim(db, clock.now(), limit, "telephone")


@pytest.mark.parametrize("again", range(3))
def test_two_dispatchers_send_each_of_200_messages_once(
    database: Database, clock: MovableClock, again: int
) -> None:
    promised = {promise(database, clock, f"+8490{again}{number:06}") for number in range(200)}
    telephone, start = Telephone(), Barrier(2)

    def work() -> None:
        dispatcher = Dispatcher(database, clock, telephone)
        start.wait()
        while dispatcher.run_once():
            pass

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # One that found all the rest locked may have left early; what was left then is the other's.
    assert Counter(message_id for message_id, _, _ in telephone.taken) == dict.fromkeys(promised, 1)


def test_a_claim_keeps_others_off_until_it_lapses(database: Database, clock: MovableClock) -> None:
    message_id = promise(database, clock)
    assert [claim.id for claim in take(database, clock)] == [message_id]
    clock.advance(seconds=59.9)
    assert take(database, clock) == []
    clock.advance(seconds=0.1)
    assert [claim.id for claim in take(database, clock)] == [message_id]


def test_a_claim_takes_no_more_than_its_batch(database: Database, clock: MovableClock) -> None:
    for _ in range(5):
        promise(database, clock)
        clock.advance(seconds=1)
    assert [len(take(database, clock, 3)) for _ in range(3)] == [3, 2, 0]


def test_who_comes_back_after_its_claim_has_lapsed_changes_nothing(
    database: Database, clock: MovableClock
) -> None:
    message_id = promise(database, clock)
    (late,) = take(database, clock)
    clock.advance(seconds=60)
    Dispatcher(database, clock, Telephone()).run_once()
    with database.transaction() as db:
        claims.mark_failed(db, late, "telephone", "busy")
    assert read(database, message_id).state == "sent"


def test_a_gateway_that_may_have_it_stays_the_only_one_whoever_claims_it(
    database: Database, clock: MovableClock
) -> None:
    promise(database, clock)
    (claim,) = take(database, clock)
    with database.transaction() as db:
        claims.postpone(db, clock.now(), claim, "second choice", "no answer")
    for _ in range(2):
        clock.advance(seconds=60)
        (claim,) = take(database, clock)
        assert (claim.held_by, claim.noted) == ("second choice", "second choice")


def test_dead_messages_keep_no_live_one_waiting(database: Database, clock: MovableClock) -> None:
    for _ in range(20):
        promise(database, clock, life=timedelta(seconds=30))
    clock.advance(seconds=30)
    live = promise(database, clock)
    assert [claim.id for claim in take(database, clock)] == [live]
    assert read(database, live).state == "waiting"


@pytest.mark.parametrize(("seconds", "life"), [(50, 600), (40, 40)])
def test_nothing_is_sent_once_its_claim_or_its_code_may_end_first(
    database: Database, clock: MovableClock, seconds: int, life: int
) -> None:
    class Slow(Telephone):
        """Takes so long over its first message that the second had better be left."""

        def send(self, message_id: UUID, to: str, text: str) -> None:
            super().send(message_id, to, text)
            clock.advance(seconds=seconds)

    slow = Slow()
    promise(database, clock, life=timedelta(seconds=life))
    promise(database, clock, life=timedelta(seconds=life))
    assert Dispatcher(database, clock, slow).run_once() == 2
    assert len(slow.taken) == 1


def test_a_claim_shows_nobody_what_it_holds(database: Database, clock: MovableClock) -> None:
    promise(database, clock)
    (claim,) = take(database, clock)
    assert claim.to not in repr(claim)
    assert claim.text not in repr(claim)


def test_after_kill_9_between_claim_and_send_another_sends_it(
    database: Database, clock: MovableClock, settings: Settings
) -> None:
    message_id = promise(database, clock)
    keys = {"DATA_KEYS": settings.data_keys, "INDEX_KEY": settings.index_key, "URL": settings.database_url}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.sms.held_dispatcher"],
        cwd=ROOT,
        env=os.environ | keys,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        about_to_send = process.stdout.readline().decode().strip()
        process.kill()
    assert about_to_send == str(message_id)

    telephone = Telephone(name="held")
    assert Dispatcher(database, clock, telephone).run_once() == 0
    clock.advance(seconds=60)
    assert Dispatcher(database, clock, telephone).run_once() == 1
    assert [sent for sent, _, _ in telephone.taken] == [message_id]
    assert read(database, message_id).state == "sent"


def test_a_gateway_that_took_it_and_did_not_answer_gets_the_same_again(
    database: Database, clock: MovableClock
) -> None:
    class Silent(Telephone):
        def send(self, message_id: UUID, to: str, text: str) -> None:
            super().send(message_id, to, text)
            if len(self.taken) == 1:
                raise no_answer()

    silent = Silent()
    promise(database, clock)
    Dispatcher(database, clock, silent).run_once()
    clock.advance(seconds=1)
    Dispatcher(database, clock, silent).run_once()
    first, second = silent.taken
    assert first == second
