"""Proving a phone number: one function sends a code, one judges what was entered, for every purpose (rule R05).

Both give verdicts and raise nothing, because what was counted must be committed (rule R03).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from onboarding.accounts import counters, limits, one_time
from onboarding.accounts.breakers import Watch
from onboarding.accounts.counters import Held
from onboarding.accounts.gates import Flow, Gate
from onboarding.accounts.limits import Refused
from onboarding.accounts.locks import Budget
from onboarding.accounts.one_time import Verdict, forget_old
from onboarding.config import Settings

__all__ = ["Flow", "Refused", "Sent", "Verdict", "enter", "forget_old", "send"]


@dataclass(frozen=True)
class Sent:
    """A code, whose message is to be promised in this transaction, and when another can be asked for."""

    code: str
    expires_at: datetime
    resend_at: datetime

    @property
    def until(self) -> datetime:
        """When another can be asked for, by the name that it has in a refusal."""
        return self.resend_at


def send(db: Session, now: datetime, settings: Settings, flow: Flow) -> Sent | Refused:
    """A fresh code, or why there is none. A refusal spends nothing but the address's post (P09).

    Reasons: `address`, `locked`, `closed`, `wait`, `number-hour`, `number-day`, `budget`. Three statements.
    """
    gate = Gate.of(db, now, settings, flow)
    held = counters.hold(db, now, gate.keys())
    if full := limits.first_full(now, held, [gate.posts]):
        return full
    refused = gate.refusal(now, settings, held)
    costs = gate.watch.kept_back(settings, held, refused) if refused else gate.spent(now, held)
    written = counters.write(db, [*limits.hits(now, held, [gate.posts]), *costs])
    gate.watch.sound(db, now, settings, written.values())
    if refused:
        return refused
    code, expires_at = one_time.issue(db, now, settings, flow)
    return Sent(
        code, expires_at, limits.next_send(settings, written[gate.waits].hits, gate.watch.slow(settings, held))
    )


def enter(db: Session, now: datetime, settings: Settings, flow: Flow, text: str) -> Verdict:
    """Judge what somebody entered as the code. Four statements, two where it is refused untested.

    During a lock nothing is tested or counted (rule R10). What cannot be a code is not counted as a guess.
    """
    posts, budget = limits.posts(db, settings, flow.address), Budget.of(db, settings, flow.number, flow.browser)
    held = counters.hold(db, now, [posts.key, budget.own, budget.all])
    if full := limits.first_full(now, held, [posts]):
        return Verdict("address", until=full.until)
    posted, code = limits.hits(now, held, [posts]), one_time.typed(text)
    refused = budget.refusal(now, held)
    if refused is None and code is not None:
        # Count first, compare second: no way out between the two leaves a guess uncounted.
        counted = held | counters.write(db, [*posted, *budget.count(now, held)])
        return follow_up(db, now, settings, flow, held, counted, one_time.compare(db, now, settings, flow, code))
    counters.write(db, posted)
    return standing(refused) if refused else Verdict("malformed")


def standing(refused: Refused) -> Verdict:
    """A lock's refusal as the verdict on an entry."""
    return Verdict(refused.reason, until=refused.until if refused.reason == "locked" else None)


def follow_up(
    db: Session, now: datetime, settings: Settings, flow: Flow, held: Held, counted: Held, verdict: Verdict
) -> Verdict:
    """What a compared entry changes: success clears the budget (P19), a wrong one alerts the guards (P14).

    An entry that met no live code was no guess: its count is taken back (rule R10).
    """
    budget, watch = (
        Budget.of(db, settings, flow.number, flow.browser),
        Watch.of(db, now, flow.number, flow.address),
    )
    if verdict.kind == "accepted":
        counters.write(db, [*budget.clear(now, counted), *watch.accepted()])
    elif verdict.kind == "wrong":
        watch.sound(db, now, settings, counters.write(db, watch.guessed()).values())
        if refused := budget.refusal(now, counted):
            return standing(refused)
        left = min(verdict.left, budget.left(counted))
        return Verdict("wrong", left=left) if left else Verdict("used-up")
    else:
        counters.write(db, budget.uncount(now, held))
    return verdict
