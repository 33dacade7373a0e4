"""Sessions of staff: kept apart from citizens' sign-ins in table, cookie and rules (rules R27, R49)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship
from sqlalchemy.orm.attributes import set_committed_value

from onboarding.accounts import audit
from onboarding.accounts.sessions import RECHECK, token_hash
from onboarding.accounts.staff import Staff
from onboarding.config import Settings
from onboarding.db import Base, HasId


class StaffSession(HasId, Base):
    """One sign-in of one member of staff. `how` is `passkey` or `usb`.

    One that a certificate has opened names it, and from `recheck_at` on it is checked before anything is shown.
    """

    __tablename__ = "staff_sessions"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey(Staff.id), index=True)
    how: Mapped[str]
    device: Mapped[str]
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    certificate_id: Mapped[UUID | None]
    recheck_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    staff: Mapped[Staff] = relationship()

    def is_open(self, now: datetime, settings: Settings) -> bool:
        """Whether it still counts: not ended, not idle (P23), not too old (P24), its owner still staff."""
        return self.ended_at is None and now < self.open_until(settings) and self.staff.ended_at is None

    def open_until(self, settings: Settings) -> datetime:
        """When it ends if nothing more is clicked."""
        idle = self.last_seen_at + timedelta(seconds=settings.idle_seconds)
        return min(idle, self.started_at + timedelta(seconds=settings.absolute_seconds))


def start(
    db: Session, now: datetime, staff: Staff, token: str, how: str, device: str, certificate_id: UUID | None = None
) -> StaffSession:
    """Sign a member of staff in under a fresh token; an earlier session of theirs ends (P26)."""
    end_all(db, now, staff, "another-sign-in")
    session = StaffSession(
        token_hash=token_hash(token),
        staff=staff,
        how=how,
        device=device,
        started_at=now,
        last_seen_at=now,
        certificate_id=certificate_id,
        recheck_at=now + RECHECK if certificate_id else None,
    )
    db.add(session)
    audit.record(db, now, staff, "staff-signed-in", how)
    return session


BY_TOKEN = (
    select(StaffSession)
    .where(StaffSession.token_hash == bindparam("its_token"))
    .options(joinedload(StaffSession.staff))
)


def find(db: Session, now: datetime, settings: Settings, token: str) -> StaffSession | None:
    """The open session of a browser's token, with whose it is in the role that they have now."""
    session = db.scalar(BY_TOKEN, {"its_token": token_hash(token)})
    return session if session is not None and session.is_open(now, settings) else None


def touch(db: Session, now: datetime, session: StaffSession) -> None:
    """Keep the time of the last click; never backwards."""
    later = update(StaffSession).where(StaffSession.id == session.id, StaffSession.last_seen_at < now)
    db.execute(later.values(last_seen_at=now).execution_options(synchronize_session=False))
    set_committed_value(session, "last_seen_at", now)


def recheck_from(db: Session, session: StaffSession, due: datetime) -> None:
    """Have its certificate checked again at the first request from then on."""
    mine = update(StaffSession).where(StaffSession.id == session.id)
    db.execute(mine.values(recheck_at=due).execution_options(synchronize_session=False))


def end_all(db: Session, now: datetime, staff: Staff, reason: str) -> None:
    """End whatever session a member of staff has."""
    mine = update(StaffSession).where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
    db.execute(mine.values(ended_at=now, end_reason=reason))


def last_ones(db: Session) -> dict[UUID, datetime]:
    """When each member of staff signed in last."""
    newest = select(StaffSession.staff_id, func.max(StaffSession.started_at).label("at")).group_by(
        StaffSession.staff_id
    )
    return {row.staff_id: row.at for row in db.execute(newest)}


def of(db: Session, staff: Staff, most: int = 10) -> list[StaffSession]:
    """The newest sessions of a member of staff, newest first."""
    mine = select(StaffSession).where(StaffSession.staff_id == staff.id)
    return list(db.scalars(mine.order_by(StaffSession.started_at.desc()).limit(most)))
