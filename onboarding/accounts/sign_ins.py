"""Sign-ins: who is signed in with which browser, until when."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.accounts.people import Account
from onboarding.config import Settings
from onboarding.db import Base, HasId


class SignIn(HasId, Base):
    """One sign-in of one account in one browser.

    One that a certificate has opened names it, and from `recheck_at` on it is checked before anything is shown.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"), index=True)
    how: Mapped[str]
    device: Mapped[str]
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    recheck_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    account: Mapped[Account] = relationship()

    is_authenticated = is_active = True  # what Flask-Login asks of whoever is signed in
    is_anonymous = False

    def get_id(self) -> str:
        """The name that Flask-Login knows a sign-in by."""
        return str(self.id)

    def is_open(self, now: datetime, settings: Settings) -> bool:
        """Whether it still counts: not ended, not idle too long (P23), not too old (P24), account active."""
        return self.ended_at is None and now < self.open_until(settings) and self.account.state == "active"

    def open_until(self, settings: Settings) -> datetime:
        """When it ends if nothing more is clicked."""
        idle = self.last_seen_at + timedelta(seconds=settings.idle_seconds)
        return min(idle, self.started_at + timedelta(seconds=settings.absolute_seconds))

    def just_proven(self, now: datetime, settings: Settings) -> bool:
        """Whether its owner has proven who they are so lately that a way to sign in may be changed (P25)."""
        return timedelta(0) <= now - self.started_at < timedelta(seconds=settings.reauthentication_seconds)
