"""How many visited a site, without knowing who.

A visit is one opening of a site's page, by a browser. Who is there now is told by a keyed hash of address and
browser under a random salt of the day. The salt is in the database for its day (Vietnam's) only; a hash is
there until nobody with it was seen for five minutes. Nothing here can be asked for a person.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import BigInteger, Date, bindparam, case, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.sites import Site
from onboarding.clock import day_in_vietnam
from onboarding.db import UTC, Base

HERE = timedelta(minutes=5)  # after a visit, for so long somebody counts as being here
MOST = 10_000  # visitors whom one batch tells apart; its visits are counted all the same


class Visits(Base):
    """How many visits a site had on a day in Vietnam."""

    __tablename__ = "visits"

    site: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


class Presence(Base):
    """Somebody who was on a site a moment ago; `visitor` means nothing without the day's salt and our key."""

    __tablename__ = "presences"

    site: Mapped[str] = mapped_column(primary_key=True)
    visitor: Mapped[bytes] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Salt(Base):
    """The salt of a day."""

    __tablename__ = "salts"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes]


class Visitor(NamedTuple):
    """Somebody on a site, as the request tells it. Never written anywhere."""

    site: str
    address: str
    browser: str


@dataclass
class Batch:
    """Visits that are not in the database yet, by site and day, and who was seen, with the last time."""

    visits: Counter[tuple[str, date]] = field(default_factory=Counter)
    seen: dict[Visitor, datetime] = field(default_factory=dict)

    def add(self, now: datetime, visitor: Visitor) -> None:
        """One more visit."""
        self.visits[visitor.site, day_in_vietnam(now)] += 1
        if visitor in self.seen or len(self.seen) < MOST:
            self.seen[visitor] = now


class Figures(NamedTuple):
    """What the visitor counter shows of a site."""

    online: int = 0
    today: int = 0
    total: int = 0


ADD_VISITS = text("""
INSERT INTO visits (site, day, count) VALUES (:site, :day, :count)
ON CONFLICT (site, day) DO UPDATE SET count = visits.count + excluded.count
""").bindparams(bindparam("day", type_=Date))
ADD_PRESENCES = text("""
INSERT INTO presences (site, visitor, seen_at) VALUES (:site, :visitor, :seen_at)
ON CONFLICT (site, visitor) DO UPDATE SET seen_at = excluded.seen_at
""").bindparams(bindparam("seen_at", type_=UTC))
ADD_SALT = text("INSERT INTO salts (day, salt) VALUES (:day, :salt) ON CONFLICT (day) DO NOTHING").bindparams(
    bindparam("day", type_=Date)
)


def write(db: Session, now: datetime, batch: Batch) -> None:
    """Write a batch down.

    Visits come first and in the order of their keys, so that two workers never wait for each other.
    """
    visits = [{"site": site, "day": day, "count": count} for (site, day), count in sorted(batch.visits.items())]
    salt, keyring = salt_of(db, day_in_vietnam(now)), db.info["keyring"]
    seen = {
        (visitor.site, keyring.mac("visitor", f"{salt.hex()} {visitor.address} {visitor.browser}")): at
        for visitor, at in batch.seen.items()
    }
    presences = [{"site": site, "visitor": hashed, "seen_at": at} for (site, hashed), at in seen.items()]
    db.execute(ADD_VISITS, visits)
    db.execute(ADD_PRESENCES, presences)


def salt_of(db: Session, day: date) -> bytes:
    """The day's salt; the first who asks makes it and throws the earlier ones away."""
    wanted = select(Salt.salt).where(Salt.day == day)
    if (salt := db.scalar(wanted)) is None:
        db.execute(ADD_SALT, {"day": day, "salt": secrets.token_bytes(32)})
        db.execute(delete(Salt).where(Salt.day < day))
        salt = db.scalars(wanted).one()
    return salt


def figures(db: Session, now: datetime, sites: Mapping[str, Site]) -> dict[str, Figures]:
    """The figures of all sites."""
    here = select(Presence.site, func.count()).where(Presence.seen_at > now - HERE).group_by(Presence.site)
    online = {site: count for site, count in db.execute(here)}  # noqa: C416 - rows are no pairs to the type checker
    today = func.sum(case((Visits.day == day_in_vietnam(now), Visits.count), else_=0))
    counted = db.execute(select(Visits.site, today, func.sum(Visits.count)).group_by(Visits.site))
    visits = {site: (int(of_day), int(of_all)) for site, of_day, of_all in counted}
    found = {}
    for name, site in sites.items():
        of_day, of_all = visits.get(name, (0, 0))
        found[name] = Figures(online.get(name, 0), of_day, site.visits_before + of_all)
    return found


def forget_old(db: Session, now: datetime) -> None:
    """Forget who is not here any more, and the salts of days that are over."""
    gone, over = (
        delete(Presence).where(Presence.seen_at <= now - HERE),
        delete(Salt).where(Salt.day < day_in_vietnam(now)),
    )
    db.execute(gone.execution_options(synchronize_session=False))
    db.execute(over.execution_options(synchronize_session=False))
