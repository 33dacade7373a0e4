"""Acts that need a second person (P31): one asks, another with the right role approves, it is done once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from onboarding.accounts import audit
from onboarding.accounts.staff import Staff
from onboarding.db import Base, HasId

# Each act with the roles that may approve it.
APPROVERS: dict[str, frozenset[str]] = {
    "staff-link": frozenset({"administrator"}),
    "reopen-number": frozenset({"supervisor"}),
    "change-number": frozenset({"supervisor"}),
    "merge-accounts": frozenset({"supervisor"}),
    "close-account": frozenset({"supervisor"}),
}
LIFE = timedelta(hours=24)
AGREED = "agrees with the reason given"  # what stands in the trail as the reason of an approval


class Approval(HasId, Base):
    """One act that somebody asks to be approved. `facts` hold what the act needs, nothing personal."""

    __tablename__ = "approvals"

    act: Mapped[str]
    account_id: Mapped[UUID | None]
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
    **facts: Any,
) -> Approval:
    """Ask for an act to be approved. Raises KeyError for an unknown act and NoReason where there is none."""
    assert APPROVERS[act]
    asked = Approval(
        act=act,
        account_id=account,
        facts=facts,
        reason=audit.reason_in(reason),
        requested_by=staff.id,
        requested_at=now,
        expires_at=now + LIFE,
        state="waiting",
    )
    db.add(asked)
    audit.record(db, now, staff, "approval-requested", reason, account=account, act=act, approval=str(asked.id))
    return asked


def decide(
    db: Session, now: datetime, staff: Staff, approval_id: UUID, *, approved: bool, reason: str = ""
) -> Approval | None:
    """Approve or refuse. None where it is one's own, not for this role, decided already, or too old.

    One statement, so that it is decided once. Raises NoReason for a refusal without a reason of its own.
    """
    why = audit.reason_in(reason or (AGREED if approved else ""))
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
    decided = db.scalars(mine.values(values).returning(Approval)).first()
    if decided is not None:
        kind = "approval-given" if approved else "approval-refused"
        audit.record(
            db,
            now,
            staff,
            kind,
            why,
            account=decided.account_id,
            act=decided.act,
            approval=str(decided.id),
        )
    return decided


def take(db: Session, now: datetime, approval_id: UUID, act: str) -> Approval | None:
    """Use an approval up, in the transaction that does what it allows. None where it does not allow that now."""
    mine = update(Approval).where(
        Approval.id == approval_id,
        Approval.act == act,
        Approval.state == "approved",
        Approval.expires_at > now,
    )
    return db.scalars(mine.values(state="done", done_at=now).returning(Approval)).first()


def open_ones(db: Session, now: datetime, account: UUID | None = None) -> list[Approval]:
    """What waits for a decision or, approved, to be done, of one account or of all; oldest first."""
    waiting = select(Approval).where(Approval.state.in_(("waiting", "approved")), Approval.expires_at > now)
    if account is not None:
        waiting = waiting.where(Approval.account_id == account)
    return list(db.scalars(waiting.options(joinedload(Approval.requester)).order_by(Approval.requested_at)))
