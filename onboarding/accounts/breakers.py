"""Guards of the whole service: the budget for messages (P12), their conversion (P13), guessing at large (P14).

Days are days in Vietnam; windows are quarters of an hour by the clock, the same for everybody.

* P12: at 100 % of the day's budget, or of a prefix's, no code is sent until the next day.
* P13: once a prefix or a block of addresses (/24, /48) has had SAMPLE codes in a window of which fewer than the
  floor were entered, it gets no more until its owners enter theirs or the window ends.
* P14, slow mode: once the window has seen the set number of wrong entries over all accounts, the waits between
  codes are doubled and the codes for one address a minute halved until the window ends. Entries are not slowed:
  each code gives few of them, so fewer codes are fewer guesses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding.accounts import counters, events, limits, numbers
from onboarding.accounts.counters import Change, Count, Held
from onboarding.accounts.limits import Refused
from onboarding.clock import VIETNAM
from onboarding.config import Settings

WINDOW = timedelta(minutes=15)
SAMPLE = 20
KEPT = timedelta(days=1)  # after its end, so that a clock set back finds what it had counted
LEVELS = (50, 80, 100)  # percent of a budget


@dataclass(frozen=True)
class Watch:
    """The rows that guard one request: budgets of the day, conversions and wrong entries of the window."""

    day: str
    prefix_day: str
    prefix: str
    block: str
    wrong: str
    day_ends: datetime
    window_ends: datetime

    @classmethod
    def of(cls, db: Session, now: datetime, number: str, address: str) -> "Watch":
        """The guards of a number and an address at this time."""
        day = (now + VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
        window = int(now.timestamp() // WINDOW.total_seconds())
        prefix = numbers.prefix(number)
        return cls(
            day=f"shared/day/{day:%F}",
            prefix_day=f"shared/prefix-day/{day:%F}/{prefix}",
            prefix=f"shared/prefix/{window}/{prefix}",
            block="shared/" + counters.each(db, "block", f"{window}|{limits.block(address)}"),
            wrong=f"shared/wrong/{window}",
            day_ends=day - VIETNAM + timedelta(days=1),
            window_ends=counters.at((window + 1) * WINDOW.total_seconds()),
        )

    @property
    def keys(self) -> list[str]:
        """All rows that a request for a code holds."""
        return [self.day, self.prefix_day, self.prefix, self.block, self.wrong]

    def slow(self, settings: Settings, held: Held) -> bool:
        """Whether slow mode is on (P14)."""
        return held[self.wrong].count >= settings.slow_mode_failures

    def refusal(self, settings: Settings, held: Held) -> Refused | None:
        """Why no code is sent now, if a breaker is open."""
        if any(held[key].count >= most for key, most in self.budgets(settings).items()):
            return Refused("budget", self.day_ends)
        return Refused("budget", self.window_ends) if self.pumped(settings, held) else None

    def budgets(self, settings: Settings) -> dict[str, int]:
        """Messages a day, by the row that counts them."""
        return {self.day: settings.sms_daily_budget, self.prefix_day: settings.sms_prefix_budget}

    def pumped(self, settings: Settings, held: Held) -> list[str]:
        """The rows whose codes are not entered as often as those of people who read them."""
        return [key for key in (self.prefix, self.block) if unread(held[key], settings.sms_conversion_floor)]

    def sent(self) -> list[Change]:
        """A code is sent."""
        window = [self.change(key, self.window_ends, count=1) for key in (self.prefix, self.block)]
        return window + [self.change(key, self.day_ends, count=1) for key in (self.day, self.prefix_day)]

    def accepted(self) -> list[Change]:
        """A code was entered."""
        return [self.change(key, self.window_ends, accepted=1) for key in (self.prefix, self.block)]

    def guessed(self) -> list[Change]:
        """A wrong code was entered."""
        return [self.change(self.wrong, self.window_ends, count=1)]

    def kept_back(self, settings: Settings, held: Held, refused: Refused) -> list[Change]:
        """A breaker of P13 kept a code back: a row of its own tells whether it is the first one in this window."""
        pumped = self.pumped(settings, held) if refused.reason == "budget" else []
        return [self.change(told(key), self.window_ends, count=1) for key in pumped]

    @staticmethod
    def change(key: str, ends: datetime, count: int = 0, accepted: int = 0) -> Change:
        """Something counted in a row that matters until `ends`."""
        return Change(key, ends + KEPT, count=count, accepted=accepted)

    def sound(self, db: Session, now: datetime, settings: Settings, written: Iterable[Count]) -> None:
        """Record an alarm for each row that has just reached one of its marks; every mark is reached once."""
        marks = self.marks(settings)
        for row in written:
            for name, level in marks.get((row.key, row.count), ()):
                events.record(db, now, "alarm", name=name, level=level)

    def marks(self, settings: Settings) -> dict[tuple[str, int], list[tuple[str, int]]]:
        """Counts at which an alarm sounds, with its name and level."""
        prefix = self.prefix.rpartition("/")[2]
        names = {self.day: "messages of the day", self.prefix_day: f"messages of the day to {prefix}"}
        marks: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for key, most in self.budgets(settings).items():
            for level in LEVELS:
                marks.setdefault((key, -(-most * level // 100)), []).append((names[key], level))
        floor = settings.sms_conversion_floor
        marks[told(self.prefix), 1] = [(f"conversion of {prefix}", floor)]
        marks[told(self.block), 1] = [("conversion of a network", floor)]
        marks[self.wrong, settings.slow_mode_failures] = [("wrong entries", 100)]
        return marks


def unread(row: Count, floor: int) -> bool:
    """Whether fewer than `floor` percent of a fair number of codes were entered."""
    return row.count >= SAMPLE and row.accepted * 100 < floor * row.count


def told(key: str) -> str:
    """The row that counts what a breaker of P13 kept back."""
    return f"{key}/kept-back"
