"""Acts that need a second person (P31): one asks, another with the right role approves, it is done once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.accounts import audit
from onboarding.accounts.staff import Staff
from onboarding.db import Base, HasId

# Each act with the roles that may approve it.
APPROVERS: dict[str, frozenset[str]] = {
    "staff-link": frozenset({"administrator"}),
    "staff-role": frozenset({"administrator"}),
    "reopen-number": frozenset({"supervisor"}),
    "change-number": frozenset({"supervisor"}),
    "merge-accounts": frozenset({"supervisor"}),
    "close-account": frozenset({"supervisor"}),
}
APPROVING_ROLES = frozenset[str]().union(*APPROVERS.values())  # nobody gives one of these alone
LIFE = timedelta(hours=24)
AGREED = "agrees with the reason given"  # what stands in the trail as the reason of an approval


class Approval(HasId, Base):
    """One act that somebody asks to be approved. `facts` hold what the act needs, nothing personal."""

    __tablename__ = "approvals"

    act: Mapped[str]
    account_id: Mapped[UUID | None]
    journey_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str]  # waiting, approved, refused, done
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey(Staff.id))
    decided_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    requester: Mapped[Staff] = relationship(foreign_keys=[requested_by])


def request(
    db: Session,
    now: datetime,
    staff: Staff,
    act: str,
    reason: str,
    *,
    account: UUID | None = None,
    journey: UUID | None = None,
    **facts: Any,
) -> Approval:
    """Ask for an act to be approved. Raises KeyError for an unknown act and NoReason where there is none."""
    assert APPROVERS[act]
    asked = Approval(
        act=act,
        account_id=account,
        journey_id=journey,
        facts=facts,
        reason=audit.reason_in(reason),
        requested_by=staff.id,
        requested_at=now,
        expires_at=now + LIFE,
        state="waiting",
    )
    db.add(asked)
    record(db, now, staff, "approval-requested", asked, asked.reason)
    return asked


def record(db: Session, now: datetime, staff: Staff, kind: str, approval: Approval, reason: str) -> None:
    """Put into the audit trail what was asked for or decided; let it be the last statement of the transaction."""
    about = {"account": approval.account_id, "journey": approval.journey_id}
    audit.record(db, now, staff, kind, reason, **about, act=approval.act, approval=str(approval.id))


def decide(db: Session, now: datetime, staff: Staff, approval_id: UUID, *, approved: bool) -> Approval | None:
    """Approve or refuse. None where it is one's own, not for this role, decided already, or too old.

    One statement, so that it is decided once. `record` it when all is done that follows from it.
    """
    state = "approved" if approved else "refused"
    acts = [act for act, roles in APPROVERS.items() if staff.role in roles]
    mine = update(Approval).where(
        Approval.id == approval_id,
        Approval.state == "waiting",
        Approval.expires_at > now,
        Approval.requested_by != staff.id,
        Approval.act.in_(acts),
    )
    values = {"state": state, "decided_by": staff.id, "decided_at": now}
    return db.scalars(mine.values(values).returning(Approval)).first()


def take(db: Session, now: datetime, approval_id: UUID, act: str) -> Approval | None:
    """Use an approval up, in the transaction that does what it allows. None where it does not allow that now."""
    mine = update(Approval).where(
        Approval.id == approval_id,
        Approval.act == act,
        Approval.state == "approved",
        Approval.expires_at > now,
    )
    return db.scalars(mine.values(state="done", done_at=now).returning(Approval)).first()


def open_ones(db: Session, now: datetime, subject: UUID | None = None) -> list[Approval]:
    """What waits for a decision or, approved, to be done, of one account or journey, or of all; oldest first."""
    waiting = select(Approval).where(Approval.state.in_(("waiting", "approved")), Approval.expires_at > now)
    if subject is not None:
        waiting = waiting.where(or_(Approval.account_id == subject, Approval.journey_id == subject))
    return list(db.scalars(waiting.options(joinedload(Approval.requester)).order_by(Approval.requested_at)))
