"""Rounds: in each one every program is started afresh, warmed up and measured, and another one comes first."""

import time
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from bench.crowd import Crowd, crowd_at
from bench.programs import KINDS
from bench.servers import Data, Server, started
from bench.walker import Walk

VISITORS = 8  # at once
WARM_UP = 50  # walks of each kind in each start, so that both workers have met every page
SETTLE = 0.5  # seconds for what is still done after an answer, such as noting that a message was sent


@dataclass(frozen=True)
class Sample:
    """One program in one round: CPU milliseconds for each walk, memory in MiB."""

    walks: list[Walk]
    user: float
    system: float
    database: float
    memory: float

    @property
    def cpu(self) -> float:
        return self.user + self.system


Samples = dict[str, list[Sample]]  # by kind of journey, one for each round


def rounds(contestants: dict[str, Data], turns: int, walks: int) -> dict[str, Samples]:
    """The samples of each contestant, by its name."""
    found: dict[str, Samples] = {name: defaultdict(list) for name in contestants}
    names = list(contestants)
    for turn in range(turns):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            with started(contestants[name]) as server, crowd_at(server, contestants[name]) as crowd:
                for kind in KINDS:
                    sample = measured(server, crowd, kind, walks)
                    found[name][kind].append(sample)
                    print(f"round {turn + 1}: {name} {kind} {sample.cpu:.1f} ms of CPU", flush=True)
    return found


def measured(server: Server, crowd: Crowd, kind: str, walks: int) -> Sample:
    """One sample, after a warm-up."""
    crowd.walk([kind] * WARM_UP, VISITORS)
    time.sleep(SETTLE)
    before, database_before = server.cost(), server.database_cost()
    done = crowd.walk([kind] * walks, VISITORS)
    time.sleep(SETTLE)
    spent, database_spent = server.cost() - before, server.database_cost() - database_before
    return Sample(
        walks=done,
        user=each(spent.user, walks),
        system=each(spent.system, walks),
        database=each(database_spent.total, walks),
        memory=server.memory(),
    )


def each(seconds: float, walks: int) -> float:
    return 1000 * seconds / walks


def ratio(ours: list[Sample], theirs: list[Sample]) -> float:
    """How much more CPU one takes than another: the median over the rounds of the ratio within a round."""
    return median(mine.cpu / other.cpu for mine, other in zip(ours, theirs, strict=True))
