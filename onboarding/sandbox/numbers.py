"""Test numbers with a fixed outcome: the one table for the gateway, the people behind the numbers, and the pages.

All have an account; none is among those of `people.number`, which begin with +8490.
"""

from dataclasses import dataclass
from datetime import timedelta

from onboarding.resources import N_
from onboarding.sms.states import REASONS, STATES

DELAY = timedelta(seconds=30)


@dataclass(frozen=True)
class TestNumber:
    """One number; `outcome` is its name, `reason` why its messages fail, `sentence` an English message id."""

    __test__ = False  # pytest takes classes of this name for tests

    number: str
    outcome: str
    sentence: str
    reason: str | None = None


def failing(last: int, reason: str) -> TestNumber:
    """A number whose messages fail for one of the reasons that gateways give."""
    return TestNumber(f"+8496000{last:04}", reason.replace(" ", "-"), REASONS[reason], reason)


NUMBERS = (
    TestNumber("+84960000001", "delivered", STATES["delivered"]),
    TestNumber("+84960000002", "delayed", N_("The message arrives after 30 seconds.")),
    *(failing(3 + nth, reason) for nth, reason in enumerate(REASONS)),
    TestNumber("+84960000011", "expired", N_("This code is no longer valid. Ask for a new code.")),
    TestNumber("+84960000012", "locked", N_("Locked for a time after wrong codes")),
    TestNumber("+84960000013", "closed", N_("Closed after many wrong codes, until an officer opens it")),
    TestNumber("+84960000014", "suspended", N_("This account is suspended")),
)
BY_NUMBER = {one.number: one for one in NUMBERS}
BY_OUTCOME = {one.outcome: one for one in NUMBERS}
