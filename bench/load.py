"""How waiting times spread when four fifths of what the program can do is asked of it."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from bench.crowd import crowd_at
from bench.programs import KINDS
from bench.servers import Data, cost_of, started
from bench.walker import Exchange, Walk

VISITORS = 32  # at once, to find the capacity: enough that some wait for a message while others keep it busy
SHARE = 0.8


@dataclass(frozen=True)
class Load:
    """Journeys a second that the program could do, and the requests under the share of them that was offered.

    `late` is by how many seconds the latest visitor began too late, `others` the share of all cores that went to
    programs which are no part of this: both should be near nothing, else the waiting times are not the program's.
    """

    capacity: float
    requests: list[Exchange]
    late: float
    others: float


def under_load(data: Data, walks: int, seconds: int) -> Load:
    """Measure the capacity with a crowd that leaves no pause, then let visitors come by chance at 80 % of it."""
    with started(data) as server, crowd_at(server, data) as crowd:
        crowd.walk(kinds(walks // 2), VISITORS)
        capacity = pace(crowd.walk(kinds(walks * 2), VISITORS))
        began, before = time.monotonic(), used_by_others()
        came, late = crowd.arrive(kinds(int(SHARE * capacity * seconds)), SHARE * capacity)
        cores = psutil.cpu_count() * (time.monotonic() - began)
        others = (used_by_others() - before) / cores
    return Load(capacity, [exchange for walk in came for exchange in walk.exchanges], late, others)


def kinds(walks: int) -> Iterator[str]:
    """So many journeys, each kind in turn."""
    return itertools.islice(itertools.cycle(KINDS), walks)


def pace(walks: list[Walk]) -> float:
    """Journeys a second: when the last visitor came, all but those who were there at once had left."""
    began = [walk.began for walk in walks]
    return (len(walks) - VISITORS) / (max(began) - min(began))


def used_by_others() -> float:
    """CPU seconds of the whole machine that are not this program's or its children's."""
    machine = psutil.cpu_times()
    return sum(machine[:8]) - machine.idle - machine.iowait - cost_of(psutil.Process()).total
