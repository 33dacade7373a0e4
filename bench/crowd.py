"""Many visitors at once: some processes with some threads each walk through a program."""

import itertools
import random
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from bench.programs import PEOPLE
from bench.servers import Data, Server
from bench.walker import Journey, Messages, Walk, Walker

PROCESSES = 4


@dataclass(frozen=True)
class Visit:
    """One visitor to come, at a time on the clock of `time.monotonic`."""

    due: float
    journey: Journey
    person: dict[str, str]


class Crowd:
    """Visitors of one server. None comes twice, because a number gets only so many codes in an hour."""

    def __init__(self, server: Server, data: Data, pool: ProcessPoolExecutor) -> None:
        self._server, self._data, self._pool = server, data, pool
        self._numbers = {kind: itertools.count() for kind in PEOPLE}

    def walk(self, kinds: Iterable[str], at_once: int) -> list[Walk]:
        """One walk of each of these kinds, so many at once; a visitor comes when another one leaves."""
        return self._send([self._visit(kind, 0) for kind in kinds], at_once // PROCESSES)

    def arrive(self, kinds: Iterable[str], rate: float) -> tuple[list[Walk], float]:
        """Visitors who come by chance (Poisson), so many a second, however many are there already.

        Returns their walks and how late the latest began, in seconds: what the measuring machine lacked.
        """
        begin = time.monotonic() + 0.5
        gaps = (random.expovariate(rate) for _ in itertools.count())
        arrivals = zip(kinds, itertools.accumulate(gaps), strict=False)  # gaps never end
        visits = [self._visit(kind, begin + after) for kind, after in arrivals]
        walks = self._send(visits, len(visits))
        due = [visit.due for hand in dealt(visits) for visit in hand]
        return walks, max(walk.began - wanted for walk, wanted in zip(walks, due, strict=True))

    def _visit(self, kind: str, due: float) -> Visit:
        number = next(self._numbers[kind])
        return Visit(due, self._data.program.journeys[kind], PEOPLE[kind](number, self._data.accounts))

    def _send(self, visits: list[Visit], threads: int) -> list[Walk]:
        port, messages = self._server.port, self._server.messages
        going = [self._pool.submit(walk_all, hand, threads, port, messages) for hand in dealt(visits)]
        return [walk for each in going for walk in each.result()]


def dealt(visits: list[Visit]) -> list[list[Visit]]:
    """The visits in one hand for each process."""
    return [visits[first::PROCESSES] for first in range(PROCESSES)]


@contextmanager
def crowd_at(server: Server, data: Data) -> Iterator[Crowd]:
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        yield Crowd(server, data, pool)


def walk_all(visits: list[Visit], threads: int, port: int, messages: Path) -> list[Walk]:
    """Walk each visit when it is due, in at most so many threads."""
    with ThreadPoolExecutor(threads) as pool:
        inbox, walks = Messages(messages), []
        for visit in visits:
            time.sleep(max(0.0, visit.due - time.monotonic()))
            walks.append(pool.submit(Walker(port).walk, visit.journey, visit.person, inbox))
        return [walk.result() for walk in walks]
