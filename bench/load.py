"""How waiting times spread when four fifths of what the program can do is asked of it."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from bench.crowd import crowd_at
from bench.programs import KINDS
from bench.servers import Data, started
from bench.walker import Exchange, Walk

VISITORS = 32  # at once, to find the capacity: enough that some wait for a message while others keep it busy
SHARE = 0.8


@dataclass(frozen=True)
class Load:
    """Journeys a second that the program could do, and the requests under the share of them that was offered."""

    capacity: float
    requests: list[Exchange]
    late: float


def under_load(data: Data, walks: int) -> Load:
    """Measure the capacity with a crowd that leaves no pause, then let visitors come by chance at 80 % of it."""
    with started(data) as server, crowd_at(server, data) as crowd:
        crowd.walk(kinds(walks // 5), VISITORS)
        capacity = pace(crowd.walk(kinds(walks), VISITORS))
        came, late = crowd.arrive(kinds(walks * 2), SHARE * capacity)
    return Load(capacity, [exchange for walk in came for exchange in walk.exchanges], late)


def kinds(walks: int) -> Iterator[str]:
    """So many journeys, each kind in turn."""
    return itertools.islice(itertools.cycle(KINDS), walks)


def pace(walks: list[Walk]) -> float:
    """Journeys a second."""
    return len(walks) / (max(walk.ended for walk in walks) - min(walk.began for walk in walks))
