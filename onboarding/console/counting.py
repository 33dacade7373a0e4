"""The figures, counted by the database over some days: how people fare, nothing about anybody.

Each function takes the first and the last moment, and a site or none for all of them, and gives rows, the largest
count first where nothing else orders them. Days are days in Vietnam. A message or event is of its journey's site.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, func, select, text, true
from sqlalchemy.orm import Session

from onboarding.accounts.events import Event
from onboarding.accounts.journeys import Journey
from onboarding.accounts.visitors import Visits
from onboarding.clock import day_in_vietnam
from onboarding.db import UTC

Rows = Sequence[Sequence[Any]]

# Whose numbers begin so. A number may have moved to another network since. Source: phonenumbers 9.0.43, carriers.
NETWORKS = {
    "Viettel": "32 33 34 35 36 37 38 39 86 96 97 98",
    "MobiFone": "70 76 77 78 79 89 90 93",
    "VinaPhone": "81 82 83 84 85 87 88 91 94",
    "Vietnamobile": "52 56 58 92",
    "Gmobile": "59 99",
    "Wintel": "55",
}
OF_PREFIX = " ".join(
    f"WHEN prefix = '+84{digits}' THEN '{network}'"
    for network, prefixes in NETWORKS.items()
    for digits in prefixes.split()
)
DAY = {
    "sqlite": "date(started_at, '+7 hours')",
    "postgresql": "to_char(started_at + INTERVAL '7 hours', 'YYYY-MM-DD')",
}
WAY = {
    "sqlite": "json_each(journeys.trail) AS way",
    "postgresql": "json_array_elements(journeys.trail) AS way(value)",
}
SECONDS = {
    "sqlite": "(julianday(delivered_at) - julianday(created_at)) * 86400.0",
    "postgresql": "EXTRACT(EPOCH FROM delivered_at - created_at)",
}
BY_DAY = """
SELECT {day} AS day, count(*), count(outcome) FROM journeys
WHERE started_at >= :since AND started_at < :until AND (:site IS NULL OR site = :site) GROUP BY 1 ORDER BY 1
"""
REACHED = """
SELECT answer, way.value ->> 'to' AS reached, count(DISTINCT journeys.id) FROM journeys, {way}
WHERE started_at >= :since AND started_at < :until AND (:site IS NULL OR site = :site) AND answer IS NOT NULL
GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
DELIVERED = """
WITH timed AS (
  SELECT CASE {networks} ELSE '?' END AS network, {seconds} AS seconds FROM messages
  WHERE delivered_at IS NOT NULL AND created_at >= :since AND created_at < :until
    AND (:site IS NULL OR journey_id IN (SELECT id FROM journeys WHERE site = :site))
), placed AS (
  SELECT network, seconds, row_number() OVER (PARTITION BY network ORDER BY seconds) AS place,
    count(*) OVER (PARTITION BY network) AS total FROM timed
)
SELECT network, total, min(CASE WHEN place * 2 >= total THEN seconds END),
  min(CASE WHEN place * 10 >= total * 9 THEN seconds END) FROM placed GROUP BY network, total ORDER BY total DESC
"""


def answers(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """How often each answer to the first question was given."""
    begun = (*between(Journey.started_at, since, until), of_site(Journey.site, site), Journey.answer.is_not(None))
    given = select(Journey.answer, func.count().label("people")).where(*begun)
    return db.execute(given.group_by(Journey.answer).order_by(text("2 DESC"))).all()


def visits(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """Visits by day."""
    days = between(Visits.day, day_in_vietnam(since), day_in_vietnam(until))
    summed = select(Visits.day, func.sum(Visits.count)).where(*days, of_site(Visits.site, site))
    return [(day, int(count)) for day, count in db.execute(summed.group_by(Visits.day).order_by(Visits.day))]


def by_day(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """Journeys begun, and those of them that came to an end, by day."""
    return counted(db, BY_DAY, since, until, site)


def reached(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """How many people reached each page, by answer: the funnel of each way."""
    return counted(db, REACHED, since, until, site)


def stopped(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """Where those stand who have not come to an end, by answer: pages of two ways can have one title."""
    begun = (*between(Journey.started_at, since, until), of_site(Journey.site, site), Journey.outcome.is_(None))
    where = select(Journey.answer, Journey.step, func.count().label("people")).where(*begun)
    return db.execute(where.group_by(Journey.answer, Journey.step).order_by(text("3 DESC, 2, 1"))).all()


def delivered(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """Messages that arrived, by network: how many, and the seconds within which half and nine in ten did."""
    rows = counted(db, DELIVERED, since, until, site)
    return [(network, total, round(float(half)), round(float(most))) for network, total, half, most in rows]


def refused(db: Session, since: datetime, until: datetime, site: str | None = None) -> Rows:
    """USB signatures that were not accepted, by cause."""
    cause = Event.facts["reason"].as_string()
    happened = (*between(Event.at, since, until), Event.kind == "signature-refused")
    there = Event.journey_id.in_(select(Journey.id).where(Journey.site == site)) if site else true()
    causes = select(cause, func.count().label("times")).where(*happened, there)
    return db.execute(causes.group_by(cause).order_by(text("2 DESC"))).all()


def between(column: Any, since: date, until: date) -> tuple[Any, Any]:
    """Within the days."""
    return column >= since, column < until


def of_site(column: Any, site: str | None) -> ColumnElement[bool]:
    """Of that site; of any where none is named."""
    return column == site if site else true()


def counted(db: Session, statement: str, since: datetime, until: datetime, site: str | None) -> Rows:
    """Run a statement in this database's own words; its parts are constants of this file."""
    dialect = db.connection().dialect.name
    parts = {"day": DAY[dialect], "way": WAY[dialect], "seconds": SECONDS[dialect], "networks": OF_PREFIX}
    bounds = [bindparam(name, type_=UTC()) for name in ("since", "until")]
    made = text(statement.format(**parts)).bindparams(*bounds, bindparam("site", type_=String()))
    return db.execute(made, {"since": since, "until": until, "site": site}).all()
