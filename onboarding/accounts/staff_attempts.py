"""How often staff sign-ins may fail: slowed down by address, never by person: nobody locks another out (B25).

There is no name to be guessed: a passkey, a token or a link's code has more than a hundred random bits. What
remains is load, and noise that somebody should hear of: every failure is an event, and many of them an alarm.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding.accounts import counters, events, limits
from onboarding.accounts.counters import Change
from onboarding.accounts.limits import Limit
from onboarding.config import Settings

FAILURES = 10  # of one address, in
MINUTES = 5
QUESTIONS = 60  # challenges for one address in these minutes
ALARM = 30  # failures of all addresses in a quarter of an hour
WINDOW = timedelta(minutes=15)


def failures(db: Session, settings: Settings, address: str) -> Limit:
    """What one address may fail."""
    key = counters.each(db, "staff-failures", limits.network(address))
    return Limit("address", key, FAILURES * limits.share(settings, address), 60 * MINUTES)


def closed_until(db: Session, now: datetime, settings: Settings, address: str) -> datetime | None:
    """When an address may try again; None where it may now. Its other tries wait until this one is over."""
    limit = failures(db, settings, address)
    held = counters.hold(db, now, [limit.key])
    return limit.full_until(now, held[limit.key].hits)


def ask(db: Session, now: datetime, settings: Settings, address: str) -> bool:
    """Count a challenge that an address asks for; whether it gets one."""
    key = counters.each(db, "staff-questions", limits.network(address))
    most = QUESTIONS * limits.share(settings, address)
    return limits.spend(db, now, [Limit("address", key, most, 60 * MINUTES)]) is None


def failed(db: Session, now: datetime, settings: Settings, address: str, reason: str) -> None:
    """Count a failure, in one event; the alarm sounds once in its quarter of an hour."""
    limit = failures(db, settings, address)
    window = f"shared/staff/{int(now.timestamp() // WINDOW.total_seconds())}"
    held = counters.hold(db, now, [limit.key])
    counters.write(db, limits.hits(now, held, [limit]))
    written = counters.write(db, [Change(window, now + 2 * WINDOW, count=1)])
    events.record(db, now, "staff-refused", reason=reason)
    if written[window].count == ALARM:
        events.record(db, now, "alarm", name="staff sign-ins", level=100)
