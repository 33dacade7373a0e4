"""Wrong entries and what follows: timed locks by budget, and the hard stop of a number (P15, P16, P18, P19).

A number has one budget for each known browser and one that all others share, so that a stranger's wrong entries
never lock the owner out. Failures are consecutive: only success clears them, time does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from onboarding.accounts import counters
from onboarding.accounts.counters import Change, Held
from onboarding.accounts.limits import Refused
from onboarding.config import Settings


@dataclass(frozen=True)
class Budget:
    """The rows in which failures are counted: `own` those of the budget, `all` those of the number.

    Whoever holds the number's row keeps every other entry for it waiting: one entry at a time is judged.
    """

    own: str
    all: str
    known: bool
    settings: Settings

    @classmethod
    def of(cls, db: Session, settings: Settings, number: str, browser: UUID | None) -> "Budget":
        """The budget of a known browser, or the one that all others share."""
        own = counters.each(db, "lock", f"{number}|{browser or 'unknown'}")
        return cls(own, counters.each(db, "failures", number), browser is not None, settings)

    def closed(self, held: Held) -> bool:
        """Whether the hard stop is reached, for this budget or for the number."""
        to_unknown = not self.known and held[self.own].count >= self.settings.closed_to_unknown
        return to_unknown or held[self.all].count >= self.settings.closed

    def locked_until(self, now: datetime, held: Held) -> datetime | None:
        """The end of the timed lock; None where there is none. A clock set back only makes it longer."""
        until = held[self.own].until
        return until if until is not None and until > now else None

    def refusal(self, now: datetime, held: Held) -> Refused | None:
        """Why this budget gets no code and no entry now (rules R10, R11)."""
        if self.closed(held):
            return Refused("closed", now)
        until = self.locked_until(now, held)
        return Refused("locked", until) if until else None

    def count(self, now: datetime, held: Held) -> list[Change]:
        """One failure more, with the lock that every fifth one brings."""
        until = lock_end(now, self.settings, held[self.own].count + 1)
        return [Change(self.own, None, count=1, until=until), Change(self.all, None, count=1)]

    def uncount(self, now: datetime, held: Held) -> list[Change]:
        """Take back what `count` did to `held`: there was no live code that the entry could have been for."""
        before = held[self.own]
        ends = [None if held[key].count else now for key in (self.own, self.all)]
        own = Change(self.own, ends[0], count=-1, until=before.until)
        return [own, Change(self.all, ends[1], count=-1)]

    def clear(self, now: datetime, held: Held) -> list[Change]:
        """After success: no failure in this budget nor in the number's sum; other budgets keep theirs (P19).

        `held` is what stands after `count`.
        """
        return [Change(key, now, count=-held[key].count) for key in (self.own, self.all)]

    def left(self, held: Held) -> int:
        """Failures that bring the next lock."""
        return self.settings.lock_failures - held[self.own].count % self.settings.lock_failures


def lock_end(now: datetime, settings: Settings, failures: int) -> datetime | None:
    """The end of the lock that begins with this failure, if one does."""
    return None if failures % settings.lock_failures else now + lock_length(settings, failures)


def lock_length(settings: Settings, failures: int) -> timedelta:
    """How long the lock is that so many failures have brought."""
    nth = min(failures // settings.lock_failures, len(settings.lock_minutes))
    return timedelta(minutes=settings.lock_minutes[nth - 1])


@dataclass(frozen=True)
class Lock:
    """A lock that stands: `closed` or `locked` with its end, for one known browser or for all unknown ones.

    `failures` have brought it, the last of them at `since`, which is not known of a closed number.
    """

    reason: str
    known: bool
    until: datetime
    failures: int
    since: datetime | None


def budgets(db: Session, settings: Settings, number: str, browsers: Iterable[UUID]) -> list[Budget]:
    """Every budget of a number: that of all unknown browsers first, then those of its known ones."""
    return [Budget.of(db, settings, number, browser) for browser in (None, *browsers)]


def standing(db: Session, now: datetime, settings: Settings, number: str, browsers: Iterable[UUID]) -> list[Lock]:
    """The locks of a number, for whoever helps its owner."""
    found = budgets(db, settings, number, browsers)
    held = counters.read(db, [key for budget in found for key in (budget.own, budget.all)])
    refusals = [(budget, refused) for budget in found if (refused := budget.refusal(now, held))]
    return [told(settings, budget, refused, held) for budget, refused in refusals]


def told(settings: Settings, budget: Budget, refused: Refused, held: Held) -> Lock:
    """A lock with what has brought it."""
    if refused.reason == "closed":
        return Lock("closed", budget.known, refused.until, held[budget.all].count, None)
    failures = held[budget.own].count
    since = refused.until - lock_length(settings, failures)
    return Lock(refused.reason, budget.known, refused.until, failures, since)


def lift(db: Session, now: datetime, settings: Settings, number: str, browsers: Iterable[UUID]) -> int:
    """End the timed locks of a number; returns how many. What was counted stays: the hard stop comes no later."""
    found = budgets(db, settings, number, browsers)
    held = counters.hold(db, now, [budget.own for budget in found])
    locked = [budget.own for budget in found if budget.locked_until(now, held)]
    counters.write(db, [Change(key, None) for key in locked])
    return len(locked)


def reopen(db: Session, now: datetime, settings: Settings, number: str, browsers: Iterable[UUID]) -> None:
    """Forget every failure of a number, its hard stop with it: only after two people have made sure (P31)."""
    found = budgets(db, settings, number, browsers)
    keys = {key for budget in found for key in (budget.own, budget.all)}
    held = counters.hold(db, now, keys)
    counters.write(db, [Change(key, now, count=-held[key].count) for key in keys])
