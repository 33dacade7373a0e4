"""What a citizen's check of the own computer found, as sent to support: states, versions, dates, nobody's name."""

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.journeys import Journey
from onboarding.db import Base, HasId, insert_row

PORTS = (4433, 4434, 4435, 9201, 9202, 8987)
MOST_KEPT = 10  # of one journey, the newest ones
KEPT = timedelta(days=90)

# Why a part of the check came to no answer: the causes that the signing scripts give.
CAUSES = (
    "blocked|cancelled|cut-off|failed|insecure|no-certificate|nobody|pin-locked|timeout|unreadable|wrong-pin"
    "|v(npt|gca)-[0-9]{1,4}|ERR_WEBEID_[A-Z_]{3,30}"
)
DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
FINDINGS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "bridge": "vnpt|vgca|web-eid",
        "secure": "yes",
        "system": "windows|macos|linux|phone|other",
        "browser": "(chrome|edge|firefox|safari|other)( [0-9]{1,4})?",
        "permission": "granted|prompt|denied|not-needed",
        "clock": "-?[0-9]{1,12}|unknown",  # seconds that the computer is ahead of the server
        **{f"port-{port}": "answers|not-ready|other|nothing" for port in PORTS},
        "extension": "answers|missing",
        "program": f"answers|missing|{CAUSES}",
        "version": rf"[0-9]{{1,6}}([.+-][0-9A-Za-z]{{1,10}}){{0,5}}|unknown|{CAUSES}",
        "licence": f"accepted|missing|expired|other-domain|refused|{CAUSES}",
        "certificate": f"valid|expired|early|{CAUSES}",
        "certificate-from": DATE,
        "certificate-until": DATE,
    }.items()
}


class UsbCheck(HasId, Base):
    """One sending. `findings` is a JSON object with keys and values of `FINDINGS`, all of them text."""

    __tablename__ = "usb_checks"

    journey_id: Mapped[UUID] = mapped_column(ForeignKey(Journey.id), index=True)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    findings: Mapped[str]


def are_findings(sent: Mapping[str, str]) -> bool:
    """Whether something was found, and every key and value is one of the closed list."""
    return bool(sent) and all(name in FINDINGS and FINDINGS[name].fullmatch(text) for name, text in sent.items())


def record(db: Session, now: datetime, journey_id: UUID, findings: Mapping[str, str]) -> None:
    """Keep what was found for whoever helps; of one journey only the newest few."""
    assert are_findings(findings)
    insert_row(db, UsbCheck(journey_id=journey_id, sent_at=now, findings=json.dumps(findings, sort_keys=True)))
    of_journey = select(UsbCheck.id).where(UsbCheck.journey_id == journey_id).order_by(UsbCheck.sent_at.desc())
    older = db.scalars(of_journey.offset(MOST_KEPT)).all()
    db.execute(delete(UsbCheck).where(UsbCheck.id.in_(older)))


def of_journeys(db: Session, ids: Collection[UUID]) -> list[tuple[datetime, dict[str, str]]]:
    """What was sent on these journeys, newest first: when, and what was found."""
    if not ids:
        return []
    theirs = select(UsbCheck).where(UsbCheck.journey_id.in_(ids)).order_by(UsbCheck.sent_at.desc())
    return [(check.sent_at, json.loads(check.findings)) for check in db.scalars(theirs.limit(MOST_KEPT))]


def forget_old(db: Session, now: datetime) -> None:
    """Forget what nobody asks about any more."""
    db.execute(delete(UsbCheck).where(UsbCheck.sent_at < now - KEPT))
