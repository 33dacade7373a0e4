"""Fifty at once: a code works once, every guess counts, no limit gives way, nobody waits for ever (rule R51)."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from onboarding.accounts.codes import Flow, Sent
from onboarding.accounts.counters import Counter as Row
from onboarding.accounts.one_time import Code
from onboarding.db import Database
from tests.accounts.desk import Desk

AT_ONCE = 50
ROUNDS = 20
Together = Callable[[Callable[[int], Any]], list[Any]]


@pytest.fixture
def together() -> Iterator[Together]:
    """Runs something fifty times at the same moment; who finds no free connection comes back, as on a 503."""
    start = Barrier(AT_ONCE)

    def run(work: Callable[[int], Any], n: int) -> Any:
        start.wait()
        while True:
            try:
                return work(n)
            except PoolTimeout:
                continue

    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield lambda work: list(threads.map(lambda n: run(work, n), range(AT_ONCE)))


@pytest.fixture(autouse=True)
def hurry(database: Database, desk: Desk) -> None:
    """Nothing waits for the disk here, because no power is cut, and the guards of the service see no danger."""

    def relax(connection: Any, _record: Any) -> None:
        if database.engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(database.engine, "connect", relax)
    desk.set(sms_conversion_floor=0, slow_mode_failures=10**6)


def number(n: int) -> str:
    """A number for each round."""
    return f"+8490{n:07d}"


def anywhere(desk: Desk, flow: Flow) -> Flow:
    """The same flow, from an address of its own."""
    return replace(flow, address=desk.address())


def kinds(verdicts: list[Any]) -> Counter[str]:
    """How often each verdict was given."""
    return Counter(verdict.kind for verdict in verdicts)


def codes_sent(answers: list[Any]) -> int:
    """How many requests got a code."""
    return sum(isinstance(answer, Sent) for answer in answers)


def test_one_code_works_once_in_fifty_parallel_uses(desk: Desk, together: Together) -> None:
    for n in range(ROUNDS):
        flow = desk.flow(number(n))
        code = desk.sent(flow)
        verdicts = together(lambda _, flow=flow, code=code: desk.enter(anywhere(desk, flow), code))
        assert kinds(verdicts) == {"accepted": 1, "none": AT_ONCE - 1}


def test_fifty_parallel_guesses_are_five_counted_ones_and_a_lock(desk: Desk, together: Together) -> None:
    for n in range(ROUNDS):
        flow = desk.flow(number(n))
        desk.sent(flow)
        verdicts = together(lambda _, flow=flow: desk.guess(anywhere(desk, flow)))
        assert kinds(verdicts) == {"wrong": 4, "locked": AT_ONCE - 4}
        assert sorted(verdict.left for verdict in verdicts if verdict.kind == "wrong") == [1, 2, 3, 4]
    with desk.database.transaction(write=False) as db:
        assert set(db.scalars(select(Code.failures))) == {5}
        assert set(db.scalars(select(Row.count).where(Row.key.startswith("each/lock/")))) == {5}
        assert db.scalar(select(func.sum(Row.count)).where(Row.key.startswith("shared/wrong/"))) == 5 * ROUNDS


def test_A08_fifty_parallel_clicks_send_one_code(desk: Desk, together: Together) -> None:
    for n in range(ROUNDS):
        flow = desk.flow(number(n))
        assert codes_sent(together(lambda _, flow=flow: desk.send(anywhere(desk, flow)))) == 1


def test_fifty_parallel_requests_for_a_number_get_five_codes(desk: Desk, together: Together) -> None:
    for n in range(ROUNDS):
        assert codes_sent(together(lambda _, n=n: desk.send(desk.flow(number(n))))) == 5
    with desk.database.transaction(write=False) as db:
        assert db.scalar(select(func.sum(Row.count)).where(Row.key.startswith("shared/day/"))) == 5 * ROUNDS


def test_fifty_parallel_requests_from_an_address_get_three_codes(desk: Desk, together: Together) -> None:
    desk.set(ip_posts=1000)
    for _ in range(ROUNDS):
        desk.clock.advance(minutes=1)
        start = desk.clock.now().minute * AT_ONCE
        answers = together(lambda n, start=start: desk.send(desk.flow(number(start + n), address="198.51.100.7")))
        assert codes_sent(answers) == 3


def test_the_last_message_of_the_budget_is_sent_once_and_told_once(desk: Desk, together: Together) -> None:
    for n in range(ROUNDS):
        desk.clock.advance(days=1)
        desk.set(sms_daily_budget=2)
        assert codes_sent(together(lambda m, n=n: desk.send(desk.flow(number(n * AT_ONCE + m))))) == 2
    assert Counter(level for _, level in desk.alarms()) == {50: ROUNDS, 80: ROUNDS, 100: ROUNDS}


def test_requests_and_entries_of_all_sorts_never_wait_for_each_other_in_a_ring(
    desk: Desk, together: Together
) -> None:
    desk.set(ip_posts=10_000, ip_minute_sends=10_000, number_hourly_sends=10_000, number_daily_sends=10_000)
    flows = [desk.flow(number(n), address=f"198.51.100.{n}") for n in range(3)]
    right = [desk.sent(flow) for flow in flows]

    def act(n: int) -> str:
        flow = replace(flows[n % 3], address=f"198.51.100.{n % 4}")
        if n % 5 == 0:
            return desk.enter(flow, right[n % 3]).kind
        return (
            desk.guess(flow).kind
            if n % 5 < 3
            else type(desk.send(desk.flow(flow.number, address=flow.address))).__name__
        )

    for _ in range(5):
        seen = Counter(together(act))
        assert sum(seen.values()) == AT_ONCE
