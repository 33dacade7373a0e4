"""What happened, one row an event, never changed: the account's story and the trail for auditors."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, delete, desc, exists, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.db import Base, Db, HasId, insert_row

# Each kind of event with the facts it may carry; nothing personal is among them.
KINDS: dict[str, frozenset[str]] = {
    "account-registered": frozenset({"way"}),
    "account-exists": frozenset({"by"}),
    "signed-in": frozenset({"how"}),
    "signed-out": frozenset(),
    "session-ended": frozenset({"reason"}),
    "code-sent": frozenset({"purpose"}),
    "code-refused": frozenset({"purpose", "reason"}),
    "code-limited": frozenset({"limit"}),
    "locked": frozenset({"minutes"}),
    "signature-refused": frozenset({"reason"}),
    "certificate-seen": frozenset({"issuer"}),
    "certificate-linked": frozenset({"issuer"}),
    "certificate-not-linked": frozenset({"reason"}),
    "certificate-name-differs": frozenset({"issuer"}),
    "certificate-ended": frozenset({"issuer", "reason"}),
    "certificate-warned": frozenset({"days"}),
    "identity-disputed": frozenset({"by"}),
    "call-back-requested": frozenset({"reason"}),
    "journey-resumed": frozenset(),
    "data-confirmed": frozenset(),
    "number-changed": frozenset(),
    "request-refused": frozenset({"reason", "client"}),
    "staff-refused": frozenset({"reason"}),
    "consent-given": frozenset({"client"}),
    "consent-withdrawn": frozenset({"client"}),
    "grant-ended": frozenset({"client", "reason"}),
    "alarm": frozenset({"name", "level"}),
}


REFUSED = text("kind IN ('request-refused', 'code-limited', 'code-refused', 'signature-refused')")
REFUSALS_KEPT = timedelta(days=90)  # anybody can have them written; no figure looks back further


class Event(HasId, Base):
    """One thing that happened."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_refused_at", "at", sqlite_where=REFUSED, postgresql_where=REFUSED),)

    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey(Account.id), index=True)
    journey_id: Mapped[UUID | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


def record(
    db: Db,
    now: datetime,
    kind: str,
    *,
    account: UUID | None = None,
    journey: UUID | None = None,
    **facts: Any,
) -> None:
    """Add an event. Raises ValueError for a kind or a fact that is not on the closed list."""
    if not KINDS.get(kind, frozenset()) >= facts.keys() or kind not in KINDS:
        raise ValueError(f"not an event of ours: {kind} {sorted(facts)}")
    insert_row(db, Event(at=now, kind=kind, account_id=account, journey_id=journey, facts=facts))


def refusals(db: Session, now: datetime, client_id: UUID) -> dict[str, int]:
    """What was refused to a service, or in its name, within a day: how often by which reason, most first."""
    reason, client = (Event.facts[name].as_string() for name in ("reason", "client"))
    mine = select(reason.label("why"), func.count().label("often")).where(
        Event.at > now - timedelta(days=1), Event.kind == "request-refused", client == str(client_id)
    )
    return {row.why: row.often for row in db.execute(mine.group_by("why").order_by(desc("often"), "why"))}


def forget_old(db: Session, now: datetime) -> None:
    """Delete what was refused to strangers long ago; what stands in an account's story, by its journey, stays."""
    of_account = exists().where(Journey.id == Event.journey_id, Journey.account_id.is_not(None))
    old = delete(Event).where(REFUSED, Event.at <= now - REFUSALS_KEPT, ~of_account)
    db.execute(old.execution_options(synchronize_session=False))
