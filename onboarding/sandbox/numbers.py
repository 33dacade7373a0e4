"""Test numbers with a fixed outcome: the one table for the gateway, the people behind the numbers, and the pages.

All have an account; none is among those of `people.number`, which begin with +8490.
"""

from dataclasses import dataclass
from datetime import timedelta

from onboarding.resources import N_
from onboarding.sms.states import REASONS, STATES

DELAY = timedelta(seconds=30)


@dataclass(frozen=True)
class FixedNumber:
    """One number; `outcome` is its name, `reason` why its messages fail, `sentence` an English message id."""

    number: str
    outcome: str
    sentence: str
    reason: str | None = None


def failing(last: int, reason: str) -> FixedNumber:
    """A number whose messages fail for one of the reasons that gateways give."""
    return FixedNumber(f"+8496000{last:04}", reason.replace(" ", "-"), REASONS[reason], reason)


NUMBERS = (
    FixedNumber("+84960000001", "delivered", STATES["delivered"]),
    FixedNumber("+84960000002", "delayed", N_("The message arrives after 30 seconds.")),
    *(failing(3 + nth, reason) for nth, reason in enumerate(REASONS)),
    FixedNumber("+84960000011", "expired", N_("This code is no longer valid. Ask for a new code.")),
    FixedNumber("+84960000012", "locked", N_("Locked for a time after wrong codes")),
    FixedNumber("+84960000013", "closed", N_("Closed after many wrong codes, until an officer opens it")),
    FixedNumber("+84960000014", "suspended", N_("This account is suspended")),
)
BY_NUMBER = {one.number: one for one in NUMBERS}
BY_OUTCOME = {one.outcome: one for one in NUMBERS}
