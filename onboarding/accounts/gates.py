"""What a request for a code must pass, and what it spends when it does: P07 to P16 in one place."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from onboarding.accounts import counters, limits
from onboarding.accounts.breakers import Watch
from onboarding.accounts.counters import Change, Held
from onboarding.accounts.limits import Limit, Refused
from onboarding.accounts.locks import Budget
from onboarding.config import Settings


@dataclass(frozen=True)
class Flow:
    """One attempt to prove one number for one purpose, from one address (rule R04).

    `browser` is a known browser's id that the caller has found to belong to the number's account.
    """

    id: UUID
    number: str
    purpose: str
    address: str
    browser: UUID | None = None


@dataclass(frozen=True)
class Gate:
    """The limits on one request. One of the `quotas` is enough: a known browser has a second one (P08)."""

    posts: Limit
    requests: Limit
    waits: str
    quotas: list[list[Limit]]
    budget: Budget
    watch: Watch

    @classmethod
    def of(cls, db: Session, now: datetime, settings: Settings, flow: Flow) -> "Gate":
        """The limits on a flow's request for a code."""
        known = [limits.known_sends(db, settings, flow.number)] if flow.browser else []
        return cls(
            limits.posts(db, settings, flow.address),
            limits.requests(db, settings, flow.address),
            counters.each(db, "waits", str(flow.id)),
            [limits.sends(db, settings, flow.number), *known],
            Budget.of(db, settings, flow.number, flow.browser),
            Watch.of(db, now, flow.number, flow.address),
        )

    def keys(self) -> list[str]:
        """The rows to hold."""
        quotas = [limit.key for quota in self.quotas for limit in quota]
        own = [self.posts.key, self.requests.key, self.waits, self.budget.own, self.budget.all]
        return own + quotas + self.watch.keys

    def refusal(self, now: datetime, settings: Settings, held: Held) -> Refused | None:
        """The first reason against a code now; one about the person's own number comes before one about others."""
        slow = self.watch.slow(settings, held)
        return (
            self.budget.refusal(now, held)
            or limits.too_soon(now, settings, held[self.waits].hits, slow)
            or limits.first_full(now, held, [replace(self.requests, most=halved(self.requests.most, slow))])
            or self.quota_refusal(now, held)
            or self.watch.refusal(settings, held)
        )

    def quota_refusal(self, now: datetime, held: Held) -> Refused | None:
        """The quota that is free first, where all are full."""
        full = [limits.first_full(now, held, quota) for quota in self.quotas]
        known = [refused for refused in full if refused]
        return min(known, key=lambda refused: refused.until) if len(known) == len(full) else None

    def spent(self, now: datetime, held: Held) -> list[Change]:
        """What a code costs."""
        quota = next(quota for quota in self.quotas if not limits.first_full(now, held, quota))
        counted = limits.hits(now, held, [self.requests, *quota])
        return [*counted, limits.hit(now, held[self.waits], limits.DAY), *self.watch.sent()]


def halved(most: int, slow: bool) -> int:
    """Half as many in slow mode (P14), but never none."""
    return max(1, most // 2) if slow else most
