"""Known browsers (P17): a cookie from an earlier sign-in selects a budget of its own; it signs nobody in."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.people import Account, PhoneNumber
from onboarding.config import Settings
from onboarding.db import Base, HasId, insert_row


class Browser(HasId, Base):
    """A browser in which the owner of an account has signed in."""

    __tablename__ = "browsers"

    account_id: Mapped[UUID] = mapped_column(ForeignKey(Account.id), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def token_hash(token: str) -> bytes:
    """What is stored of a token: it has 256 random bits, so that a plain hash keeps it secret."""
    return hashlib.sha256(token.encode()).digest()


def remember(db: Session, now: datetime, settings: Settings, account_id: UUID) -> str:
    """Make the browser of somebody who has just signed in a known one; returns the token for its cookie."""
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(days=settings.browser_days)
    insert_row(db, Browser(account_id=account_id, token_hash=token_hash(token), expires_at=expires_at))
    return token


def recognise(db: Session, now: datetime, token: str, number: str) -> UUID | None:
    """The id of the known browser with this token, if it is known to the account that the number belongs to."""
    index = db.info["keyring"].index("phone_numbers.number", number)
    mine = select(Browser.id).join(PhoneNumber, PhoneNumber.account_id == Browser.account_id)
    return db.scalar(
        mine.where(
            Browser.token_hash == token_hash(token), Browser.expires_at > now, PhoneNumber.number_index == index
        )
    )


def of_account(db: Session, now: datetime, account_id: UUID) -> list[UUID]:
    """The ids of the browsers that are known to an account."""
    mine = select(Browser.id).where(Browser.account_id == account_id, Browser.expires_at > now)
    return list(db.scalars(mine))


def revoke(db: Session, account_id: UUID) -> None:
    """Make every browser of an account unknown again."""
    db.execute(delete(Browser).where(Browser.account_id == account_id))


def forget_old(db: Session, now: datetime) -> None:
    """Delete browsers that are no longer known."""
    db.execute(delete(Browser).where(Browser.expires_at <= now))
