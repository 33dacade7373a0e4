"""Ids of the assertions by which clients have proven who they are: each is taken once (RFC 7523, P44)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from onboarding.accounts.clients import Client
from onboarding.db import Base, Db, insert_row


class Assertion(Base):
    """An assertion that was taken."""

    __tablename__ = "assertions"

    client_id: Mapped[UUID] = mapped_column(ForeignKey(Client.id), primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


def take(db: Db, client_id: UUID, jti: str, expires_at: datetime) -> bool:
    """Use up an assertion's id; False where it came before. The database's own key decides."""
    try:
        with db.begin_nested():
            insert_row(db, Assertion(client_id=client_id, jti=jti, expires_at=expires_at))
    except IntegrityError:
        return False
    return True


def forget_old(db: Session, now: datetime) -> None:
    """Delete the ids of assertions that nobody would take any more."""
    db.execute(delete(Assertion).where(Assertion.expires_at <= now))
