"""How often: waits between codes (P07), codes to a number (P08), requests from an address (P09, P10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock

from sqlalchemy.orm import Session

from onboarding.accounts import counters
from onboarding.accounts.counters import Change, Count, Held, at
from onboarding.config import Settings, networks

MINUTE, HOUR, DAY = 60, 3600, 86_400
RECORDED = 100  # refusals of one kind that a process records in a minute
BEGINNINGS = 4  # for each post of P09: a hall full of people begins together, and not all go on to the phone steps


@dataclass(frozen=True)
class Limit:
    """At most `most` hits on a key in any `seconds`. Limits over one key count the same hits."""

    name: str
    key: str
    most: int
    seconds: int

    def full_until(self, now: datetime, hits: Sequence[float]) -> datetime | None:
        """When the next hit is free again; None where it is free now.

        Hits that seem to lie ahead, because the clock was set back, count too.
        """
        recent = sorted(self.recent(now, hits))
        return None if len(recent) < self.most else at(recent[-self.most] + self.seconds)

    def recent(self, now: datetime, hits: Sequence[float]) -> list[float]:
        """The hits that count now."""
        return [hit for hit in hits if hit > now.timestamp() - self.seconds]


class InMemory:
    """Hits that one process counts for itself, under keys that no stranger makes: there are only so many."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hits: dict[str, list[float]] = {}

    def spend(self, now: datetime, limit: Limit) -> tuple[bool, list[float]]:
        """Count a hit, unless the limit is full; whether it was counted, and the hits that count now."""
        with self._lock:
            hits = limit.recent(now, self._hits.get(limit.key, []))
            free = limit.full_until(now, hits) is None
            self._hits[limit.key] = hits = [*hits, now.timestamp()] if free else hits
        return free, hits


@dataclass(frozen=True)
class Refused:
    """Why not now, and from when on asking again makes sense; for a closed number `until` is no promise."""

    reason: str
    until: datetime


def spend(db: Session, now: datetime, limits: Sequence[Limit]) -> Refused | None:
    """Count one hit on every limit, or on none: then why, and until when. Two statements, exact in parallel."""
    held = counters.hold(db, now, [limit.key for limit in limits])
    refused = first_full(now, held, limits)
    if refused is None:
        counters.write(db, hits(now, held, limits))
    return refused


def hits(now: datetime, held: Held, limits: Iterable[Limit]) -> list[Change]:
    """One more hit on each key of these limits; hits too old for any of them are forgotten."""
    longest: dict[str, int] = {}
    for limit in limits:
        longest[limit.key] = max(limit.seconds, longest.get(limit.key, 0))
    return [hit(now, held[key], seconds) for key, seconds in longest.items()]


def hit(now: datetime, count: Count, seconds: int) -> Change:
    """One more hit on a row that is kept for so many seconds."""
    recent = [earlier for earlier in count.hits if earlier > now.timestamp() - seconds]
    return Change(count.key, expires_at=now + timedelta(seconds=seconds), hits=[*recent, now.timestamp()])


@lru_cache(10_000)
def network(address: str) -> str:
    """What one visitor holds: an IPv4 address, or the /64 of an IPv6 address (P09)."""
    found = parsed(address)
    return str(ip_network((found, 64 if found.version == 6 else 32), strict=False))


@lru_cache(10_000)
def block(address: str) -> str:
    """The neighbourhood of an address, for P13: an IPv4 /24 or an IPv6 /48."""
    found = parsed(address)
    return str(ip_network((found, 48 if found.version == 6 else 24), strict=False))


def parsed(address: str) -> IPv4Address | IPv6Address:
    """An address; IPv4 written as IPv6 is IPv4, and what is none at all counts as one address, 0.0.0.0."""
    try:
        found = ip_address(address)
    except ValueError:
        return IPv4Address(0)
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def share(settings: Settings, address: str) -> int:
    """How many times higher the limits of this address are: many citizens share one in some networks (P10)."""
    shared = any(parsed(address) in known for known in networks(settings.shared_networks))
    return settings.shared_factor if shared else 1


def refusals(kind: str) -> Limit:
    """What a process records of one kind of refusal: whoever is refused again and again fills no database."""
    return Limit("refusals", kind, RECORDED, MINUTE)


def posts(db: Session, settings: Settings, address: str) -> Limit:
    """P09: posts to the steps that prove a number, good ones and refused ones alike."""
    most = settings.ip_posts * share(settings, address)
    return Limit("address", counters.each(db, "posts", network(address)), most, 5 * MINUTE)


def beginnings(db: Session, settings: Settings, address: str) -> Limit:
    """P09: journeys begun from one address, each a row that stays; counted apart."""
    most = BEGINNINGS * settings.ip_posts * share(settings, address)
    return Limit("address", counters.each(db, "beginnings", network(address)), most, 5 * MINUTE)


def requests(db: Session, settings: Settings, address: str) -> Limit:
    """P09: codes sent for one address."""
    most = settings.ip_minute_sends * share(settings, address)
    return Limit("address", counters.each(db, "requests", network(address)), most, MINUTE)


def calls(db: Session, settings: Settings, address: str) -> Limit:
    """P09's number of posts in an hour for requests to be called back: each costs an officer minutes.

    Its key comes before those of numbers: whoever spends it may spend these afterwards (see `counters`).
    """
    most = settings.ip_posts * share(settings, address)
    return Limit("address", counters.each(db, "calls", network(address)), most, HOUR)


def asks(db: Session, settings: Settings, address: str) -> Limit:
    """P09's number of posts for the requests of services that one address may have waiting; counted apart."""
    most = settings.ip_posts * share(settings, address)
    return Limit("address", counters.each(db, "asks", network(address)), most, 5 * MINUTE)


def sends(db: Session, settings: Settings, number: str) -> list[Limit]:
    """P08: codes sent to one number, whoever asks."""
    key = counters.each(db, "number", number)
    hourly = Limit("number-hour", key, settings.number_hourly_sends, HOUR)
    return [hourly, Limit("number-day", key, settings.number_daily_sends, DAY)]


def known_sends(db: Session, settings: Settings, number: str) -> list[Limit]:
    """P08: codes sent to one number at the wish of its known browsers, when strangers have used up the rest."""
    key = counters.each(db, "known", number)
    hourly = Limit("number-hour", key, settings.known_hourly_sends, HOUR)
    return [hourly, Limit("number-day", key, settings.known_daily_sends, DAY)]


def first_full(now: datetime, held: Held, limits: Iterable[Limit]) -> Refused | None:
    """The refusal that lasts longest; None where nothing is full."""
    ends = [(limit.full_until(now, held[limit.key].hits), limit.name) for limit in limits]
    full = [(until, name) for until, name in ends if until is not None]
    return Refused(max(full)[1], max(full)[0]) if full else None


def next_send(settings: Settings, hits: Sequence[float], slow: bool) -> datetime:
    """When a flow that had codes at these times may have another one (P07); waits double in slow mode (P14)."""
    wait = settings.code_waits[min(len(hits), len(settings.code_waits)) - 1]
    return at(max(hits) + wait * (2 if slow else 1))


def too_soon(now: datetime, settings: Settings, hits: Sequence[float], slow: bool) -> Refused | None:
    """The wait that a flow has to keep, if it has one."""
    until = next_send(settings, hits, slow) if hits else now
    return Refused("wait", until) if until > now else None
